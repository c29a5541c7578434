package dev.lumiere.eventlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Streams of events, in partitions. A stream lies in one partition, found by its key; within a
 * partition all events have one order, and within a stream versions without a gap. Any thread may
 * use it; calls that wait are for virtual threads.
 */
public final class EventLog implements AutoCloseable {
    private static final int MAX_READ = 4096;
    private static final long MAX_READ_BYTES = 8 << 20;

    private final LogDevice device;
    private final Tail tail;
    private final Sequencer sequencer;
    private final Thread thread;

    private EventLog(LogDevice device, Tail tail) {
        this.device = device;
        this.tail = tail;
        sequencer = new Sequencer(device, tail);
        thread = Thread.ofPlatform().name("log-sequencer").daemon().unstarted(sequencer::run);
    }

    /**
     * A log on a device that nobody else writes to; it is closed with the log.
     *
     * @throws IOException if the device cannot be read
     */
    public static EventLog open(LogDevice device) throws IOException {
        var tail = new Tail(device.partitions());
        for (var partition = 0; partition < device.partitions(); partition++) {
            tail.publish(partition, device.last(partition));
        }
        var log = new EventLog(device, tail);
        log.thread.start();
        return log;
    }

    public int partitions() {
        return device.partitions();
    }

    /** Where a stream's events are: those of one key are together. */
    public int partition(StreamId stream) {
        return partition(stream, partitions());
    }

    /** CRC-32C of the key's UTF-8, modulo their number. */
    static int partition(StreamId stream, int partitions) {
        var crc = new CRC32C();
        crc.update(stream.key().getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % partitions);
    }

    /**
     * Appends all events or none. Those that are in the log already, all of them and in this order,
     * are not appended again.
     *
     * @param atMost how long to wait; after that the outcome is {@link AppendOutcome.Unknown}
     * @throws InterruptedException if the thread was interrupted; the outcome is not known
     */
    public AppendOutcome append(Append append, Duration atMost) throws InterruptedException {
        var outcome = sequencer.submit(partition(append.first()), append);
        try {
            return outcome.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return new AppendOutcome.Unknown("not known after " + atMost);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the event of an id is; null if it is not in the log. */
    public Event.@Nullable Place find(UUID id) throws IOException {
        var place = device.find(id);
        return place == null || place.position() > tail.of(place.partition()) ? null : place;
    }

    /** The version of a stream's last event; 0 if there is none. */
    public long version(StreamId stream) throws IOException {
        return device.version(stream);
    }

    /**
     * A stream's events, the oldest first.
     *
     * @param from version of the first, at least 1
     * @param max how many, at most {@value #MAX_READ}; large ones may be fewer, but not none
     * @throws CorruptLogException if one is not as it was written
     */
    public List<Event> readStream(StreamId stream, long from, int max) throws IOException {
        return published(device.readStream(stream, Math.max(1, from), bound(max)));
    }

    /**
     * A stream's events, the newest first.
     *
     * @param from version of the first; {@code Long.MAX_VALUE} for the last there is
     * @param max how many, at most {@value #MAX_READ}; large ones may be fewer, but not none
     * @throws CorruptLogException if one is not as it was written
     */
    public List<Event> readStreamBackwards(StreamId stream, long from, int max) throws IOException {
        return published(device.readStreamBackwards(stream, from, bound(max)));
    }

    /**
     * A partition's events in their order.
     *
     * @param from position of the first, at least 1
     * @param max how many, at most {@value #MAX_READ}; large ones may be fewer, but not none
     * @throws CorruptLogException if one is not as it was written
     */
    public List<Event> read(int partition, long from, int max) throws IOException {
        if (from > tail.of(partition)) {
            return List.of();
        }
        return published(device.read(partition, Math.max(1, from), bound(max)));
    }

    /**
     * All events after these positions, and those to come. No partition waits for another.
     *
     * @throws IllegalArgumentException if these are positions of another log
     */
    public Subscription subscribe(PositionVector after) {
        if (after.partitions() != partitions() || !end().includes(after)) {
            throw new IllegalArgumentException(
                    "not in this log, which ends at %s: %s".formatted(end(), after));
        }
        return new Subscription(this, after);
    }

    /** The last position of each partition. */
    public PositionVector end() {
        return tail.vector();
    }

    /** How many appends wait for their turn. */
    public int queued() {
        return sequencer.queued();
    }

    /** Why nothing can be appended any more; null while it can. */
    public @Nullable String closedBecause() {
        return sequencer.closedBecause();
    }

    /** Whether nothing is read any more either. */
    boolean isClosed() {
        return tail.isClosed();
    }

    boolean awaitMore(PositionVector than, Duration atMost) throws InterruptedException {
        return tail.awaitMore(than, atMost);
    }

    /** What a device has, others may read before it is published. */
    private List<Event> published(List<Event> events) {
        var readable = new ArrayList<Event>(events.size());
        for (var event : events) {
            if (event.position() <= tail.of(event.partition())) {
                readable.add(event);
            }
        }
        return List.copyOf(readable);
    }

    private static LogDevice.Bound bound(int max) {
        return new LogDevice.Bound(Math.min(max, MAX_READ), MAX_READ_BYTES);
    }

    /** What was taken is decided still; then the device is closed. */
    @Override
    public void close() throws IOException {
        sequencer.close();
        var interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        tail.close();
        device.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
