package dev.lumiere.eventlog;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What waits for a {@link Sequencer}, bounded in number and in bytes. Any thread may use it. */
final class Intake {
    private static final int MAX_QUEUED = 16_384;
    private static final long MAX_QUEUED_BYTES = 64 << 20;

    /** Wakes who waits for more when no more comes. */
    private static final Wish END =
            new Wish(
                    -1,
                    Append.to(new StreamId("end", "end"), Expected.any(), List.of()),
                    0,
                    Wish.NOT_LOOKED,
                    new CompletableFuture<>());

    private final BlockingQueue<Wish> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final AtomicLong queuedBytes = new AtomicLong();
    private volatile @Nullable String closedBecause;

    /** Takes it, or refuses it at once. */
    void add(Wish wish) {
        var closed = closedBecause;
        if (closed != null) {
            wish.outcome().complete(new AppendOutcome.Refused(closed));
        } else if (queuedBytes.addAndGet(wish.bytes()) > MAX_QUEUED_BYTES || !queue.offer(wish)) {
            queuedBytes.addAndGet(-wish.bytes());
            wish.outcome().complete(new AppendOutcome.Refused("over capacity: too much waits"));
        } else {
            closed = closedBecause;
            if (closed != null && queue.remove(wish)) { // perhaps nobody takes it any more
                wish.outcome().complete(new AppendOutcome.Refused(closed));
            }
        }
    }

    /** The next; null when this is closed and nothing is left. */
    @Nullable Wish take() throws InterruptedException {
        var next = queue.poll();
        if (next == null) {
            if (closedBecause != null) {
                return null;
            }
            next = queue.take();
        }
        return taken(next);
    }

    /** The next; null if nothing waits. */
    @Nullable Wish poll() {
        var next = queue.poll();
        return next == null ? null : taken(next);
    }

    private @Nullable Wish taken(Wish next) {
        if (next.partition() == END.partition()) {
            var _ = queue.offer(END); // for others who wait; if there is no room they do not
            return null;
        }
        queuedBytes.addAndGet(-next.bytes());
        return next;
    }

    int size() {
        return queue.size();
    }

    /** Why nothing more is taken; null if that is not so. */
    @Nullable String closedBecause() {
        return closedBecause;
    }

    /** Nothing more is taken; what waits can be had still. The first reason is kept. */
    synchronized void close(String reason) {
        if (closedBecause == null) {
            closedBecause = reason;
        }
        var _ = queue.offer(END); // if there is no room nobody waits
    }

    /** All that waits hears why this is closed. */
    void refuseAll() {
        var reason = new AppendOutcome.Refused("" + closedBecause);
        for (var wish = queue.poll(); wish != null; wish = queue.poll()) {
            queuedBytes.addAndGet(-wish.bytes());
            wish.outcome().complete(reason);
        }
    }
}
