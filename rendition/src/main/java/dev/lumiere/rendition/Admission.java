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
 * Bounds how many runs one service has at the same time, and how many wait for it and how long:
 * first come, first served, and whom it would take too long, as far as one can tell, is refused at
 * once.
 */
final class Admission {
    /** How long is waited for instances where there is none: one that died is soon replaced. */
    static final Duration NOBODY_THERE = Duration.ofSeconds(2);

    /** How long an instance that died is still counted on: another soon takes its place. */
    static final Duration REPLACED = Duration.ofSeconds(10);

    /** Instances come and go without a word to the queue, so its head looks again. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /** Weight of the newest run in the mean of how long they take. */
    private static final double NEWEST = 0.1;

    private static final int MIN_COUNTED = 10;

    /** A run counts for no more than so many times the mean. */
    private static final double MOST_TOLD = 3;

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
    private double runSeconds;
    private int runsCounted;
    private int running;
    private long entered;
    private int mostPlaces;
    private Instant mostPlacesAt = Instant.MIN;

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

    /** A place among those that run; to be closed when the run is over. */
    final class Turn implements AutoCloseable {
        private final Duration waited;
        private final Instant began;
        private boolean isExceptional;

        private Turn(Duration waited, Instant began) {
            this.waited = waited;
            this.began = began;
        }

        Duration waited() {
            return waited;
        }

        /** Its time says nothing of how long others will take. */
        void exceptional() {
            isExceptional = true;
        }

        @Override
        public void close() {
            var seconds = Duration.between(began, clock.instant()).toNanos() / 1e9;
            lock.lock();
            try {
                running--;
                if (!isExceptional) {
                    count(seconds);
                }
                wakeNext();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Waits for a turn.
     *
     * @throws Problem.Refused 503 at once if too many wait or it would take too long, 503 or 504 if
     *     it did
     */
    Turn enter(Instant deadline) throws InterruptedException {
        var start = clock.instant();
        lock.lockInterruptibly();
        try {
            if (!queue.isEmpty() || isFull()) {
                refuseIfTooLong();
                awaitTurn(start, deadline);
            }
            running++;
            entered++;
        } finally {
            wakeNext();
            lock.unlock();
        }
        var now = clock.instant();
        var waited = Duration.between(start, now);
        waits.record(waited);
        return new Turn(waited, now);
    }

    /** One that waited for a dead worker to be replaced says little of those to come. */
    private void count(double seconds) {
        var told = runsCounted == 0 ? seconds : Math.min(seconds, MOST_TOLD * runSeconds);
        runsCounted++;
        runSeconds += Math.max(NEWEST, 1.0 / runsCounted) * (told - runSeconds);
    }

    /**
     * By what the runs took lately and how many places there were; the first runs, on a cold
     * machine, do not count for that, and neither does that an instance has just been lost. Runs
     * vary, so that who is expected to wait for half of what may be waited is refused: to hear it
     * after waiting in vain is worse.
     */
    private void refuseIfTooLong() {
        if (queue.size() >= maxQueued) {
            throw refusal("over capacity: " + maxQueued + " requests wait for " + service);
        }
        var isKnown = runsCounted >= MIN_COUNTED && capacity.getAsInt() > 0;
        var expected = (queue.size() + 0.5) * runSeconds / Math.max(1, mostPlaces);
        if (isKnown && expected > maxWait.toNanos() / 1e9 / 2) {
            throw refusal(
                    "over capacity: might wait more than %d ms for %s"
                            .formatted(maxWait.toMillis(), service));
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
        Instant nobodySince = null;
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
                if (capacity.getAsInt() > 0) {
                    nobodySince = null;
                } else if (nobodySince == null) {
                    nobodySince = now;
                } else if (!now.isBefore(nobodySince.plus(NOBODY_THERE))) {
                    throw refusal("no instance of " + service + " is alive");
                }
                var _ = turn.await(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            queue.remove(turn);
        }
    }

    private boolean isFull() {
        var places = capacity.getAsInt();
        var now = clock.instant();
        if (places >= mostPlaces || !now.isBefore(mostPlacesAt.plus(REPLACED))) {
            mostPlaces = places;
            mostPlacesAt = now;
        }
        return running >= places;
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
