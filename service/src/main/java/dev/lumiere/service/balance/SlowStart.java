package dev.lumiere.service.balance;

import java.time.Duration;

/**
 * The share of its calls that a new instance is given: grows from 10 % to all over a window, so
 * that it can warm up. As Envoy does it, with aggression 1:
 *
 * <pre>weight = max(0.1, max(age, 1 s) / window)</pre>
 *
 * @see <a
 *     href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/slow_start">
 *     Envoy: slow start mode</a>
 */
final class SlowStart {
    private static final double MIN_WEIGHT = 0.1;
    private static final long SECOND = 1_000_000_000L;

    private final long windowNanos;

    SlowStart(Duration window) {
        this.windowNanos = window.toNanos();
    }

    /** From 0.1 to 1. */
    double weight(long ageNanos) {
        if (ageNanos >= windowNanos) {
            return 1;
        }
        return Math.clamp((double) Math.max(ageNanos, SECOND) / windowNanos, MIN_WEIGHT, 1);
    }
}
