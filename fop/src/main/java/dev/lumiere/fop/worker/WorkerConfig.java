package dev.lumiere.fop.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a worker process serves.
 *
 * @param listen {@code unix:/path} or {@code tcp://host:port}, port 0 for a free one
 * @param source path of the source socket, null where there is none
 * @param concurrency slots, 1 to 1024
 * @param queue requests that may wait for a slot; one more is a 503
 * @param maxBodyBytes of a source or input in memory; over it 413
 * @param defaultTime what a request may take if its caller states no deadline
 * @param grace how long a handler may go on after its deadline before the process halts
 * @param drain how long requests in flight may go on after SIGTERM
 */
public record WorkerConfig(
        String listen,
        @Nullable Path source,
        int concurrency,
        int queue,
        long maxBodyBytes,
        Duration defaultTime,
        Duration grace,
        Duration drain) {
    private static final int DEFAULT_MAX_BODY_MIB = 256;

    public WorkerConfig {
        if (concurrency < 1 || concurrency > 1024) {
            throw new IllegalArgumentException("concurrency not in 1..1024: " + concurrency);
        }
        if (queue < 0) {
            throw new IllegalArgumentException("queue is negative: " + queue);
        }
    }

    /**
     * Reads {@code LUMIERE_WORKER_LISTEN}, {@code _SOURCE}, {@code _CONCURRENCY}, {@code _QUEUE},
     * {@code _MAX_BODY_MIB}, {@code _GRACE_MS} and {@code _DRAIN_MS}.
     *
     * @throws IllegalArgumentException naming the variable that is wrong
     */
    public static WorkerConfig from(Map<String, String> environment) {
        var source = environment.get("LUMIERE_WORKER_SOURCE");
        var slots = number(environment, "CONCURRENCY", Runtime.getRuntime().availableProcessors());
        return new WorkerConfig(
                environment.getOrDefault("LUMIERE_WORKER_LISTEN", "tcp://127.0.0.1:0"),
                source == null || source.isEmpty() ? null : Path.of(source),
                slots,
                number(environment, "QUEUE", 4 * slots),
                (long) number(environment, "MAX_BODY_MIB", DEFAULT_MAX_BODY_MIB) << 20,
                Duration.ofSeconds(30),
                Duration.ofMillis(number(environment, "GRACE_MS", 2_000)),
                Duration.ofMillis(number(environment, "DRAIN_MS", 30_000)));
    }

    private static int number(Map<String, String> environment, String field, int otherwise) {
        var variable = "LUMIERE_WORKER_" + field;
        var value = environment.get(variable);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException(variable + " is not a number: " + value);
        }
    }
}
