package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.Chunk;
import dev.lumiere.eventlog.Claim;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Statistics;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Events in a folder, kept by RocksDB: written by one, read by any thread. Ids are known for ever.
 *
 * <p>Column families: {@code events}, partition and position to the event; {@code streams}, stream
 * and version to the position; {@code names}, the names of streams; {@code ids}, id to the place;
 * {@code default}, the number of partitions and the mark of who writes. One batch of all is written
 * at once.
 *
 * <p>A write-ahead log that is damaged in its middle is refused; only a torn end, which nobody was
 * told is durable, is cut off.
 *
 * @see <a href="https://github.com/facebook/rocksdb/wiki/WAL-Recovery-Modes">WAL recovery modes</a>
 */
public final class RocksStore implements AutoCloseable {
    private static final int MAX_PARTITIONS = 1024;
    private static final Duration FLUSHED_WITHIN = Duration.ofSeconds(20);
    private static final byte[] MARK = "mark".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARTITIONS = "partitions".getBytes(StandardCharsets.US_ASCII);
    private static final int REWRITTEN_AT_ONCE = 1000;
    private static final byte[] NOTHING = {};

    static {
        RocksDB.loadLibrary();
    }

    private final Path folder;
    private final Natives natives = new Natives();
    private final RocksDB db;
    private final ColumnFamilyHandle rest;
    private final ColumnFamilyHandle events;
    private final ColumnFamilyHandle streams;
    private final ColumnFamilyHandle names;
    private final ColumnFamilyHandle ids;
    private final ReadOptions reading;
    private final ReadOptions inOrder;
    private final WriteOptions synced;
    private final WriteOptions unsynced;
    private final int partitions;
    private final boolean isReadOnly;
    private final Gate gate = new Gate("the log");

    /**
     * Opens what is in a folder, or begins there.
     *
     * @param partitions how many a new one has, 1 to 1024
     * @throws CorruptLogException if it is damaged
     * @throws IOException if it cannot be opened, as while another process has it, or if it has
     *     another number of partitions
     */
    public RocksStore(Path folder, int partitions) throws IOException {
        this(folder, partitions, null);
    }

    /**
     * The same, counted.
     *
     * @param statistics of RocksDB; null for none, since they cost
     */
    RocksStore(Path folder, int partitions, @Nullable Statistics statistics) throws IOException {
        this(folder, partitions, false, statistics);
        if (this.partitions != partitions) {
            close();
            throw new IOException(
                    "%s has %d partitions for its life, not %d"
                            .formatted(folder, this.partitions, partitions));
        }
    }

    /**
     * Opens what is in a folder as it is now, only to be read; also while another process has it.
     *
     * @throws CorruptLogException if it is damaged
     * @throws IOException if it cannot be opened, or nothing is there
     */
    public static RocksStore readOnly(Path folder) throws IOException {
        return new RocksStore(folder, 0, true, null);
    }

    private RocksStore(
            Path folder, int partitions, boolean isReadOnly, @Nullable Statistics statistics)
            throws IOException {
        if (!isReadOnly && (partitions < 1 || partitions > MAX_PARTITIONS)) {
            throw new IllegalArgumentException(
                    "partitions not in 1..%d: %d".formatted(MAX_PARTITIONS, partitions));
        }
        if (isReadOnly && !Files.isRegularFile(folder.resolve("CURRENT"))) {
            throw new NoSuchFileException(folder.toString(), null, "no log is there");
        }
        this.folder = isReadOnly ? folder : Files.createDirectories(folder);
        var done = false;
        try {
            reading = natives.own(new ReadOptions().setVerifyChecksums(true));
            inOrder =
                    natives.own(new ReadOptions().setVerifyChecksums(true).setTotalOrderSeek(true));
            synced = natives.own(new WriteOptions().setSync(true));
            unsynced = natives.own(new WriteOptions());
            var options = Tuning.options(natives);
            if (statistics != null) {
                options.setStatistics(statistics);
            }
            var handles = new ArrayList<ColumnFamilyHandle>();
            db =
                    isReadOnly
                            ? RocksDB.openReadOnly(
                                    options, folder.toString(), Tuning.families(natives), handles)
                            : RocksDB.open(
                                    options, folder.toString(), Tuning.families(natives), handles);
            natives.own(db);
            handles.forEach(natives::own);
            rest = handles.getFirst();
            events = handles.get(1);
            streams = handles.get(2);
            names = handles.get(3);
            ids = handles.get(4);
            this.partitions = partitionsOr(partitions);
            done = true;
        } catch (RocksDBException e) {
            throw failure("open", e);
        } finally {
            if (!done) {
                natives.close();
            }
        }
        this.isReadOnly = isReadOnly;
    }

