package dev.lumiere.eventlog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What waits for a {@link Sequencer}, bounded in number and in bytes. Any thread may use it. */
final class Intake {
    private static final int MAX_WAITING = 16_384;
    private static final long MAX_WAITING_BYTES = 64 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Wish> waiting = new ArrayDeque<>();
    private long bytes;
    private volatile @Nullable String closedBecause;

    /** Takes it, or refuses it at once. */
    void add(Wish wish) {
        var refusal = added(wish);
        if (refusal != null) {
            wish.outcome().complete(new AppendOutcome.Refused(refusal));
        }
    }

    private @Nullable String added(Wish wish) {
        lock.lock();
        try {
            if (closedBecause != null) {
                return closedBecause;
            }
            if (waiting.size() == MAX_WAITING || bytes + wish.bytes() > MAX_WAITING_BYTES) {
                return "over capacity: too much waits";
            }
            waiting.add(wish);
            bytes += wish.bytes();
            changed.signal();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The next, waited for; null when this is closed and nothing is left. */
    @Nullable Wish take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && closedBecause == null) {
                changed.await();
            }
            return poll();
        } finally {
            lock.unlock();
        }
    }

    /** The next; null if nothing waits. */
    @Nullable Wish poll() {
        lock.lock();
        try {
            var next = waiting.poll();
            if (next != null) {
                bytes -= next.bytes();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing more is taken; null if that is not so. */
    @Nullable String closedBecause() {
        return closedBecause;
    }

    /** Nothing more is taken; what waits can be had still. The first reason is kept. */
    void close(String reason) {
        lock.lock();
        try {
            if (closedBecause == null) {
                closedBecause = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** All that waits hears why this is closed. */
    void refuseAll() {
        List<Wish> left;
        lock.lock();
        try {
            left = new ArrayList<>(waiting);
            waiting.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
        var reason = new AppendOutcome.Refused("" + closedBecause);
        left.forEach(wish -> wish.outcome().complete(reason));
    }
}
