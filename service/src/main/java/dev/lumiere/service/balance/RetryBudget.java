package dev.lumiere.service.balance;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many of the calls under way may be repeats: at most a fifth of them, though three always may.
 * So repeats cannot multiply the load on a service that is failing already: those over it fail, or
 * wait for a place if their caller has the time.
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

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition mayHavePlace = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

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

    /**
     * Takes a place for a repeat, waiting for one if need be.
     *
     * @return false if there was none in time
     */
    public boolean awaitRetry(Duration atMost) throws InterruptedException {
        if (tryRetry()) {
            return true;
        }
        waiting.incrementAndGet();
        lock.lock();
        try {
            var left = atMost.toNanos();
            while (!tryRetry()) {
                if (left <= 0) {
                    return false;
                }
                left = mayHavePlace.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }

    /** The repeat is over, and its place free. */
    public void retryEnded() {
        retries.decrementAndGet();
        if (waiting.get() > 0) {
            lock.lock();
            try {
                mayHavePlace.signal();
            } finally {
                lock.unlock();
            }
        }
    }
}
