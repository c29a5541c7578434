package dev.lumiere.eventlog.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.rocks.RocksStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What of a topic has been read, in a folder. One thread applies records, after it has held each
 * against what is there; anybody reads and waits. Offsets are written with the events they belong
 * to, without a sync: what a power cut takes is read again.
 */
final class Replica implements AutoCloseable {
    private final String topic;
    private final String topicId;
    private final RocksStore store;
    private final List<Progress> progress;
    private final AtomicLongArray last;
    private final AtomicLongArray reached;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private volatile @Nullable IOException failure;

    /** Hears of claims as they come by. */
    interface Claims {
        void seen(int partition, LogRecord.OfClaim claim);
    }

    Replica(KafkaLogConfig config, String topicId) throws IOException {
        this.topic = config.topic();
        this.topicId = topicId;
        store = new RocksStore(config.folder(), config.partitions());
        var done = false;
        try {
            progress = new CopyOnWriteArrayList<>(begun(config));
            last = new AtomicLongArray(store.partitions());
            reached = new AtomicLongArray(store.partitions());
            for (var partition = 0; partition < store.partitions(); partition++) {
                last.set(partition, store.reads().last(partition));
            }
            done = true;
        } finally {
            if (!done) {
                store.close();
            }
        }
    }

    private List<Progress> begun(KafkaLogConfig config) throws IOException {
        var mark = store.mark();
        if (mark == null) {
            return Collections.nCopies(store.partitions(), Progress.NONE);
        }
        var text = new String(mark, UTF_8);
        if (!Progress.topicId(text).equals(topicId)) {
            throw new CorruptLogException(
                    config.folder().toString(),
                    "a replica of topic %s with id %s, which has id %s now: it was made anew"
                            .formatted(topic, Progress.topicId(text), topicId));
        }
        return Progress.parse(text);
    }

    int partitions() {
        return store.partitions();
    }

    Progress progress(int partition) {
        return progress.get(partition);
    }

    /** The last position of a partition. */
    long last(int partition) {
        return last.get(partition);
    }

    /**
     * To be read.
     *
     * @throws IOException if what was read from the topic cannot be trusted any more
     */
    RocksStore store() throws IOException {
        check();
        return store;
    }

    private void check() throws IOException {
        var failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    /** Nothing is read or awaited any more. */
    void fail(IOException e) {
        lock.lock();
        try {
            if (failure == null) {
                failure = e;
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Holds the record at which this ended against what is remembered of it.
     *
     * @throws CorruptLogException if it is another one
     */
    void checkLast(ConsumerRecord<byte[], byte[]> record) throws IOException {
        var partition = record.partition();
        var remembered = progress(partition);
        if (record.offset() != remembered.last()) {
            throw lost(partition, "the next record is at offset " + record.offset());
        }
        switch (LogRecord.parse(record)) {
            case LogRecord.OfClaim claim -> {
                if (!claim.claim().equals(remembered.claim())) {
                    throw lost(partition, "there is the claim " + claim.claim());
                }
            }
            case LogRecord.OfEvent(var event, _) -> {
                var kept =
                        store.reads().read(partition, last(partition), new LogDevice.Bound(1, 0));
                if (!kept.equals(List.of(event))) {
                    throw lost(partition, "there is " + event);
                }
            }
        }
    }

    /** The topic does not have what was read from it. */
    CorruptLogException lost(int partition, String found) {
        var remembered = progress(partition);
        return new CorruptLogException(
                LogRecord.where(topic, partition, remembered.last()),
                "expected what was read there before (claim %s, up to position %d), but %s"
                        .formatted(remembered.claim(), last(partition), found));
    }

    /**
     * Takes over records of one partition, in their order.
     *
     * @throws CorruptLogException if one does not follow what is before it
     */
    void apply(int partition, List<ConsumerRecord<byte[], byte[]>> records, Claims claims)
            throws IOException {
        var events = new ArrayList<Event>();
        var versions = new HashMap<StreamId, Long>();
        var seen = new ArrayList<LogRecord.OfClaim>();
        var now = progress(partition);
        for (var record : records) {
            switch (LogRecord.parse(record)) {
                case LogRecord.OfClaim claim -> {
                    seen.add(claim);
                    now = new Progress(record.offset(), claim.claim(), claim.address());
                }
                case LogRecord.OfEvent(var event, var claim) -> {
                    follows(record, event, claim, now, last(partition) + events.size(), versions);
                    events.add(event);
                    now = new Progress(record.offset(), now.claim(), now.address());
                }
            }
        }
        var all = new ArrayList<>(progress);
        all.set(partition, now);
        store.write(events, Progress.text(topicId, all).getBytes(UTF_8), false);
        progress.set(partition, now);
        last.addAndGet(partition, events.size());
        wake();
        seen.forEach(claim -> claims.seen(partition, claim));
    }

    private void follows(
            ConsumerRecord<?, ?> record,
            Event event,
            UUID claim,
            Progress now,
            long before,
            Map<StreamId, Long> versions)
            throws IOException {
        var stream = event.stream();
        var version = versions.get(stream);
        expect(record, "partition", EventLog.partition(stream, partitions()), event.partition());
        expect(record, "claim", String.valueOf(now.claim()), claim.toString());
        expect(record, "position", before + 1, event.position());
        expect(
                record,
                "version of " + stream,
                (version == null ? store.reads().version(stream) : version) + 1,
                event.version());
        versions.put(stream, event.version());
    }

    private static void expect(ConsumerRecord<?, ?> record, String what, Object wish, Object is)
            throws CorruptLogException {
        if (!wish.equals(is)) {
            throw new CorruptLogException(
                    LogRecord.where(record),
                    "expected %s %s, found %s: somebody else writes here, or records are missing"
                            .formatted(what, wish, is));
        }
    }

    /** Everything before an offset is applied. */
    void reached(int partition, long offset) {
        if (reached.getAndSet(partition, offset) != offset) {
            wake();
        }
    }

    private void wake() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether an event is there; waits for it if there is time. */
    boolean awaitEvent(Event event, Duration atMost) throws IOException, InterruptedException {
        return await(() -> last(event.partition()) >= event.position(), atMost);
    }

    /** Whether all before these offsets is there; waits for it if there is time. */
    boolean awaitOffsets(List<Long> ends, Duration atMost)
            throws IOException, InterruptedException {
        return await(
                () -> {
                    for (var partition = 0; partition < ends.size(); partition++) {
                        if (reached.get(partition) < ends.get(partition)) {
                            return false;
                        }
                    }
                    return true;
                },
                atMost);
    }

    private boolean await(BooleanSupplier wish, Duration atMost)
            throws IOException, InterruptedException {
        var left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                check();
                if (wish.getAsBoolean()) {
                    return true;
                }
                if (left <= 0) {
                    return false;
                }
                left = moved.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        fail(new IOException("the log is closed"));
        store.close();
    }
}
