package dev.lumiere.deploy;

import java.time.Duration;

/**
 * How long a slot stays empty after a death: truncated exponential back-off. An instance that had
 * been ready for {@code healthyAfter} clears the count, so its place is filled again at once.
 *
 * @param first after the first failure
 * @param cap at most
 */
public record BackOff(Duration first, Duration cap, Duration healthyAfter) {
    public static final BackOff DEFAULT =
            new BackOff(Duration.ofMillis(250), Duration.ofSeconds(30), Duration.ofSeconds(10));

    public BackOff {
        if (!first.isPositive() || cap.compareTo(first) < 0 || healthyAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "not a back-off: " + first + ", " + cap + ", " + healthyAfter);
        }
    }

    /**
     * The wait after that many failures in a row: {@code first · 2^(failures-1)}, up to the cap.
     */
    public Duration delay(int failures) {
        if (failures <= 0) {
            return Duration.ZERO;
        }
        var delay = first;
        for (var i = 1; i < failures && delay.compareTo(cap) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(cap) < 0 ? delay : cap;
    }

    /**
     * The count after one more death.
     *
     * @param before failures in a row so far
     * @param readyFor how long the dead one had been ready, zero if it never was
     */
    public int failuresAfter(int before, Duration readyFor) {
        var healthy = readyFor.isPositive() && readyFor.compareTo(healthyAfter) >= 0;
        return healthy ? 0 : Math.min(before, Integer.MAX_VALUE - 1) + 1;
    }
}
