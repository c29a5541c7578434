package dev.lumiere.service.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket of tokens, full at first and filled at a steady rate, of which each request takes one.
 * No thread ever waits for another.
 *
 * <p>All that is kept is the time at which the bucket will be full again: what takes a token moves
 * it on by the time in which one comes in, and may not move it further than a whole bucket ahead.
 *
 * @see <a href="https://www.itu.int/rec/T-REC-I.371">ITU-T I.371, the generic cell rate
 *     algorithm</a>
 */
final class TokenBucket {
    private final long nanosPerToken;
    private final long nanosToFill;
    private final AtomicLong fullAt;

    /**
     * A full one.
     *
     * @param now of a clock that never goes back, in nanoseconds, as of every call
     */
    TokenBucket(Rate rate, long now) {
        nanosPerToken = rate.nanosPerToken();
        nanosToFill = nanosPerToken * rate.burst();
        fullAt = new AtomicLong(now);
    }

    /**
     * Takes a token.
     *
     * @return 0 if there was one, else in how many nanoseconds there will be one
     */
    long take(long now) {
        while (true) {
            var full = fullAt.get();
            var later = (full - now > 0 ? full : now) + nanosPerToken;
            var missing = later - now - nanosToFill;
            if (missing > 0) {
                return missing;
            }
            if (fullAt.compareAndSet(full, later)) {
                return 0;
            }
        }
    }
}
