package dev.lumiere.eventlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what is appended, and where. Callers put their wishes into a queue. Who decides takes all
 * that wait, holds them against versions and ids in turn, and adds them to the open batch; who
 * writes hands the open batch to the device, and when that is durable publishes it and tells the
 * callers. Two threads take these parts as they come, one each at a time: while one batch is
 * written the next one grows, and where there is nothing to wait for, one thread does both. So
 * positions have no gaps, nothing is seen before what is below it, and many callers share one wait
 * for the disk.
 *
 * <p>Whatever it tells, it tells after the batch is durable: a conflict may be with an event of the
 * same batch, or of the one before. A batch of which nobody knows what became of it ends all.
 */
final class Sequencer implements AutoCloseable {
    private static final int MAX_BATCH = 1024;
    private static final long MAX_BATCH_BYTES = 4 << 20;

    /** So that who writes need not wait long for who decides. */
    private static final int DECIDED_AT_ONCE = 64;

    /** The part of the time a write takes that is waited for more to write. */
    private static final int GATHERED_FOR = 4;

    private static final long MAX_GATHERED = TimeUnit.MILLISECONDS.toNanos(5);

    /** More of them are told by another thread. */
    private static final int TOLD_AT_ONCE = 4;

    private static final int MAX_TRIES = 5;
    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);

    private final Claim claim;
    private final Tail tail;
    private final Executor telling;
    private final Runnable failing;
    private final Intake intake = new Intake();
    private final Recent recent;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** What follows is looked at with the lock alone, as is what is recent. */
    private Batch open;

    private boolean ended;
    private boolean isWriting;
    private int wanted = 1;
    private int told;
    private long toldAt;
    private long lastTook;

    /**
     * Writes by a claim, and publishes what was written, now and before.
     *
     * @param telling by whom callers are told, which may be slow
     * @param failing is run before anybody is told that a batch failed
     * @throws IOException if the device cannot be read
     */
    Sequencer(LogDevice device, Claim claim, Tail tail, Executor telling, Runnable failing)
            throws IOException {
        this.claim = claim;
        this.tail = tail;
        this.telling = telling;
        this.failing = failing;
        recent = new Recent(device, claim.partitions());
        open = begun();
        publish(recent.last());
    }

    private Batch begun() {
        return new Batch(recent, claim.prepare());
    }

    private void publish(Map<Integer, Long> positions) {
        positions.forEach(tail::publish);
        tail.wake();
    }

    /**
     * Takes an append; it may read the device, but waits for nobody.
     *
     * @param partition where its streams are
     */
    CompletableFuture<AppendOutcome> submit(int partition, Append append) {
        var wish =
                new Wish(
                        partition,
                        append,
                        append.bytes(),
                        recent.lookFor(append),
                        new CompletableFuture<>());
        intake.add(wish);
        return wish.outcome();
    }

    /** How many appends wait. */
    int queued() {
        return intake.size();
    }

    /** Why nothing more is appended; null if that is not so. */
    @Nullable String closedBecause() {
        return intake.closedBecause();
    }

    /** Decides and writes until it is closed, and what was taken is written. */
    void run() {
        var other = Thread.ofPlatform().name("log-sequencer").daemon().start(this::takePart);
        takePart();
        var interrupted = Thread.interrupted();
        while (other.isAlive()) {
            try {
                other.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        end("the log's threads have ended");
        intake.refuseAll();
        closeOpen();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void takePart() {
        try {
            for (var first = intake.take(); first != null; first = intake.take()) {
                awaitRoom();
                decide(first);
                while (isToWrite()) {
                    write();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            fail(e, new AppendOutcome.Unknown("" + e.getMessage()));
        } finally {
            intake.close("the log's threads have ended"); // both together
        }
    }

    private void awaitRoom() {
        lock.lock();
        try {
            while (isFull(open) && !ended) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isFull(Batch batch) {
        return batch.wishes().size() >= MAX_BATCH || batch.bytes() >= MAX_BATCH_BYTES;
    }

    /** Adds this and some of those that wait to the open batch. */
    private void decide(Wish first) {
        lock.lock();
        try {
            @Nullable Wish next = first;
            for (var i = 1; next != null; i++) {
                if (ended) {
                    next.outcome().complete(new AppendOutcome.Refused("" + closedBecause()));
                } else {
                    open.add(next);
                }
                next = i < DECIDED_AT_ONCE && !isFull(open) ? intake.poll() : null;
            }
            if (open.wishes().size() >= wanted || isFull(open)) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is something to write and nobody does. */
    private boolean isToWrite() {
        lock.lock();
        try {
            if (isWriting || ended || open.wishes().isEmpty()) {
                return false;
            }
            isWriting = true;
            gather();
            isWriting = !ended;
            return isWriting;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits a little for those who were told a moment ago, since who appends one event after the
     * other comes again at once: one sync for all of them is better than one for each half.
     */
    private void gather() {
        var left = toldAt + Math.min(lastTook / GATHERED_FOR, MAX_GATHERED) - System.nanoTime();
        while (!isWorth() && !ended && left > 0) {
            wanted = told;
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        wanted = 1;
    }

    private boolean isWorth() {
        return open.wishes().size() >= told || isFull(open);
    }

    /** Decides what waits now, for who drives it by hand. */
    void decide() {
        for (var next = intake.poll(); next != null; next = intake.poll()) {
            decide(next);
        }
    }

    /** Writes the open batch and tells its callers. */
    void write() {
        var began = System.nanoTime();
        Batch batch;
        lock.lock();
        try {
            batch = open;
            recent.writing(batch);
            open = begun();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            for (var tries = 1; !isWritten(batch, tries == MAX_TRIES); tries++) {
                batch = decidedAnew();
            }
            lock.lock();
            try {
                isWriting = false;
                lastTook = System.nanoTime() - began;
                told = batch.wishes().size() + open.wishes().size();
                toldAt = began + lastTook;
            } finally {
                lock.unlock();
            }
            tell(batch.wishes(), batch.outcomes());
        } catch (NotOwnerException e) {
            fail(e, new AppendOutcome.Refused("" + e.getMessage()));
        } catch (IOException | RuntimeException e) {
            fail(e, new AppendOutcome.Unknown("" + e.getMessage()));
        }
    }

    /** Whether it is; else an id was taken elsewhere meanwhile, and all is to be decided anew. */
    private boolean isWritten(Batch batch, boolean isLastTry) throws IOException {
        try (batch) {
            if (batch.isEmpty()) {
                claim.confirm();
            } else {
                batch.write();
            }
        } catch (IdRaceException e) {
            if (isLastTry) {
                throw e;
            }
            return false;
        }
        lock.lock();
        try {
            recent.written(batch);
        } finally {
            lock.unlock();
        }
        publish(batch.last());
        return true;
    }

    private Batch decidedAnew() {
        lock.lock();
        try {
            var before = recent.writing();
            var after = open;
            after.close();
            recent.writing(null);
            open = begun();
            if (before != null) {
                addAnew(before.wishes());
            }
            var batch = open;
            recent.writing(batch);
            open = begun();
            addAnew(after.wishes());
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** The device may know ids by now that it did not. */
    private void addAnew(List<Wish> wishes) {
        wishes.forEach(wish -> open.add(wish.notLooked()));
    }

    private void tell(List<Wish> wishes, List<AppendOutcome> outcomes) {
        if (wishes.size() <= TOLD_AT_ONCE) {
            complete(wishes, outcomes);
        } else {
            telling.execute(() -> complete(wishes, outcomes));
        }
    }

    private static void complete(List<Wish> wishes, List<AppendOutcome> outcomes) {
        for (var i = 0; i < wishes.size(); i++) {
            wishes.get(i).outcome().complete(outcomes.get(i));
        }
    }

    /** What was decided rests on a batch that failed, and so on nothing. */
    private void fail(Exception e, AppendOutcome outcome) {
        if (e instanceof NotOwnerException) {
            LOG.info("partitions {} are another node's: {}", claim.partitions(), e.getMessage());
        } else {
            LOG.error("nothing more is written: a batch could not be made durable", e);
        }
        end("a batch could not be made durable: " + e.getMessage());
        failing.run();
        claim.release();
        List<Wish> undecided = new ArrayList<>();
        lock.lock();
        try {
            var writing = recent.writing();
            undecided.addAll(writing == null ? List.of() : writing.wishes());
            undecided.addAll(open.wishes());
            open.close();
            recent.writing(null);
            open = begun();
        } finally {
            lock.unlock();
        }
        tell(undecided, Collections.nCopies(undecided.size(), outcome));
        intake.refuseAll();
    }

    private void closeOpen() {
        lock.lock();
        try {
            open.close();
        } finally {
            lock.unlock();
        }
    }

    private void end(String reason) {
        intake.close(reason);
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what waits is written still. */
    @Override
    public void close() {
        intake.close("the log is closed");
    }

    /** Takes nothing more, since another node does; what waits is written as long as it may be. */
    void moved(String reason) {
        intake.close(reason);
    }
}