    private int partitionsOr(int wanted) throws RocksDBException {
        var kept = db.get(PARTITIONS);
        if (kept == null) {
            db.put(synced, PARTITIONS, ByteBuffer.allocate(4).putInt(wanted).array());
            return wanted;
        }
        return ByteBuffer.wrap(kept).getInt();
    }

    /** How many there are, for life. */
    public int partitions() {
        return partitions;
    }

    boolean isReadOnly() {
        return isReadOnly;
    }

    /** As {@link LogDevice#last}. */
    public long last(int partition) throws IOException {
        return gate.through(() -> lastInside(partition));
    }

    private long lastInside(int partition) throws IOException {
        try (var iterator = db.newIterator(events, reading)) {
            iterator.seekForPrev(Keys.event(partition, Long.MAX_VALUE));
            iterator.status();
            if (!iterator.isValid()) {
                return 0;
            }
            var key = ByteBuffer.wrap(iterator.key());
            return key.getInt() == partition ? key.getLong() : 0;
        } catch (RocksDBException e) {
            throw failure("read", e);
        }
    }

    /** The last position of each partition. */
    PositionVector end() throws IOException {
        var end = PositionVector.start(partitions);
        for (var partition = 0; partition < partitions; partition++) {
            end = end.with(partition, last(partition));
        }
        return end;
    }

    /** As {@link LogDevice#version}. */
    public long version(StreamId stream) throws IOException {
        return gate.through(() -> versionInside(stream));
    }

    private long versionInside(StreamId stream) throws IOException {
        try {
            var prefix = Keys.stream(stream);
            if (db.get(names, reading, prefix) == null) {
                return 0;
            }
            try (var iterator = db.newIterator(streams, reading)) {
                iterator.seekForPrev(Keys.version(stream, Long.MAX_VALUE));
                iterator.status();
                if (!iterator.isValid() || !Keys.isOf(prefix, iterator.key())) {
                    throw new CorruptLogException(stream.toString(), "has a name, and no event");
                }
                return ByteBuffer.wrap(iterator.key()).getLong(prefix.length);
            }
        } catch (RocksDBException e) {
            throw failure("read", e);
        }
    }

    /** As {@link LogDevice#find}. */
    public Event.@Nullable Place find(UUID id) throws IOException {
        return gate.through(() -> findInside(id));
    }

    private Event.@Nullable Place findInside(UUID id) throws IOException {
        try {
            var place = db.get(ids, reading, Keys.id(id));
            if (place == null) {
                return null;
            }
            var bytes = ByteBuffer.wrap(place);
            return new Event.Place(bytes.getInt(), bytes.getLong());
        } catch (RocksDBException e) {
            throw failure("read", e);
        }
    }

    /**
     * Appends events, all of them or none.
     *
     * @param mark kept with them for {@link #mark}, in place of the one before; null for none
     * @param isSynced whether they are durable when this returns; else they are when something
     *     later is, or some time after
     */
    public void write(List<Event> batch, byte @Nullable [] mark, boolean isSynced)
            throws IOException {
        var _ = gate.through(() -> writeInside(batch, mark, isSynced));
    }

    /** What was last written as that; null if nothing was. */
    public byte @Nullable [] mark() throws IOException {
        return gate.through(() -> {
            try {
                return db.get(MARK);
            } catch (RocksDBException e) {
                throw failure("read", e);
            }
        });
    }

    private int writeInside(List<Event> batch, byte @Nullable [] mark, boolean isSynced)
            throws IOException {
        try (var writing = new Writing()) {
            for (var event : batch) {
                writing.add(event);
            }
            writing.write(mark, isSynced);
            return batch.size();
        }
    }

    /** Begins a batch that grows until it is written. */
    Writing begin() {
        return new Writing();
    }

