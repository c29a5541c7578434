package dev.lumiere.eventlog.postgres;

import java.time.Duration;

/**
 * Which database a log is in, and how nodes share it.
 *
 * @param partitions how many a new log has, 1 to 1024
 * @param lease how long a node that says nothing more keeps its partitions, at least 100 ms
 * @param poll how often others' events are looked for, at least 1 ms
 */
public record PostgresLogConfig(
        PostgresDatabase database, int partitions, Duration lease, Duration poll) {
    private static final int MAX_PARTITIONS = 1024;

    public PostgresLogConfig {
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new IllegalArgumentException(
                    "partitions not in 1..%d: %d".formatted(MAX_PARTITIONS, partitions));
        }
        if (lease.toMillis() < 100) {
            throw new IllegalArgumentException("lease below 100 ms: " + lease);
        }
        if (poll.toMillis() < 1) {
            throw new IllegalArgumentException("poll below 1 ms: " + poll);
        }
    }

    /**
     * With a lease of 5 s and a poll each 20 ms.
     *
     * @param url as {@link PostgresDatabase#parse} takes it
     * @throws IllegalArgumentException if it is something else
     */
    public static PostgresLogConfig parse(String url, int partitions) {
        return new PostgresLogConfig(
                PostgresDatabase.parse(url),
                partitions,
                Duration.ofSeconds(5),
                Duration.ofMillis(20));
    }

    @Override
    public String toString() {
        return database.toString();
    }
}
