package dev.lumiere.eventlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Streams of events, in partitions. A stream lies in one partition, found by its key; within a
 * partition all events have one order, and within a stream versions without a gap. Any thread may
 * use it; calls that wait are for virtual threads.
 */
public final class EventLog implements AutoCloseable {
    private static final int MAX_READ = 4096;
    private static final long MAX_READ_BYTES = 1 << 20;

    private static final Duration OWNERS_CHANGE = Duration.ofMillis(50);
    private static final Duration TICK = Duration.ofMillis(100);

    /** Who waits no longer than that has a timer of its own, since a tick would be felt. */
    private static final Duration EXACT_BELOW = Duration.ofSeconds(2);

    private final LogDevice device;
    private final Tail tail;
    private final Owned owned;
    private final Forwarding forwarding;
    private final Deadlines deadlines = new Deadlines(TICK);
    private final Followers followers = new Followers();

    private EventLog(LogDevice device, String address, Forwarding forwarding) {
        this.device = device;
        this.forwarding = forwarding;
        tail = new Tail(device.partitions());
        owned = new Owned(device, address, tail);
    }

    /**
     * A log on a device of this process alone; it is closed with the log.
     *
     * @throws IOException if the device cannot be read
     */
    public static EventLog open(LogDevice device) throws IOException {
        return open(
                device,
                "",
                (address, _, _) -> {
                    throw new NotOwnerException("nothing is passed on, to " + address);
                });
    }

    /**
     * A log on a device that several nodes may share; it is closed with the log.
     *
     * @param address where this node takes appends that others pass on
     * @param forwarding takes appends to other nodes
     * @throws IOException if the device cannot be read
     */
    public static EventLog open(LogDevice device, String address, Forwarding forwarding)
            throws IOException {
        var log = new EventLog(device, address, forwarding);
        try {
            device.seek(log.owned);
            return log;
        } catch (IOException | RuntimeException e) {
            try (log) {
                throw e; // and not what comes of closing
            }
        }
    }

    public int partitions() {
        return device.partitions();
    }

    /** Where a stream's events are: those of one key are together. */
    public int partition(StreamId stream) {
        return partition(stream, partitions());
    }

    /** CRC-32C of the key's UTF-8, modulo their number. */
    public static int partition(StreamId stream, int partitions) {
        var crc = new CRC32C();
        crc.update(stream.key().getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % partitions);
    }

    /**
     * Appends all events or none. Those that are in the log already, all of them and in this order,
     * are not appended again. Where another node owns the partition the append is passed on, and
     * where that changes meanwhile, or no answer comes, it is tried again: its ids tell whether it
     * was appended before.
     *
     * @param atMost how long to wait, to a tenth of a second; after that the outcome is {@link
     *     AppendOutcome.Unknown}
     * @throws InterruptedException if the thread was interrupted; the outcome is not known
     */
    public AppendOutcome append(Append append, Duration atMost) throws InterruptedException {
        var end = System.nanoTime() + Math.max(0, atMost.toNanos());
        var partition = partition(append.first());
        AppendOutcome known = new AppendOutcome.Refused("nobody owns partition " + partition);
        while (true) {
            var left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            var seen = owned.of(partition);
            if (seen == null && owned.isClosed()) {
                return known instanceof AppendOutcome.Unknown
                        ? known
                        : new AppendOutcome.Refused("the log is closed");
            }
            var outcome =
                    seen != null
                            ? decided(seen, partition, append, left)
                            : passedOn(partition, append, left);
            if (outcome != null && isFinal(outcome, seen, partition)) {
                // who may have appended before is not told that nothing was
                return outcome instanceof AppendOutcome.Refused
                                && known instanceof AppendOutcome.Unknown
                        ? known
                        : outcome;
            }
            if (outcome instanceof AppendOutcome.Unknown) {
                known = outcome; // and stays so, unless an answer comes that is certain
            }
            left = Duration.ofNanos(end - System.nanoTime());
            if (!left.isPositive()) {
                return known;
            }
            owned.awaitChange(
                    seen, partition, left.compareTo(OWNERS_CHANGE) < 0 ? left : OWNERS_CHANGE);
        }
    }

    /** Whether nothing else would come of another try. */
    private boolean isFinal(AppendOutcome outcome, @Nullable Sequencer seen, int partition) {
        return switch (outcome) {
            case AppendOutcome.Appended _, AppendOutcome.Conflict _, AppendOutcome.IdTaken _ ->
                    true;
            case AppendOutcome.Refused _, AppendOutcome.Unknown _ ->
                    seen != null && owned.of(partition) == seen; // nobody takes its place
        };
    }