    /** For one thread at a time. */
    final class Writing implements Claim.Prepared {
        private final WriteBatch all = new WriteBatch();

        @Override
        public void add(Event event) {
            var place = Keys.event(event.partition(), event.position());
            try {
                all.put(events, place, EventCodec.encode(event));
                all.put(
                        streams,
                        Keys.version(event.stream(), event.version()),
                        Arrays.copyOfRange(place, Integer.BYTES, Keys.PLACE_BYTES));
                all.put(ids, Keys.id(event.data().id()), place);
                if (event.version() == 1) {
                    all.put(names, Keys.stream(event.stream()), NOTHING);
                }
            } catch (RocksDBException e) {
                throw new IllegalStateException("cannot add to a batch", e);
            }
        }

        /** Durable when this returns. */
        @Override
        public void write() throws IOException {
            var _ = gate.through(() -> write(null, true));
        }

        private int write(byte @Nullable [] mark, boolean isSynced) throws IOException {
            try {
                if (mark != null) {
                    all.put(MARK, mark);
                }
                db.write(isSynced ? synced : unsynced, all);
                return all.count();
            } catch (RocksDBException e) {
                throw failure("write", e);
            }
        }

        @Override
        public void close() {
            all.close();
        }
    }

    /** As {@link LogDevice#read}. */
    public List<Event> read(int partition, long from, LogDevice.Bound bound) throws IOException {
        return gate.through(() -> readInside(partition, from, bound));
    }

    private List<Event> readInside(int partition, long from, LogDevice.Bound bound)
            throws IOException {
        var chunk = new Chunk(bound);
        try (var end = new Slice(Keys.event(partition + 1, 0));
                var options = new ReadOptions(reading).setIterateUpperBound(end);
                var iterator = db.newIterator(events, options)) {
            iterator.seek(Keys.event(partition, from));
            for (var position = from; iterator.isValid() && !chunk.isFull(); position++) {
                chunk.add(event(iterator, partition, position));
                iterator.next();
            }
            iterator.status();
            return chunk.events();
        } catch (RocksDBException e) {
            throw failure("read", e);
        }
    }

    private static Event event(RocksIterator at, int partition, long position)
            throws CorruptLogException {
        var where = where(partition, position);
        if (!Arrays.equals(at.key(), Keys.event(partition, position))) {
            throw new CorruptLogException(where, "the event is missing");
        }
        return placed(EventCodec.decode(at.value(), where), partition, position);
    }

    private static Event placed(Event event, int partition, long position)
            throws CorruptLogException {
        if (event.partition() != partition || event.position() != position) {
            throw new CorruptLogException(
                    where(partition, position), "the event of another place: " + event.place());
        }
        return event;
    }

    /** As {@link LogDevice#readStream}. */
    public List<Event> readStream(StreamId stream, long from, LogDevice.Bound bound)
            throws IOException {
        return gate.through(() -> readStream(stream, from, bound, true));
    }

    /** As {@link LogDevice#readStreamBackwards}. */
    public List<Event> readStreamBackwards(StreamId stream, long from, LogDevice.Bound bound)
            throws IOException {
        return gate.through(() -> readStream(stream, from, bound, false));
    }

    private List<Event> readStream(
            StreamId stream, long from, LogDevice.Bound bound, boolean forwards)
            throws IOException {
        var chunk = new Chunk(bound);
        var prefix = Keys.stream(stream);
        try (var iterator = db.newIterator(streams, reading)) {
            if (forwards) {
                iterator.seek(Keys.version(stream, from));
            } else {
                iterator.seekForPrev(Keys.version(stream, from));
            }
            for (var expected = -1L; iterator.isValid() && !chunk.isFull(); ) {
                var key = iterator.key();
                if (!Keys.isOf(prefix, key)) {
                    break;
                }
                var version = ByteBuffer.wrap(key).getLong(prefix.length);
                if (expected >= 0 && version != expected) {
                    throw new CorruptLogException(
                            stream + " version " + expected, "the event is missing");
                }
                chunk.add(event(stream, version, ByteBuffer.wrap(iterator.value()).getLong()));
                if (forwards) {
                    expected = version + 1;
                    iterator.next();
                } else {
                    expected = version - 1;
                    iterator.prev();
                }
            }
            iterator.status();
            return chunk.events();
        } catch (RocksDBException e) {
            throw failure("read", e);
        }
    }

