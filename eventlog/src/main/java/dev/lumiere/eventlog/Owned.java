package dev.lumiere.eventlog;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The partitions that are this node's, each with who decides for it. */
final class Owned implements Candidate, AutoCloseable {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

    private final LogDevice device;
    private final String address;
    private final Tail tail;
    private final AtomicReferenceArray<@Nullable Sequencer> deciding;
    private final Map<Claim, Deciding> claims = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;
    private volatile boolean isForLife;

    private record Deciding(Sequencer sequencer, Thread thread) {}

    Owned(LogDevice device, String address, Tail tail) {
        this.device = device;
        this.address = address;
        this.tail = tail;
        deciding = new AtomicReferenceArray<>(device.partitions());
    }

    @Override
    public String address() {
        return address;
    }

    /** Who decides for a partition; null if that is done elsewhere. */
    @Nullable Sequencer of(int partition) {
        return deciding.get(partition);
    }

    @Override
    public void granted(Claim claim) throws IOException {
        var sequencer =
                new Sequencer(
                        device,
                        claim,
                        tail,
                        Thread::startVirtualThread,
                        claim.isForLife() ? () -> {} : () -> lost(claim, "a batch failed"));
        lock.lock();
        try {
            if (closed) {
                return;
            }
            var thread =
                    Thread.ofPlatform()
                            .name("log-sequencer")
                            .daemon()
                            .unstarted(() -> decide(sequencer, claim));
            isForLife |= claim.isForLife();
            claims.put(claim, new Deciding(sequencer, thread));
            claim.partitions().forEach(partition -> deciding.set(partition, sequencer));
            thread.start();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void decide(Sequencer sequencer, Claim claim) {
        try {
            sequencer.run();
        } finally {
            claim.release();
        }
    }

    @Override
    public void lost(Claim claim, String reason) {
        Deciding lost;
        lock.lock();
        try {
            lost = claims.remove(claim);
            if (lost == null) {
                return;
            }
            for (var partition : claim.partitions()) {
                deciding.compareAndSet(partition, lost.sequencer, null);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        lost.sequencer.moved(reason);
    }

    /** Whether nobody else ever has any of them. */
    boolean isForLife() {
        return isForLife;
    }

    @Override
    public void moved(int partition, long last) {
        tail.publish(partition, last);
        tail.wake();
    }

    /** Waits until somebody else decides here, or nobody any more. */
    void awaitChange(@Nullable Sequencer seen, int partition, Duration atMost)
            throws InterruptedException {
        var left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (left > 0 && of(partition) == seen) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    int queued() {
        lock.lock();
        try {
            return claims.values().stream().mapToInt(d -> d.sequencer.queued()).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing more is appended here; null if that is not so. */
    @Nullable String closedBecause() {
        lock.lock();
        try {
            for (var each : claims.values()) {
                var reason = each.sequencer.closedBecause();
                if (reason != null) {
                    return reason;
                }
            }
            return closed ? "the log is closed" : null;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** What waits is decided still, as long as the device does not keep it waiting for too long. */
    @Override
    public void close() {
        HashSet<Deciding> all;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            all = new HashSet<>(claims.values());
        } finally {
            lock.unlock();
        }
        all.forEach(each -> each.sequencer.close());
        var interrupted = false;
        var end = System.nanoTime() + ENDS_WITHIN.toNanos();
        for (var each : all) {
            var left = Duration.ofNanos(end - System.nanoTime());
            while (each.thread.isAlive() && left.isPositive()) {
                try {
                    each.thread.join(left);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
                left = Duration.ofNanos(end - System.nanoTime());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
