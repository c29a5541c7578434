package dev.lumiere.service;

import org.slf4j.LoggerFactory;

/** Ends a process well when it is told to. */
public final class DrainOnSignal {
    private DrainOnSignal() {}

    /** From now on SIGTERM and SIGINT run {@code drain}, and the process ends with status 0. */
    public static void arm(Runnable drain) {
        Runnable drainAndEnd =
                () -> {
                    drain.run();
                    LoggerFactory.getLogger(DrainOnSignal.class).info("drained");
                    // Else the JVM would end with 143.
                    Runtime.getRuntime().halt(0);
                };
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("drain").unstarted(drainAndEnd));
    }
}