    private Event event(StreamId stream, long version, long position)
            throws IOException, RocksDBException {
        var partition = EventLog.partition(stream, partitions);
        var bytes = db.get(events, reading, Keys.event(partition, position));
        var where = where(partition, position);
        if (bytes == null) {
            throw new CorruptLogException(where, "the event is missing");
        }
        var event = placed(EventCodec.decode(bytes, where), partition, position);
        if (!event.stream().equals(stream) || event.version() != version) {
            throw new CorruptLogException(
                    where,
                    "not version %d of %s but %d of %s"
                            .formatted(version, stream, event.version(), event.stream()));
        }
        return event;
    }

    /** As {@link LogDevice#streams}, in the order of their names' bytes. */
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        var begin = prefix.replaceFirst("-", "\0").getBytes(StandardCharsets.UTF_8);
        return gate.through(() -> streamsInside(begin, after, max));
    }

    private List<StreamHead> streamsInside(byte[] begin, @Nullable StreamId after, int max)
            throws IOException {
        var found = new ArrayList<StreamHead>();
        var before = after == null ? begin : Keys.stream(after);
        try (var iterator = db.newIterator(names, reading)) {
            iterator.seek(before);
            if (after != null && iterator.isValid() && Arrays.equals(iterator.key(), before)) {
                iterator.next();
            }
            for (; iterator.isValid() && found.size() < max; iterator.next()) {
                var key = iterator.key();
                if (key.length < begin.length
                        || !Arrays.equals(key, 0, begin.length, begin, 0, begin.length)) {
                    break;
                }
                var name = new String(key, StandardCharsets.UTF_8).split("\0", -1);
                var stream = new StreamId(name[0], name[1]);
                found.add(new StreamHead(stream, versionInside(stream)));
            }
            iterator.status();
            return found;
        } catch (RocksDBException e) {
            throw failure("read", e);
        }
    }

    /** A call on the database, which is not closed meanwhile. */
    interface Use<T extends @Nullable Object> {
        T of(RocksDB db) throws RocksDBException, IOException;
    }

    <T extends @Nullable Object> T use(Use<T> use) throws IOException {
        return gate.through(() -> {
            try {
                return use.of(db);
            } catch (RocksDBException e) {
                throw failure("use", e);
            }
        });
    }

    /**
     * Keys of one kind, in order.
     *
     * @param after the last of those before; null for the first
     */
    List<byte[]> keys(Kind kind, byte @Nullable [] after, int max) throws IOException {
        return use(db -> {
            var keys = new ArrayList<byte[]>();
            try (var iterator = db.newIterator(family(kind), inOrder)) {
                if (after == null) {
                    iterator.seekToFirst();
                } else {
                    iterator.seek(after);
                    if (iterator.isValid() && Arrays.equals(iterator.key(), after)) {
                        iterator.next();
                    }
                }
                for (; iterator.isValid() && keys.size() < max; iterator.next()) {
                    keys.add(iterator.key());
                }
                iterator.status();
            }
            return keys;
        });
    }

    private ColumnFamilyHandle family(Kind kind) {
        return switch (kind) {
            case EVENTS -> events;
            case STREAMS -> streams;
            case NAMES -> names;
            case IDS -> ids;
        };
    }

    /** Of what is kept. */
    enum Kind {
        EVENTS,
        STREAMS,
        NAMES,
        IDS
    }

    /** The position that a version of a stream is said to be at; 0 if there is none. */
    long position(StreamId stream, long version) throws IOException {
        return use(db -> {
            var position = db.get(streams, reading, Keys.version(stream, version));
            return position == null ? 0 : ByteBuffer.wrap(position).getLong();
        });
    }

    /**
     * Takes away all events of a partition after a position, as if they had never been appended;
     * the last first, so that what is left if it is cut short is a shorter log.
     */
    void truncate(int partition, long after) throws IOException {
        for (var last = last(partition); last > after; last = last(partition)) {
            var from = Math.max(after + 1, last - REWRITTEN_AT_ONCE + 1);
            takeAway(read(partition, from, new LogDevice.Bound(REWRITTEN_AT_ONCE, Long.MAX_VALUE)));
        }
    }

    /** As {@link LogDevice#remove}. */
    void remove(int partition, List<Long> positions) throws IOException {
        var one = new LogDevice.Bound(1, 0);
        for (var from = 0; from < positions.size(); from += REWRITTEN_AT_ONCE) {
            var some =
                    positions.subList(from, Math.min(positions.size(), from + REWRITTEN_AT_ONCE));
            var left = new ArrayList<Event>();
            for (var position : some) {
                for (var event : read(partition, position, one)) {
                    if (!event.data().isRemoved()) {
                        left.add(
                                new Event(
                                        partition,
                                        position,
                                        event.stream(),
                                        event.version(),
                                        event.data().removed()));
                    }
                }
            }
            rewrite(left);
        }
    }

    private void rewrite(List<Event> changed) throws IOException {
        var _ =
                use(db -> {
                    try (var all = new WriteBatch()) {
                        for (var event : changed) {
                            all.put(
                                    events,
                                    Keys.event(event.partition(), event.position()),
                                    EventCodec.encode(event));
                        }
                        db.write(synced, all);
                        return changed.size();
                    }
                });
    }

    /** Rewrites all files, and leaves nothing in the write-ahead log. */
    void compact() throws IOException {
        var _ =
                use(db -> {
                    flush();
                    try (var everything =
                            new CompactRangeOptions()
                                    .setBottommostLevelCompaction(
                                            CompactRangeOptions.BottommostLevelCompaction.kForce)) {
                        db.compactRange(events, null, null, everything);
                        return true;
                    }
                });
    }

    private void takeAway(List<Event> last) throws IOException {
        var _ =
                use(db -> {
                    try (var all = new WriteBatch()) {
                        for (var event : last.reversed()) {
                            all.delete(events, Keys.event(event.partition(), event.position()));
                            all.delete(streams, Keys.version(event.stream(), event.version()));
                            all.delete(ids, Keys.id(event.data().id()));
                            if (event.version() == 1) {
                                all.delete(names, Keys.stream(event.stream()));
                            }
                        }
                        db.write(synced, all);
                        return last.size();
                    }
                });
    }

    private static String where(int partition, long position) {
        return "partition " + partition + " position " + position;
    }

    private IOException failure(String what, RocksDBException e) {
        var status = e.getStatus();
        if (status != null && status.getCode() == Status.Code.Corruption) {
            return new CorruptLogException(folder.toString(), String.valueOf(e.getMessage()));
        }
        return new IOException("cannot %s %s: %s".formatted(what, folder, e.getMessage()), e);
    }

    /**
     * Leaves nothing in the write-ahead log, whose end is the one thing that may be cut off.
     *
     * @throws IOException if that cannot be done, or not in time, as on a full disk; what was
     *     durable is then in the write-ahead log still
     */
    @Override
    public void close() throws IOException {
        // what waits for room on the disk is told to give up, and fails
        if (!gate.close(FLUSHED_WITHIN, () -> db.cancelAllBackgroundWork(false))) {
            return;
        }
        try {
            if (!isReadOnly) {
                flushInTime();
            }
        } finally {
            natives.close();
        }
    }

    /** RocksDB waits for ever if there is no room on the disk. */
    private void flushInTime() throws IOException {
        var wasInterrupted = Thread.interrupted(); // which is no reason to hurry
        var flushed = new FutureTask<>(this::flush);
        Thread.ofPlatform().name("log-flush").daemon().start(flushed);
        try {
            flushed.get(FLUSHED_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | InterruptedException e) {
            db.cancelAllBackgroundWork(false); // which ends its waiting
            awaitAnyhow(flushed);
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("cannot close " + folder + ": files are not written in time", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RocksDBException cause) {
                throw failure("close", cause);
            }
            throw new IllegalStateException(e);
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean flush() throws RocksDBException {
        try (var now = new FlushOptions().setWaitForFlush(true)) {
            db.flush(now, List.of(rest, events, streams, names, ids));
            db.syncWal();
            return true;
        }
    }

    private static void awaitAnyhow(FutureTask<?> task) {
        while (!task.isDone()) {
            try {
                task.get();
            } catch (InterruptedException | ExecutionException _) {
                Thread.onSpinWait();
            }
        }
    }
}
