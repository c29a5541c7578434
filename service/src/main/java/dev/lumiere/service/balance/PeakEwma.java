package dev.lumiere.service.balance;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long an instance takes to answer, as a moving average that forgets slowly but jumps to every
 * peak, so that a slow instance is known by its first slow answer:
 *
 * <pre>
 * ewma = rtt                          if rtt &gt; ewma
 *      = ewma · w + rtt · (1 − w)     otherwise, w = exp(−Δt / τ)
 * </pre>
 *
 * An idle instance is forgiven with time, as if it answered at once; one with calls in flight is
 * not, so that a black hole is not mistaken for a fast instance. Times are nanoseconds of any one
 * clock. {@code StrictMath}, so that a simulation comes out the same on every machine.
 *
 * @see <a
 *     href="https://github.com/twitter/finagle/blob/develop/finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/PeakEwma.scala">
 *     Finagle's PeakEwma</a>
 */
final class PeakEwma {
    private final double tauNanos;
    private final AtomicReference<@Nullable Mean> mean = new AtomicReference<>();

    private record Mean(double nanos, long at) {}

    PeakEwma(Duration tau) {
        this.tauNanos = tau.toNanos();
    }

    /** Takes in the round trip of one call. */
    void observe(long rttNanos, long now) {
        while (true) {
            var old = mean.get();
            if (mean.compareAndSet(old, next(old, rttNanos, now))) {
                return;
            }
        }
    }

    private Mean next(@Nullable Mean old, long rttNanos, long now) {
        if (old == null || rttNanos >= old.nanos) {
            return new Mean(rttNanos, now);
        }
        var elapsed = Math.max(0, now - old.at);
        var w = StrictMath.exp(-elapsed / tauNanos);
        return new Mean(old.nanos * w + rttNanos * (1 - w), now);
    }

    /** Nothing was observed yet. */
    boolean unknown() {
        return mean.get() == null;
    }

    /** The average at {@code now}; 0 if nothing was observed. */
    double nanos(boolean idle, long now) {
        var known = mean.get();
        if (known == null) {
            return 0;
        }
        return idle
                ? known.nanos * StrictMath.exp(-Math.max(0, now - known.at) / tauNanos)
                : known.nanos;
    }
}
