package dev.lumiere.eventlog;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How far each partition may be read, and who waits for more. */
public final class Tail {
    private final AtomicLongArray published;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private volatile boolean closed;

    public Tail(int partitions) {
        published = new AtomicLongArray(partitions);
    }

    public long of(int partition) {
        return published.get(partition);
    }

    public PositionVector vector() {
        var positions = new long[published.length()];
        for (var i = 0; i < positions.length; i++) {
            positions[i] = published.get(i);
        }
        return PositionVector.of(positions);
    }

    /** All who read from now on see what is up to there. It never goes back. */
    public void publish(int partition, long position) {
        published.accumulateAndGet(partition, position, Math::max);
    }

    /** After one or more were published. */
    public void wake() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody waits any longer, since nothing comes. */
    public void close() {
        closed = true;
        wake();
    }

    public boolean isClosed() {
        return closed;
    }

    /** Whether there is something after these positions; waits for it if there is time. */
    public boolean awaitMore(PositionVector than, List<Integer> partitions, Duration atMost)
            throws InterruptedException {
        return await(() -> partitions.stream().anyMatch(p -> of(p) > than.of(p)), atMost);
    }

    /** Whether all up to these positions is there; waits for it if there is time. */
    public boolean await(PositionVector positions, Duration atMost) throws InterruptedException {
        return await(() -> vector().includes(positions), atMost);
    }

    /** Whether an event is there; waits for it if there is time. */
    public boolean await(Event.Place place, Duration atMost) throws InterruptedException {
        return await(() -> of(place.partition()) >= place.position(), atMost);
    }

    private boolean await(Wish wish, Duration atMost) throws InterruptedException {
        if (wish.isFulfilled()) {
            return true;
        }
        var left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (!wish.isFulfilled()) {
                if (left <= 0 || closed) {
                    return false;
                }
                left = moved.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private interface Wish {
        boolean isFulfilled();
    }
}
