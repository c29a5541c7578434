package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.Claim;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.rocks.Database.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.WriteBatch;

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
    private static final byte[] MARK = "mark".getBytes(StandardCharsets.US_ASCII);
    private static final int REWRITTEN_AT_ONCE = 1000;
    private static final byte[] NOTHING = {};

    private final Database database;
    private final RocksReads reads;

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
        this(new Database(folder, partitions, false, statistics));
        if (partitions() != partitions) {
            close();
            throw new IOException(
                    "%s has %d partitions for its life, not %d"
                            .formatted(folder, partitions(), partitions));
        }
    }

    private RocksStore(Database database) {
        this.database = database;
        reads = new RocksReads(database);
    }

    /**
     * Opens what is in a folder as it is now, only to be read; also while another process has it.
     *
     * @throws CorruptLogException if it is damaged
     * @throws IOException if it cannot be opened, or nothing is there
     */
    public static RocksStore readOnly(Path folder) throws IOException {
        return new RocksStore(new Database(folder, 0, true, null));
    }

    /** How many there are, for life. */
    public int partitions() {
        return database.partitions();
    }

    boolean isReadOnly() {
        return database.isReadOnly();
    }

    /** What is in it. */
    public RocksReads reads() {
        return reads;
    }

    /** A call on the database, which is not closed meanwhile. */
    <T extends @Nullable Object> T use(Database.Use<T> use) throws IOException {
        return database.use("use", use);
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
        var _ =
                use(_ -> { // the families stay open meanwhile
                    try (var writing = begin()) {
                        batch.forEach(writing::add);
                        writing.write(mark, isSynced);
                        return batch.size();
                    }
                });
    }

    /** What was last written as that; null if nothing was. */
    public byte @Nullable [] mark() throws IOException {
        return database.use("read", db -> db.get(MARK));
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
                all.put(database.family(Kind.EVENTS), place, EventCodec.encode(event));
                all.put(
                        database.family(Kind.STREAMS),
                        Keys.version(event.stream(), event.version()),
                        Arrays.copyOfRange(place, Integer.BYTES, Keys.PLACE_BYTES));
                all.put(database.family(Kind.IDS), Keys.id(event.data().id()), place);
                if (event.version() == 1) {
                    all.put(database.family(Kind.NAMES), Keys.stream(event.stream()), NOTHING);
                }
            } catch (RocksDBException e) {
                throw new IllegalStateException("cannot add to a batch", e);
            }
        }

        /** Durable when this returns. */
        @Override
        public void write() throws IOException {
            write(null, true);
        }

        private void write(byte @Nullable [] mark, boolean isSynced) throws IOException {
            var _ =
                    database.use(
                            "write",
                            db -> {
                                if (mark != null) {
                                    all.put(MARK, mark);
                                }
                                db.write(database.writing(isSynced), all);
                                return all.count();
                            });
        }

        @Override
        public void close() {
            all.close();
        }
    }

    /**
     * Takes away all events of a partition after a position, as if they had never been appended;
     * the last first, so that what is left if it is cut short is a shorter log.
     */
    void truncate(int partition, long after) throws IOException {
        var all = new LogDevice.Bound(REWRITTEN_AT_ONCE, Long.MAX_VALUE);
        for (var last = reads.last(partition); last > after; last = reads.last(partition)) {
            var from = Math.max(after + 1, last - REWRITTEN_AT_ONCE + 1);
            takeAway(reads.read(partition, from, all));
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
                for (var event : reads.read(partition, position, one)) {
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
        change(all -> {
            for (var event : changed) {
                all.put(
                        database.family(Kind.EVENTS),
                        Keys.event(event.partition(), event.position()),
                        EventCodec.encode(event));
            }
        });
    }

    private void takeAway(List<Event> last) throws IOException {
        change(all -> {
            for (var event : last.reversed()) {
                all.delete(
                        database.family(Kind.EVENTS),
                        Keys.event(event.partition(), event.position()));
                all.delete(
                        database.family(Kind.STREAMS),
                        Keys.version(event.stream(), event.version()));
                all.delete(database.family(Kind.IDS), Keys.id(event.data().id()));
                if (event.version() == 1) {
                    all.delete(database.family(Kind.NAMES), Keys.stream(event.stream()));
                }
            }
        });
    }

    private interface Change {
        void addTo(WriteBatch all) throws RocksDBException;
    }

    private void change(Change change) throws IOException {
        var _ =
                database.use(
                        "write",
                        db -> {
                            try (var all = new WriteBatch()) {
                                change.addTo(all);
                                db.write(database.writing(true), all);
                                return all.count();
                            }
                        });
    }

    /** Rewrites all files, and leaves nothing in the write-ahead log. */
    void compact() throws IOException {
        var _ = database.use("compact", this::compact);
    }

    private boolean compact(RocksDB db) throws RocksDBException {
        database.flush();
        try (var everything =
                new CompactRangeOptions()
                        .setBottommostLevelCompaction(
                                CompactRangeOptions.BottommostLevelCompaction.kForce)) {
            db.compactRange(database.family(Kind.EVENTS), null, null, everything);
            return true;
        }
    }

    /**
     * Leaves nothing in the write-ahead log, whose end is the one thing that may be cut off.
     *
     * @throws IOException if that cannot be done, or not in time, as on a full disk; what was
     *     durable is then in the write-ahead log still
     */
    @Override
    public void close() throws IOException {
        database.close();
    }
}
