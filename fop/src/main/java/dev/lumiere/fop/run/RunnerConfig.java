package dev.lumiere.fop.run;

import java.time.Duration;

/**
 * Bounds of the runner.
 *
 * @param maxBodyBytes a larger source is not sent but offered by URL on the source socket
 * @param minHandedBytes from this size on a worker on the same host is handed the open file
 * @param maxKeptBytes memory kept for reading sources, in all
 * @param maxResultBytes of one call
 * @param waitForInstance how long a call may wait for an instance if none is alive; a worker
 *     restarts in one to three seconds, and what it waits for may be the second restart
 * @param waitForRoom how long a call may wait for room if all that are alive are full
 * @param quarantine how long a source that did harm is refused
 * @param maxQuarantined how many are held at most
 */
public record RunnerConfig(
        long maxBodyBytes,
        long minHandedBytes,
        long maxKeptBytes,
        long maxResultBytes,
        Duration waitForInstance,
        Duration waitForRoom,
        Duration quarantine,
        int maxQuarantined) {
    private static final long MIB = 1L << 20;

    public RunnerConfig {
        if (maxBodyBytes < 0 || maxBodyBytes > Integer.MAX_VALUE - 8 || maxResultBytes < 1) {
            throw new IllegalArgumentException(
                    "bounds on bodies: " + maxBodyBytes + ", " + maxResultBytes);
        }
    }

    public static RunnerConfig defaults() {
        return new RunnerConfig(
                32 * MIB,
                MIB / 16,
                64 * MIB,
                32 * MIB,
                Duration.ofSeconds(6),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                10_000);
    }
}
