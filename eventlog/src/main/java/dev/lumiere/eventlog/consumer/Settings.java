package dev.lumiere.eventlog.consumer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * How members of one name share the work; the same for all of them.
 *
 * @param lease how long a member that has something to do may say nothing before others take its
 *     partitions. It says something each third of it, and looks around twice as often
 * @param checkpointEvents after how many events at most it is written how far a partition is
 * @param checkpointTime after what time at most it is, if there were any
 * @param chunk how many events are read at once, and so given out before another partition's turn
 * @param start where a partition begins that nobody of this name has had before
 * @param ticker nanoseconds from any origin, never back; only differences are used
 * @param clock for the times of checkpoints, which nothing depends on
 */
public record Settings(
        Duration lease,
        int checkpointEvents,
        Duration checkpointTime,
        int chunk,
        Start start,
        LongSupplier ticker,
        InstantSource clock) {
    private static final int MAX_CHUNK = 4096;

    /** Where to begin. */
    public enum Start {
        /** With all there is. */
        FIRST,
        /** With what comes. */
        NEXT
    }

    public Settings {
        if (lease.compareTo(Duration.ofMillis(10)) < 0) {
            throw new IllegalArgumentException("lease below 10 ms: " + lease);
        }
        if (checkpointEvents < 1 || !checkpointTime.isPositive()) {
            throw new IllegalArgumentException(
                    "no checkpoint each %d events or %s"
                            .formatted(checkpointEvents, checkpointTime));
        }
        if (chunk < 1 || chunk > MAX_CHUNK) {
            throw new IllegalArgumentException(
                    "chunk not in 1..%d: %d".formatted(MAX_CHUNK, chunk));
        }
    }

    /** A lease of ten seconds; a checkpoint each second and each thousand events. */
    public static Settings from(Start start) {
        return new Settings(
                Duration.ofSeconds(10),
                1000,
                Duration.ofSeconds(1),
                256,
                start,
                System::nanoTime,
                InstantSource.system());
    }

    /** Between two events by which a member with something to do says that it is there. */
    Duration heartbeat() {
        return lease.dividedBy(3);
    }

    /** Between two looks at what the others do. */
    Duration look() {
        return lease.dividedBy(6);
    }

    /** How long a write is waited for, before others have their turn. */
    Duration patience() {
        return lease.dividedBy(6);
    }
}
