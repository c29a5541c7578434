package dev.lumiere.eventlog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.eventlog.Batch.Wish;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
    private static final int MAX_QUEUED = 16_384;
    private static final long MAX_QUEUED_BYTES = 64 << 20;
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
    private static final int KNOWN_STREAMS = 100_000;
    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);

    private final LogDevice device;
    private final Claim claim;
    private final Tail tail;
    private final Executor telling;
    private final Runnable failing;

    /** After the last wish. */
    private static final Wish END =
            new Wish(
                    -1,
                    Append.to(new StreamId("end", "end"), Expected.any(), List.of()),
                    0,
                    new CompletableFuture<>());

    private final AtomicInteger taking = new AtomicInteger(2);
    private final BlockingQueue<Wish> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Cache<StreamId, Long> versions =
            Caffeine.newBuilder().maximumSize(KNOWN_STREAMS).executor(Runnable::run).build();
    private volatile @Nullable String closedBecause;
    private volatile boolean ended;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** What follows is looked at with the lock alone. */
    private final Map<Integer, Long> written = new HashMap<>();

    private @Nullable Batch writing;
    private Batch open;
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
        this.device = device;
        this.claim = claim;
        this.tail = tail;
        this.telling = telling;
        this.failing = failing;
        open = begun();
        for (var partition : claim.partitions()) {
            written.put(partition, device.last(partition));
        }
        publish(written);
    }

    private Batch begun() {
        return new Batch(new BeforeOpen(), claim.prepare());
    }

    private void publish(Map<Integer, Long> positions) {
        positions.forEach(tail::publish);
        tail.wake();
    }

    /**
     * Takes an append; never waits.
     *
     * @param partition where its streams are
     */
    CompletableFuture<AppendOutcome> submit(int partition, Append append) {
        var bytes = append.bytes();
        var wish = new Wish(partition, append, bytes, new CompletableFuture<>());
        var closed = closedBecause;
        if (closed != null) {
            wish.outcome().complete(new AppendOutcome.Refused(closed));
        } else if (queuedBytes.addAndGet(bytes) > MAX_QUEUED_BYTES || !queue.offer(wish)) {
            queuedBytes.addAndGet(-bytes);
            wish.outcome().complete(new AppendOutcome.Refused("over capacity: too much waits"));
        } else {
            closed = closedBecause;
            if (closed != null && queue.remove(wish)) {
                wish.outcome().complete(new AppendOutcome.Refused(closed));
            }
        }
        return wish.outcome();
    }

    /** How many appends wait. */
    int queued() {
        return queue.size();
    }

    /** Why nothing more is appended; null if that is not so. */
    @Nullable String closedBecause() {
        return closedBecause;
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
        refuseTheRest();
        closeOpen();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void takePart() {
        try {
            while (true) {
                var first = queue.take();
                if (isEnd(first)) {
                    break;
                }
                awaitRoom();
                var isLast = decide(first);
                while (isToWrite()) {
                    write();
                }
                if (isLast) {
                    break;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            fail(e, new AppendOutcome.Unknown("" + e.getMessage()));
        } finally {
            if (taking.decrementAndGet() > 0) {
                putEnd(); // for the other
            }
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

    /** Adds this and some of those that wait to the open batch; whether the end came. */
    private boolean decide(Wish first) {
        lock.lock();
        try {
            var next = first;
            for (var i = 1; next != null && !isEnd(next); i++) {
                queuedBytes.addAndGet(-next.bytes());
                if (ended) {
                    next.outcome().complete(new AppendOutcome.Refused("" + closedBecause));
                } else {
                    open.add(next);
                }
                next = i < DECIDED_AT_ONCE && !isFull(open) ? queue.poll() : null;
            }
            if (open.wishes().size() >= wanted || isFull(open)) {
                changed.signalAll();
            }
            return next != null;
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
        for (var next = queue.poll(); next != null; next = queue.poll()) {
            var _ = decide(next);
        }
    }

    /** Writes the open batch and tells its callers. */
    void write() {
        var began = System.nanoTime();
        Batch batch;
        lock.lock();
        try {
            batch = open;
            writing = batch;
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
            versions.putAll(batch.changed());
            written.putAll(batch.last());
            writing = null;
        } finally {
            lock.unlock();
        }
        publish(batch.last());
        return true;
    }

    private Batch decidedAnew() {
        lock.lock();
        try {
            var before = writing;
            var after = open;
            after.close();
            writing = null;
            open = begun();
            if (before != null) {
                before.wishes().forEach(open::add);
            }
            var batch = open;
            writing = batch;
            open = begun();
            after.wishes().forEach(open::add);
            return batch;
        } finally {
            lock.unlock();
        }
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
            undecided.addAll(writing == null ? List.of() : writing.wishes());
            undecided.addAll(open.wishes());
            open.close();
            writing = null;
            open = begun();
        } finally {
            lock.unlock();
        }
        tell(undecided, Collections.nCopies(undecided.size(), outcome));
        refuseTheRest();
    }

    /** What the log holds, and what is being written to it. */
    private final class BeforeOpen implements Batch.Known {
        @Override
        public long last(int partition) {
            var last = writing == null ? null : writing.last().get(partition);
            return last != null ? last : written.getOrDefault(partition, 0L);
        }

        @Override
        public long version(StreamId stream) throws IOException {
            var version = writing == null ? null : writing.changed().get(stream);
            if (version == null) {
                version = versions.getIfPresent(stream);
            }
            if (version == null) {
                version = device.version(stream);
                versions.put(stream, version);
            }
            return version;
        }

        @Override
        public @Nullable Event find(UUID id, boolean isCertain) throws IOException {
            var event = writing == null ? null : writing.byId(id);
            if (event != null) {
                return event;
            }
            var place = isCertain ? device.find(id) : device.recall(id);
            return place == null
                    ? null
                    : device.read(place.partition(), place.position(), new LogDevice.Bound(1, 0))
                            .getFirst();
        }
    }

    private void closeOpen() {
        lock.lock();
        try {
            open.close();
        } finally {
            lock.unlock();
        }
    }

    private synchronized void close(String reason) {
        if (closedBecause == null) {
            closedBecause = reason;
        }
    }

    private void end(String reason) {
        close(reason);
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void refuseTheRest() {
        var reason = new AppendOutcome.Refused("" + closedBecause);
        for (var wish = queue.poll(); wish != null; wish = queue.poll()) {
            wish.outcome().complete(reason);
        }
    }

    /** Takes nothing more; what waits is written still. */
    @Override
    public void close() {
        close("the log is closed");
        putEnd();
    }

    /** Takes nothing more, since another node does; what waits is written as long as it may be. */
    void moved(String reason) {
        close(reason);
        putEnd();
    }

    /** Whoever takes part makes room. */
    private void putEnd() {
        while (taking.get() > 0 && !queue.offer(END)) {
            if (ended) {
                refuseTheRest();
            }
            Thread.onSpinWait();
        }
    }

    private static boolean isEnd(Wish wish) {
        return wish.partition() < 0;
    }
}
