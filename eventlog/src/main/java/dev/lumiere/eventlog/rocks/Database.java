package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.CorruptLogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.Status;
import org.rocksdb.WriteOptions;

/** The RocksDB of a {@link RocksStore}: opened, used by any thread, and closed when nobody does. */
final class Database implements AutoCloseable {
    private static final int MAX_PARTITIONS = 1024;
    private static final Duration FLUSHED_WITHIN = Duration.ofSeconds(20);
    private static final byte[] PARTITIONS = "partitions".getBytes(StandardCharsets.US_ASCII);

    static {
        RocksDB.loadLibrary();
    }

    private final Path folder;
    private final Natives natives = new Natives();
    private final RocksDB db;
    private final List<ColumnFamilyHandle> families;
    private final Map<Kind, ColumnFamilyHandle> byKind = new EnumMap<>(Kind.class);
    private final ReadOptions reading;
    private final ReadOptions inOrder;
    private final WriteOptions synced;
    private final WriteOptions unsynced;
    private final int partitions;
    private final boolean isReadOnly;
    private final Gate gate = new Gate("the log");

    /**
     * Opens it, or begins it where there is none.
     *
     * @param partitions how many a new one has
     * @param statistics of RocksDB; null for none, since they cost
     * @throws CorruptLogException if it is damaged
     * @throws IOException if it cannot be opened
     */
    Database(Path folder, int partitions, boolean isReadOnly, @Nullable Statistics statistics)
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
            families = List.copyOf(handles);
            var named = families.iterator();
            named.next(); // the default one
            for (var kind : Kind.values()) {
                byKind.put(kind, named.next());
            }
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
    int partitions() {
        return partitions;
    }

    boolean isReadOnly() {
        return isReadOnly;
    }

    /** What is kept, as column families after the default one. */
    enum Kind {
        EVENTS,
        STREAMS,
        NAMES,
        IDS
    }

    ColumnFamilyHandle family(Kind kind) {
        return Objects.requireNonNull(byKind.get(kind));
    }

    /** By which checksums are looked at. */
    ReadOptions reading() {
        return reading;
    }

    /** The same for all keys of a family in their order, also where it is kept by hash. */
    ReadOptions inOrder() {
        return inOrder;
    }

    /**
     * How something is written.
     *
     * @param isSynced whether it is durable when that returns
     */
    WriteOptions writing(boolean isSynced) {
        return isSynced ? synced : unsynced;
    }

    /** A call on the database, which is not closed meanwhile. */
    interface Use<T extends @Nullable Object> {
        T of(RocksDB db) throws RocksDBException, IOException;
    }

    /**
     * Makes the call.
     *
     * @param what it does, in a word
     */
    <T extends @Nullable Object> T use(String what, Use<T> use) throws IOException {
        return gate.through(() -> {
            try {
                return use.of(db);
            } catch (RocksDBException e) {
                throw failure(what, e);
            }
        });
    }

    /** Makes files of what is in memory, and leaves nothing in the write-ahead log. */
    boolean flush() throws RocksDBException {
        try (var now = new FlushOptions().setWaitForFlush(true)) {
            db.flush(now, families);
            db.syncWal();
            return true;
        }
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
