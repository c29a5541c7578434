package dev.lumiere.service;

import java.time.Duration;

/**
 * How a server listens.
 *
 * @param bodyTime how long a body may take to arrive
 * @param drain how long answers may take when it stops
 * @param idle a connection on which nothing moves for longer is closed, an answer under way or not;
 *     zero closes none
 */
public record ServerConfig(
        Listen listen,
        Exchange.ProblemForm problemForm,
        Duration bodyTime,
        Duration drain,
        Duration idle) {

    /** 30 seconds for a body and for the drain; idle connections stay. */
    public static ServerConfig on(Listen listen, Exchange.ProblemForm problemForm) {
        return new ServerConfig(
                listen, problemForm, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ZERO);
    }

    public ServerConfig withDrain(Duration time) {
        return new ServerConfig(listen, problemForm, bodyTime, time, idle);
    }

    public ServerConfig withIdle(Duration time) {
        return new ServerConfig(listen, problemForm, bodyTime, drain, time);
    }
}
