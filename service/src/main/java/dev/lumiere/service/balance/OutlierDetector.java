package dev.lumiere.service.balance;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes an instance out of rotation for a while when it failed several times in a row, or could not
 * be connected to at all. The time out grows with each time in a row, and shrinks back by one step
 * for as long a time in good health.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier">
 *     Envoy: outlier detection</a>
 */
final class OutlierDetector {
    private final int consecutiveFailures;
    private final long baseNanos;
    private final long maxNanos;
    private final double maxShare;

    OutlierDetector(
            int consecutiveFailures, Duration base, Duration longest, double maxEjectedShare) {
        this.consecutiveFailures = consecutiveFailures;
        this.baseNanos = base.toNanos();
        this.maxNanos = longest.toNanos();
        this.maxShare = maxEjectedShare;
    }

    /** How one instance has done lately. */
    static final class Conduct {
        private final AtomicInteger failuresInRow = new AtomicInteger();
        private int timesInRow;
        private boolean ejected;
        private long ejectedUntil;

        synchronized boolean ejected() {
            return ejected;
        }

        synchronized long ejectedUntil() {
            return ejectedUntil;
        }
    }

    void succeeded(Conduct conduct) {
        if (conduct.failuresInRow.get() != 0) {
            conduct.failuresInRow.set(0);
        }
    }

    /**
     * Counts a failure.
     *
     * @return whether it is one too many: the instance is due to be ejected, if {@link #mayEject}
     */
    boolean failed(Conduct conduct, boolean connected) {
        var inRow = conduct.failuresInRow.incrementAndGet();
        return !connected || inRow >= consecutiveFailures;
    }

    /** One instance may always be ejected, more only up to the share. */
    boolean mayEject(int ejected, int members) {
        return members > 1 && (ejected == 0 || ejected + 1 <= maxShare * members);
    }

    /** So many are ejected that the rest cannot be expected to carry the load. */
    boolean panic(int ejected, int members) {
        return (ejected > 1 && ejected > maxShare * members) || ejected == members;
    }

    void eject(Conduct conduct, long now) {
        synchronized (conduct) {
            if (conduct.ejected) {
                return;
            }
            var healthySteps = (now - conduct.ejectedUntil) / baseNanos;
            conduct.timesInRow =
                    1 + (int) Math.max(0, conduct.timesInRow - Math.max(0, healthySteps));
            conduct.ejected = true;
            conduct.ejectedUntil =
                    now + Math.min(maxNanos, Math.multiplyExact(baseNanos, conduct.timesInRow));
        }
    }

    /** Puts an instance whose time is over back into rotation. */
    boolean pardon(Conduct conduct, long now) {
        synchronized (conduct) {
            if (!conduct.ejected || now < conduct.ejectedUntil) {
                return false;
            }
            conduct.ejected = false;
            conduct.failuresInRow.set(0);
            return true;
        }
    }
}
