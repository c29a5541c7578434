package dev.lumiere.service;

import java.time.Duration;

/**
 * How a server listens.
 *
 * @param bodyTime how long a body may take to arrive
 * @param drain how long answers may take when it stops
 */
public record ServerConfig(
        Listen listen, Exchange.ProblemForm problemForm, Duration bodyTime, Duration drain) {

    /** 30 seconds for each. */
    public static ServerConfig on(Listen listen, Exchange.ProblemForm problemForm) {
        return new ServerConfig(
                listen, problemForm, Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    public ServerConfig withDrain(Duration time) {
        return new ServerConfig(listen, problemForm, bodyTime, time);
    }
}
