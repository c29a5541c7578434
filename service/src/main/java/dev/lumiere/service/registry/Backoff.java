package dev.lumiere.service.registry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubled with each failure, half of it drawn, so that many
 * who failed together do not come back together.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Brooker
 *     (2015)</a>, "equal jitter"
 */
final class Backoff {
    private final Duration first;
    private final Duration most;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration most, RandomGenerator random) {
        this.first = first;
        this.most = most;
        this.random = random;
    }

    Duration next() {
        var full = Math.min(most.toNanos(), first.toNanos() << Math.min(failures, 20));
        failures++;
        return Duration.ofNanos(full / 2 + random.nextLong(full / 2 + 1));
    }

    void succeeded() {
        failures = 0;
    }
}
