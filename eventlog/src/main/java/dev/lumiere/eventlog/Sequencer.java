package dev.lumiere.eventlog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what is appended, and where. Callers put their wishes into a queue; one thread takes all
 * that wait, holds them against versions and ids in turn, hands what is to be appended to the
 * device as one batch, and when that is durable publishes it and tells the callers. So positions
 * have no gaps, nothing is seen before what is below it, and many callers share one wait for the
 * disk.
 *
 * <p>Whatever it tells, it tells after the batch is durable: a conflict may be with an event of the
 * same batch. A batch of which nobody knows what became of it closes the log.
 */
final class Sequencer implements AutoCloseable {
    private static final int MAX_QUEUED = 16_384;
    private static final long MAX_QUEUED_BYTES = 64 << 20;
    private static final int MAX_BATCH = 1024;
    private static final long MAX_BATCH_BYTES = 4 << 20;
    private static final int MAX_TRIES = 5;
    private static final int KNOWN_STREAMS = 100_000;
    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);

    private final LogDevice device;
    private final Claim claim;
    private final Tail tail;
    private final Map<Integer, Long> written = new HashMap<>();
    private final BlockingQueue<Wish> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Cache<StreamId, Long> versions =
            Caffeine.newBuilder().maximumSize(KNOWN_STREAMS).executor(Runnable::run).build();
    private volatile @Nullable String closedBecause;
    private volatile boolean ended;

    /** An append that waits for its decision; the last of all is none. */
    private record Wish(
            int partition, @Nullable Append append, CompletableFuture<AppendOutcome> outcome) {
        private List<StreamAppend> changes() {
            return append == null ? List.of() : append.changes();
        }

        private long bytes() {
            return append == null ? 0 : append.bytes();
        }
    }

    /**
     * Writes by a claim, and publishes what was written, now and before.
     *
     * @throws IOException if the device cannot be read
     */
    Sequencer(LogDevice device, Claim claim, Tail tail) throws IOException {
        this.device = device;
        this.claim = claim;
        this.tail = tail;
        for (var partition : claim.partitions()) {
            written.put(partition, device.last(partition));
        }
        publish(written);
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
        var wish = new Wish(partition, append, new CompletableFuture<>());
        var bytes = append.bytes();
        var closed = closedBecause;
        if (closed != null) {
            wish.outcome.complete(new AppendOutcome.Refused(closed));
        } else if (queuedBytes.addAndGet(bytes) > MAX_QUEUED_BYTES || !queue.offer(wish)) {
            queuedBytes.addAndGet(-bytes);
            wish.outcome.complete(new AppendOutcome.Refused("over capacity: too much waits"));
        } else {
            closed = closedBecause;
            if (closed != null && queue.remove(wish)) {
                wish.outcome.complete(new AppendOutcome.Refused(closed));
            }
        }
        return wish.outcome;
    }

    /** How many appends wait. */
    int queued() {
        return queue.size();
    }

    /** Why nothing more is appended; null if that is not so. */
    @Nullable String closedBecause() {
        return closedBecause;
    }

    /** Decides until it is closed. */
    void run() {
        var taken = new ArrayList<Wish>();
        try {
            while (step(taken)) {
                taken.clear();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            ended = true;
            close("the log's thread has ended");
            refuseTheRest();
        }
    }

    /** One batch of what waits, after the first has come; whether there may be another. */
    private boolean step(List<Wish> taken) throws InterruptedException {
        var bytes = 0L;
        for (var next = queue.take(); ; next = queue.poll()) {
            if (next == null) {
                break;
            }
            queuedBytes.addAndGet(-next.bytes());
            if (next.append == null) {
                decide(taken);
                return false;
            }
            taken.add(next);
            bytes += next.bytes();
            if (taken.size() == MAX_BATCH || bytes >= MAX_BATCH_BYTES) {
                break;
            }
        }
        decide(taken);
        return !ended;
    }

    /** One batch of what waits now, for who drives it by hand. */
    void step() {
        var taken = new ArrayList<Wish>();
        queue.drainTo(taken, MAX_BATCH);
        taken.forEach(wish -> queuedBytes.addAndGet(-wish.bytes()));
        decide(taken);
        if (ended) {
            refuseTheRest();
        }
    }

    private void decide(List<Wish> taken) {
        List<AppendOutcome> outcomes = new ArrayList<>(taken.size());
        try {
            for (var tries = 1; !written(taken, outcomes, tries == MAX_TRIES); tries++) {
                outcomes.clear();
            }
        } catch (NotOwnerException e) {
            end(e);
            var refused = new AppendOutcome.Refused(String.valueOf(e.getMessage()));
            outcomes = Collections.nCopies(taken.size(), refused);
        } catch (IOException | RuntimeException e) {
            end(e);
            outcomes = unknown(taken.size(), outcomes, String.valueOf(e.getMessage()));
        }
        for (var i = 0; i < taken.size(); i++) {
            taken.get(i).outcome.complete(outcomes.get(i));
        }
    }

    /** Whether it is; else an id was taken elsewhere meanwhile, and all is to be decided anew. */
    private boolean written(List<Wish> taken, List<AppendOutcome> outcomes, boolean isLast)
            throws IOException {
        var batch = new Batch();
        for (var wish : taken) {
            outcomes.add(batch.outcome(wish));
        }
        try {
            batch.write();
            return true;
        } catch (IdRaceException e) {
            if (isLast) {
                throw e;
            }
            return false;
        }
    }

    private void end(Exception e) {
        ended = true;
        close("a batch could not be made durable: " + e.getMessage());
        LOG.error("nothing more is written: a batch could not be made durable", e);
        claim.release();
    }

    /** Whatever was decided, but for what was refused before. */
    private static List<AppendOutcome> unknown(
            int count, List<AppendOutcome> outcomes, String reason) {
        List<AppendOutcome> told =
                new ArrayList<>(Collections.nCopies(count, new AppendOutcome.Unknown(reason)));
        for (var i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof AppendOutcome.Refused refused) {
                told.set(i, refused);
            }
        }
        return told;
    }

    /** What is to be appended together, and what that makes of streams and ids. */
    private final class Batch {
        private final List<Event> events = new ArrayList<>();
        private final Map<Integer, Long> last = new HashMap<>();
        private final Map<StreamId, Long> changed = new HashMap<>();
        private final Map<UUID, Event> byId = new HashMap<>();

        private AppendOutcome outcome(Wish wish) {
            try {
                var repeated = repeated(wish);
                return repeated == null ? added(wish) : repeated;
            } catch (IOException e) {
                LOG.error("an append is refused, the log cannot be read", e);
                return new AppendOutcome.Refused("the log cannot be read: " + e.getMessage());
            }
        }

        /** Null if none of the events is in the log. */
        private @Nullable AppendOutcome repeated(Wish wish) throws IOException {
            var places = new ArrayList<Event.Place>();
            AppendOutcome.@Nullable IdTaken taken = null;
            var same = true;
            for (var change : wish.changes()) {
                for (var data : change.events()) {
                    var event = find(data.id());
                    if (event == null) {
                        same = false;
                        continue;
                    }
                    taken =
                            taken != null
                                    ? taken
                                    : new AppendOutcome.IdTaken(data.id(), event.place());
                    same &=
                            event.stream().equals(change.stream())
                                    && (places.isEmpty()
                                            || places.getLast().position() < event.position());
                    places.add(event.place());
                }
            }
            if (taken == null) {
                return null;
            }
            return same ? new AppendOutcome.Appended(places, true) : taken;
        }

        private @Nullable Event find(UUID id) throws IOException {
            var event = byId.get(id);
            if (event != null) {
                return event;
            }
            var place = device.find(id);
            return place == null
                    ? null
                    : device.read(place.partition(), place.position(), new LogDevice.Bound(1, 0))
                            .getFirst();
        }

        private AppendOutcome added(Wish wish) throws IOException {
            var before = new ArrayList<Long>();
            for (var change : wish.changes()) {
                var version = version(change.stream());
                if (!change.expected().admits(version)) {
                    return new AppendOutcome.Conflict(change.stream(), change.expected(), version);
                }
                before.add(version);
            }
            var places = new ArrayList<Event.Place>();
            for (var i = 0; i < wish.changes().size(); i++) {
                var change = wish.changes().get(i);
                var version = before.get(i);
                for (var data : change.events()) {
                    version++;
                    var event =
                            new Event(
                                    wish.partition,
                                    nextPosition(wish.partition),
                                    change.stream(),
                                    version,
                                    data);
                    events.add(event);
                    byId.put(data.id(), event);
                    places.add(event.place());
                }
                changed.put(change.stream(), version);
            }
            return new AppendOutcome.Appended(places, false);
        }

        private long version(StreamId stream) throws IOException {
            var version = changed.get(stream);
            if (version == null) {
                version = versions.getIfPresent(stream);
            }
            if (version == null) {
                version = device.version(stream);
                versions.put(stream, version);
            }
            return version;
        }

        private long nextPosition(int partition) {
            var position = last.getOrDefault(partition, written.getOrDefault(partition, 0L)) + 1;
            last.put(partition, position);
            return position;
        }

        private void write() throws IOException {
            if (events.isEmpty()) {
                return;
            }
            claim.write(events);
            versions.putAll(changed);
            written.putAll(last);
            publish(last);
        }
    }

    private synchronized void close(String reason) {
        if (closedBecause == null) {
            closedBecause = reason;
        }
    }

    private void refuseTheRest() {
        var reason = String.valueOf(closedBecause);
        for (var wish = queue.poll(); wish != null; wish = queue.poll()) {
            wish.outcome.complete(new AppendOutcome.Refused(reason));
        }
    }

    /** Takes nothing more; what waits is decided still. */
    @Override
    public void close() {
        close("the log is closed");
        stop();
    }

    /** Takes nothing more, since another node does; what waits is refused by the device. */
    void moved(String reason) {
        close(reason);
        stop();
    }

    private void stop() {
        var last = new Wish(0, null, new CompletableFuture<>());
        while (!ended && !queue.offer(last)) {
            Thread.onSpinWait();
        }
    }
}