    /**
     * Appends as {@link #append} does, but only here.
     *
     * @throws NotOwnerException if another node owns the partition; nothing was appended
     */
    public AppendOutcome appendHere(Append append, Duration atMost)
            throws NotOwnerException, InterruptedException {
        var partition = partition(append.first());
        var sequencer = owned.of(partition);
        if (sequencer == null) {
            throw new NotOwnerException("partition " + partition + " is another node's");
        }
        return decided(sequencer, partition, append, atMost);
    }

    private AppendOutcome decided(
            Sequencer sequencer, int partition, Append append, Duration atMost)
            throws InterruptedException {
        var full = device.full();
        if (full != null) {
            return new AppendOutcome.Refused(full);
        }
        try {
            var outcome = sequencer.submit(partition, append);
            if (atMost.compareTo(EXACT_BELOW) < 0) {
                return outcome.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            }
            deadlines.add(outcome, atMost);
            return outcome.get();
        } catch (TimeoutException _) {
            return Deadlines.late(atMost);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Null if there is nobody to pass it on to, so that nothing was appended. */
    private @Nullable AppendOutcome passedOn(int partition, Append append, Duration atMost)
            throws InterruptedException {
        try {
            var address = device.owner(partition);
            if (address == null || address.equals(owned.address())) {
                return null;
            }
            var outcome = forwarding.append(address, append, atMost);
            return outcome instanceof AppendOutcome.Appended appended
                    ? readable(appended, atMost)
                    : outcome;
        } catch (NotOwnerException _) {
            return null;
        } catch (IOException e) {
            return new AppendOutcome.Unknown(String.valueOf(e.getMessage()));
        }
    }

    /** Once what was appended elsewhere can be read here. */
    private AppendOutcome readable(AppendOutcome.Appended appended, Duration atMost)
            throws InterruptedException {
        if (appended.places().isEmpty() || tail.await(appended.last(), atMost)) {
            return appended;
        }
        return new AppendOutcome.Unknown(
                "appended at %s, which cannot be read here yet".formatted(appended.last()));
    }

    /**
     * Waits until whatever was acknowledged anywhere before this call can be read here.
     *
     * @return whether it can
     */
    public boolean catchUp(Duration atMost) throws IOException, InterruptedException {
        return device.catchUp(atMost);
    }

    /** Whether other processes may append to it too. */
    public boolean isShared() {
        return !owned.isForLife();
    }

    /** Whether appends to a partition are decided here. */
    public boolean owns(int partition) {
        return owned.of(partition) != null;
    }

    /**
     * Where the node that decides appends to a partition takes them; empty for a log of this
     * process alone. Of a node that has just died it is still told.
     *
     * @return null if nobody is known to own it
     */
    public @Nullable String owner(int partition) throws IOException {
        return owns(partition) ? owned.address() : device.owner(partition);
    }

    /** Where this node takes appends that others pass on. */
    public String address() {
        return owned.address();
    }

    /** Where the event of an id is; null if it is not in the log. */
    public Event.@Nullable Place find(UUID id) throws IOException {
        return device.find(id);
    }

    /** The version of a stream's last event; 0 if there is none. */
    public long version(StreamId stream) throws IOException {
        return device.version(stream);
    }

    /**
     * Streams there are, in an order that does not change.
     *
     * @param prefix how their names begin: {@code account-4}, or {@code acc} for categories
     * @param after one that begins so, the last of a page before; null for the first page
     * @param max how many, at most {@value #MAX_READ}
     */
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        return device.streams(prefix, after, Math.min(max, MAX_READ));
    }

    /**
     * A stream's events, the oldest first.
     *
     * @param from version of the first, at least 1
     * @param max how many, at most {@value #MAX_READ}; large ones may be fewer, but not none
     * @throws CorruptLogException if one is not as it was written
     */
    public List<Event> readStream(StreamId stream, long from, int max) throws IOException {
        return device.readStream(stream, Math.max(1, from), bound(max));
    }

    /**
     * A stream's events, the newest first.
     *
     * @param from version of the first; {@code Long.MAX_VALUE} for the last there is
     * @param max how many, at most {@value #MAX_READ}; large ones may be fewer, but not none
     * @throws CorruptLogException if one is not as it was written
     */
    public List<Event> readStreamBackwards(StreamId stream, long from, int max) throws IOException {
        return device.readStreamBackwards(stream, from, bound(max));
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
     * Events of all partitions after these positions, of each its share; of those that have more
     * left first.
     *
     * @param max how many, at most {@value #MAX_READ}; large ones may be fewer, but not none
     * @throws IllegalArgumentException if these are positions of another log
     * @throws CorruptLogException if one is not as it was written
     */
    public Merged readAll(PositionVector after, int max) throws IOException {
        inThisLog(after);
        var wanted = Math.min(max, MAX_READ);
        var events = new ArrayList<Event>();
        var bytes = 0L;
        var position = after;
        var end = end();
        while (true) {
            var left = left(position, end);
            if (left.isEmpty()) {
                return new Merged(events, position);
            }
            var share = Math.max(1, (wanted - events.size()) / left.size());
            for (var partition : left) {
                if (events.size() >= wanted || bytes >= MAX_READ_BYTES) {
                    return new Merged(events, position);
                }
                var read = read(partition, position.of(partition) + 1, share);
                for (var event : read) {
                    bytes += event.data().payload().size();
                }
                events.addAll(read);
                position = position.with(partition, read.getLast().position());
            }
        }
    }

    /** Partitions that have something after a position, those with most first. */
    private static List<Integer> left(PositionVector position, PositionVector end) {
        return IntStream.range(0, end.partitions())
                .filter(partition -> end.of(partition) > position.of(partition))
                .boxed()
                .sorted(
                        Comparator.comparingLong(
                                partition -> position.of(partition) - end.of(partition)))
                .toList();
    }

    private void inThisLog(PositionVector after) {
        if (after.partitions() != partitions() || !end().includes(after)) {
            throw new IllegalArgumentException(
                    "not in this log, which ends at %s: %s".formatted(end(), after));
        }
    }

    /**
     * All events after these positions, and those to come. No partition waits for another.
     *
     * @throws IllegalArgumentException if these are positions of another log
     */
    public Subscription subscribe(PositionVector after) {
        return subscribe(after, IntStream.range(0, partitions()).boxed().toList());
    }

    /**
     * The same for some of the partitions; positions in others stay as they are given.
     *
     * @throws IllegalArgumentException if these are positions of another log, or there is no such
     *     partition
     */
    public Subscription subscribe(PositionVector after, List<Integer> partitions) {
        inThisLog(after);
        for (var partition : partitions) {
            if (partition < 0 || partition >= partitions()) {
                throw new IllegalArgumentException(
                        "partition not in 0..%d: %d".formatted(partitions() - 1, partition));
            }
        }
        return new Subscription(this, after, partitions);
    }

    /**
     * Takes the content of events out of the log, for good. Positions, versions and ids stay, so
     * that nothing else moves; whoever reads passes them over.
     *
     * @throws UnsupportedOperationException if the device keeps all it was given
     */
    public void remove(int partition, List<Long> positions) throws IOException {
        for (var position : positions) {
            if (position < 1 || position > tail.of(partition)) {
                throw new IllegalArgumentException(
                        "no event in partition " + partition + " at " + position);
            }
        }
        device.remove(partition, positions);
    }

    /** The last position of each partition. */
    public PositionVector end() {
        return tail.vector();
    }

    /** The last position of one of them. */
    public long end(int partition) {
        return tail.of(partition);
    }

    /** Who follows it here by a name. */
    public Followers followers() {
        return followers;
    }

    /** How many appends wait for their turn. */
    public int queued() {
        return owned.queued();
    }

    /** Why nothing can be appended any more; null while it can. */
    public @Nullable String closedBecause() {
        return owned.closedBecause();
    }

    /** Why nothing is appended for now, such as a full disk; null while it is. */
    public @Nullable String full() {
        return device.full();
    }

    /** Whether nothing is read any more either. */
    public boolean isClosed() {
        return tail.isClosed();
    }

    /** Whether there is something after these positions; waits for it if there is time. */
    public boolean awaitMore(PositionVector than, List<Integer> partitions, Duration atMost)
            throws InterruptedException {
        return tail.awaitMore(than, partitions, atMost);
    }

    /** What a device has can be read a moment before it is published. */
    private List<Event> published(List<Event> events) {
        var end = events.isEmpty() ? 0 : tail.of(events.getFirst().partition());
        return events.isEmpty() || events.getLast().position() <= end
                ? events
                : events.stream().filter(event -> event.position() <= end).toList();
    }

    private static LogDevice.Bound bound(int max) {
        return new LogDevice.Bound(Math.min(max, MAX_READ), MAX_READ_BYTES);
    }

    /** What was taken is decided still; then the device is closed. */
    @Override
    public void close() throws IOException {
        owned.close();
        tail.close();
        deadlines.close();
        device.close();
    }
}
