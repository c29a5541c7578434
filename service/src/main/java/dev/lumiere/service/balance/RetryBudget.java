package dev.lumiere.service.balance;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many of the calls under way may be repeats: at most a fifth of them, though three always may.
 * So repeats cannot multiply the load on a service that is failing already.
 *
 * @see <a
 *     href="https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto#config-cluster-v3-circuitbreakers-thresholds-retrybudget">
 *     Envoy: retry budget</a>
 */
public final class RetryBudget {
    private static final long MINIMUM = 3;
    private static final double SHARE = 0.2;

    private final AtomicLong active = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();

    /** A call begins; its repeats are part of it. */
    public void callStarted() {
        active.incrementAndGet();
    }

    public void callEnded() {
        active.decrementAndGet();
    }

    /** Calls under way. */
    public long active() {
        return active.get();
    }

    /**
     * Takes a place for a repeat.
     *
     * @return false if there is none
     */
    public boolean tryRetry() {
        var most = Math.max(MINIMUM, (long) (SHARE * active.get()));
        while (true) {
            var now = retries.get();
            if (now >= most) {
                return false;
            }
            if (retries.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** The repeat is over, and its place free. */
    public void retryEnded() {
        retries.decrementAndGet();
    }
}
