package dev.lumiere.service.registry;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one listener, on a virtual thread of its own. When more changes wait than {@code capacity},
 * they are dropped and the listener is told all members of then.
 *
 * <p>Locks are taken in the order registry, queue; the listener is called under neither.
 */
final class MemoryWatch implements Registry.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

    private final MemoryRegistry registry;
    private final Query query;
    private final Consumer<Change> listener;
    private final int capacity;

    private final ReentrantLock queue = new ReentrantLock();
    private final Condition news = queue.newCondition();
    private final ArrayDeque<Change> untold = new ArrayDeque<>();
    private boolean behind;
    private volatile boolean closed;

    /** Held while the listener is called, so that {@link #close} waits; fair, so not for long. */
    private final ReentrantLock telling = new ReentrantLock(true);

    MemoryWatch(MemoryRegistry registry, Query query, Consumer<Change> listener, int capacity) {
        this.registry = registry;
        this.query = query;
        this.listener = listener;
        this.capacity = capacity;
    }

    Query query() {
        return query;
    }

    void start() {
        Thread.ofVirtual().name("registry-watch").start(this::tellAll);
    }

    void offer(Change change) {
        queue.lock();
        try {
            if (behind || closed) {
                return;
            }
            if (untold.size() == capacity) {
                untold.clear();
                behind = true;
            } else {
                untold.add(change);
            }
            news.signal();
        } finally {
            queue.unlock();
        }
    }

    /** Called with the registry's lock held. */
    void startOver(Change.Members members) {
        queue.lock();
        try {
            behind = false;
            untold.clear();
            untold.add(members);
        } finally {
            queue.unlock();
        }
    }

    @Override
    public void close() {
        registry.forget(this);
        telling.lock();
        try {
            stop();
        } finally {
            telling.unlock();
        }
    }

    private void stop() {
        queue.lock();
        try {
            closed = true;
            untold.clear();
            news.signal();
        } finally {
            queue.unlock();
        }
    }

    private void tellAll() {
        while (!closed) {
            var change = next();
            if (change == null) {
                registry.catchUp(this);
            } else {
                tell(change);
            }
        }
    }

    /** Waits for a change; null if all members must be told instead, or the watch is closed. */
    private @Nullable Change next() {
        queue.lock();
        try {
            while (untold.isEmpty() && !behind && !closed) {
                news.awaitUninterruptibly();
            }
            return untold.poll();
        } finally {
            queue.unlock();
        }
    }

    private void tell(Change change) {
        telling.lock();
        try {
            if (!closed) {
                listener.accept(change);
            }
        } catch (RuntimeException e) {
            LOG.error("a watch's listener failed on {}; it is told what follows", change, e);
        } finally {
            telling.unlock();
        }
    }
}
