package dev.lumiere.fop.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Lets in as many requests as a service's instances can hold, the rest in turn: a body is not sent
 * to a worker that is going to refuse it.
 */
final class Gate {
    /** How many may wait. */
    static final int MAX_WAITING = 1024;

    private static final Duration RECHECK = Duration.ofMillis(50);

    private final IntSupplier capacity;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition freed = lock.newCondition();
    private int inside;
    private int waiting;
    private long entries;

    /**
     * One service's gate.
     *
     * @param capacity how many fit in now; at least one is let in at any time
     */
    Gate(IntSupplier capacity, InstantSource clock) {
        this.capacity = capacity;
        this.clock = clock;
    }

    /**
     * Waits for a place.
     *
     * @return false if too many wait, or {@code until} came first
     */
    boolean enter(Instant until) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (waiting > 0 || full()) {
                if (waiting >= MAX_WAITING || !waits(until)) {
                    return false;
                }
            }
            inside++;
            entries++;
            if (waiting > 0 && !full()) {
                freed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Goes in at once, full or not. */
    void enterFirst() {
        lock.lock();
        try {
            inside++;
            entries++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            inside--;
            freed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Begins to watch for company, from inside. */
    Company company() {
        lock.lock();
        try {
            return new Company(inside > 1, entries);
        } finally {
            lock.unlock();
        }
    }

    /** Who else is inside. */
    final class Company {
        private final boolean others;
        private final long entriesBefore;

        private Company(boolean others, long entriesBefore) {
            this.others = others;
            this.entriesBefore = entriesBefore;
        }

        /** Whether nobody else has been inside since. */
        boolean none() {
            lock.lock();
            try {
                return !others && entries == entriesBefore;
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean waits(Instant until) throws InterruptedException {
        waiting++;
        try {
            do {
                var left = Duration.between(clock.instant(), until);
                if (!left.isPositive()) {
                    freed.signal();
                    return false;
                }
                var wait = left.compareTo(RECHECK) < 0 ? left : RECHECK;
                var _ = freed.await(wait.toNanos(), TimeUnit.NANOSECONDS);
            } while (full());
            return true;
        } finally {
            waiting--;
        }
    }

    private boolean full() {
        return inside >= Math.max(1, capacity.getAsInt());
    }
}
