package dev.lumiere.eventlog;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what was waited for too long, within a tick. A timer for each append would cost as much as
 * the append, though hardly one ever goes off.
 */
final class Deadlines implements AutoCloseable {
    private final Duration tick;
    private final Queue<Waiting<?>> waiting = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean isIdle;
    private volatile boolean isClosed;

    private record Waiting<T>(CompletableFuture<T> outcome, long end, T late) {
        /** Whether nobody waits any longer. */
        private boolean isOver(long now) {
            return outcome.isDone() || (end - now <= 0 && outcome.complete(late));
        }
    }

    Deadlines(Duration tick) {
        this.tick = tick;
        thread = Thread.ofVirtual().name("log-deadlines").start(this::run);
    }

    /** If it has no outcome by then it has this one. */
    <T> void end(CompletableFuture<T> outcome, Duration atMost, T late) {
        waiting.add(new Waiting<>(outcome, System.nanoTime() + atMost.toNanos(), late));
        if (isIdle) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!isClosed || !waiting.isEmpty()) {
            isIdle = true;
            if (waiting.isEmpty() && !isClosed) {
                LockSupport.park(this);
            }
            isIdle = false;
            LockSupport.parkNanos(this, tick.toNanos());
            var now = System.nanoTime();
            waiting.removeIf(each -> each.isOver(now));
        }
    }

    /** Nothing more is given to it; what waits is ended still. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }
}
