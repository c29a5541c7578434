package dev.lumiere.rendition;

import dev.lumiere.service.Problem;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Bounds how many runs one service has at the same time, and how many wait for it: first come,
 * first served, and over the bound refused at once.
 */
final class Admission {
    /** How long is waited for instances where there is none: one that died is soon replaced. */
    static final Duration NOBODY_THERE = Duration.ofSeconds(2);

    /** Instances come and go without a word to the queue, so its head looks again. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String service;
    private final IntSupplier capacity;
    private final int maxQueued;
    private final Duration maxWait;
    private final InstantSource clock;
    private final Timer waits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Condition> queue = new ArrayDeque<>();
    private final Condition room = lock.newCondition();
    private int running;
    private long entered;

    /**
     * For one service.
     *
     * @param capacity how many may run now; 0 if no instance is alive
     * @param waits told how long each waited
     */
    Admission(
            String service,
            IntSupplier capacity,
            int maxQueued,
            Duration maxWait,
            InstantSource clock,
            Timer waits) {
        this.service = service;
        this.capacity = capacity;
        this.maxQueued = maxQueued;
        this.maxWait = maxWait;
        this.clock = clock;
        this.waits = waits;
    }

    /**
     * Waits for a turn, to be given back by {@link #leave}.
     *
     * @return how long that took
     * @throws Problem.Refused 503 at once if too many wait, 503 or 504 if it took too long
     */
    Duration enter(Instant deadline) throws InterruptedException {
        var start = clock.instant();
        lock.lockInterruptibly();
        try {
            if (!queue.isEmpty() || isFull()) {
                if (queue.size() >= maxQueued) {
                    throw refusal("over capacity: " + maxQueued + " requests wait for " + service);
                }
                awaitTurn(start, deadline);
            }
            running++;
            entered++;
        } finally {
            wakeNext();
            lock.unlock();
        }
        var waited = Duration.between(start, clock.instant());
        waits.record(waited);
        return waited;
    }

    void leave() {
        lock.lock();
        try {
            running--;
            wakeNext();
        } finally {
            lock.unlock();
        }
    }

    /** How many may run now; 0 if no instance is alive. */
    int capacity() {
        return capacity.getAsInt();
    }

    /** Whether one that came now would have its turn at once. */
    boolean hasRoom() {
        lock.lock();
        try {
            return queue.isEmpty() && !isFull();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nobody else does and there is room; takes none. */
    void awaitRoom() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!queue.isEmpty() || isFull()) {
                var _ = room.await(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    int queued() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /** How many got their turn so far. */
    long entered() {
        lock.lock();
        try {
            return entered;
        } finally {
            lock.unlock();
        }
    }

    private void awaitTurn(Instant start, Instant deadline) throws InterruptedException {
        var turn = lock.newCondition();
        queue.addLast(turn);
        try {
            while (!turn.equals(queue.peekFirst()) || isFull()) {
                var now = clock.instant();
                if (!now.isBefore(deadline)) {
                    throw Problem.timeout("deadline passed while waiting for " + service).refused();
                }
                if (!now.isBefore(start.plus(maxWait))) {
                    throw refusal(
                            "over capacity: waited " + maxWait.toMillis() + " ms for " + service);
                }
                if (capacity.getAsInt() == 0 && !now.isBefore(start.plus(NOBODY_THERE))) {
                    throw refusal("no instance of " + service + " is alive");
                }
                var _ = turn.await(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            queue.remove(turn);
        }
    }

    private boolean isFull() {
        return running >= capacity.getAsInt();
    }

    private void wakeNext() {
        if (isFull()) {
            return;
        }
        var head = queue.peekFirst();
        if (head != null) {
            head.signal();
        } else {
            room.signalAll();
        }
    }

    private static Problem.Refused refusal(String why) {
        return Problem.unavailable(why, RETRY_AFTER).refused();
    }
}
