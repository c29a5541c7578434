package dev.lumiere.eventlog;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends appends that were waited for too long, within a tick. A timer for each append would cost as
 * much as the append, though hardly one ever goes off.
 */
final class Deadlines implements AutoCloseable {
    private final Duration tick;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean isIdle;
    private volatile boolean isClosed;

    private record Waiting(CompletableFuture<AppendOutcome> outcome, long end, Duration atMost) {
        /** Whether it has an outcome, which it is given when it is late. */
        private boolean ended(long now) {
            return outcome.isDone() || (end - now <= 0 && outcome.complete(late(atMost)));
        }
    }

    Deadlines(Duration tick) {
        this.tick = tick;
        thread = Thread.ofVirtual().name("log-deadlines").start(this::run);
    }

    /** What is known of an append after that time without an answer. */
    static AppendOutcome late(Duration atMost) {
        return new AppendOutcome.Unknown("not known after " + atMost);
    }

    /** Gives it that outcome if it has none by then. */
    void add(CompletableFuture<AppendOutcome> outcome, Duration atMost) {
        waiting.add(new Waiting(outcome, System.nanoTime() + atMost.toNanos(), atMost));
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
            waiting.removeIf(each -> each.ended(now));
        }
    }

    /** Nothing more is given to it; what waits is ended still. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }
}
