package dev.lumiere.service;

import dev.lumiere.service.limit.LimitsConfig;
import java.time.Duration;

/**
 * How a server listens.
 *
 * @param bodyTime how long nothing of a body may arrive, or next to nothing
 * @param drain how long answers may take when it stops
 * @param idle a connection on which nothing moves for longer is closed, an answer under way or not;
 *     zero closes none
 * @param limits of what one caller may take
 */
public record ServerConfig(
        Listen listen,
        Exchange.ProblemForm problemForm,
        Duration bodyTime,
        Duration drain,
        Duration idle,
        LimitsConfig limits) {

    /** 30 seconds for a body and for the drain; idle connections stay, and nobody is limited. */
    public static ServerConfig on(Listen listen, Exchange.ProblemForm problemForm) {
        return new ServerConfig(
                listen,
                problemForm,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ZERO,
                LimitsConfig.none());
    }

    public ServerConfig withDrain(Duration time) {
        return new ServerConfig(listen, problemForm, bodyTime, time, idle, limits);
    }

    public ServerConfig withIdle(Duration time) {
        return new ServerConfig(listen, problemForm, bodyTime, drain, time, limits);
    }

    public ServerConfig withLimits(LimitsConfig others) {
        return new ServerConfig(listen, problemForm, bodyTime, drain, idle, others);
    }
}
