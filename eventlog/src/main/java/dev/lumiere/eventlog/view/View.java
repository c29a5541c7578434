package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Followers;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.Subscription;
import dev.lumiere.eventlog.Tail;
import dev.lumiere.eventlog.rocks.Gate;
import dev.lumiere.eventlog.rocks.Natives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a {@link Projection} has made of the log so far, in a folder of its own, and following it.
 * Each write holds the changes and the position they came of, so that every event is taken in
 * exactly once, also by a process that is killed. Lost with its folder, it is folded anew. Any
 * number of nodes may have one of the same projection. To be closed before the log.
 *
 * <p>An event that cannot be taken in stops it, with its place and the reason; {@link #resume} goes
 * on from there, after whatever was wrong is right.
 */
public final class View implements AutoCloseable, Followers.Follower {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final byte[] CHECKPOINT = "position".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROJECTION = "projection".getBytes(StandardCharsets.US_ASCII);

    /** Of each key: a hundredth of those that are not there are looked for in vain. */
    private static final double FILTER_BITS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(View.class);

    private final EventLog log;
    private final Projection projection;
    private final Natives natives = new Natives();
    private final RocksDB db;
    private final ColumnFamilyHandle entries;
    private final WriteOptions writing;
    private final Tail taken;
    private volatile @Nullable Stop stop;
    private final Gate gate;
    private volatile boolean closed;
    private @Nullable Thread thread;

    /**
     * Why it does not go on.
     *
     * @param at the event that was not taken in; null if it was not even read
     * @param behind where in the log it stands
     */
    public record Stop(Event.@Nullable Place at, PositionVector behind, String reason) {}

    /**
     * Opens one, or begins one where there is none, and follows the log.
     *
     * @param folder of all views; this one gets a folder there, by name and version
     * @throws IOException if it cannot be opened, or does not belong to this log
     */
    public static View open(Path folder, EventLog log, Projection projection) throws IOException {
        var view = new View(folder, log, projection);
        view.follow();
        log.followers().add(view);
        return view;
    }

    /**
     * Opens one as {@link #open(Path, EventLog, Projection)} does, but where there is none it
     * begins with what a {@link #snapshot} holds.
     *
     * @param snapshot its folder, which stays as it is
     * @throws IOException if that is of another projection or version, or is ahead of this log; or
     *     if the view cannot be opened
     */
    public static View open(Path folder, EventLog log, Projection projection, Path snapshot)
            throws IOException {
        var own = folder(folder, projection);
        if (!Files.exists(own)) {
            ViewFiles.copy(
                    snapshot,
                    own,
                    copy -> {
                        if (!Files.exists(copy.resolve("CURRENT"))) {
                            throw new IOException("no snapshot of a view in " + snapshot);
                        }
                        new View(copy, log, projection, false).close();
                    });
        }
        return open(folder, log, projection);
    }

    static Path folder(Path folder, Projection projection) {
        return folder.resolve(projection.name() + "-" + projection.version());
    }

    private View(Path folder, EventLog log, Projection projection) throws IOException {
        this(folder(folder, projection), log, projection, true);
    }

    private View(Path own, EventLog log, Projection projection, boolean mayBeNew)
            throws IOException {
        this.log = log;
        this.projection = projection;
        gate = new Gate("the view " + projection.name());
        if (mayBeNew) {
            Files.createDirectories(own);
        }
        RocksDB.loadLibrary();
        var done = false;
        try {
            var handles = new ArrayList<ColumnFamilyHandle>();
            writing = natives.own(new WriteOptions());
            db =
                    RocksDB.open(
                            natives.own(
                                    new DBOptions()
                                            .setCreateIfMissing(mayBeNew)
                                            .setCreateMissingColumnFamilies(mayBeNew)
                                            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                                            .setKeepLogFileNum(2)),
                            own.toString(),
                            List.of(family("default"), family("entries")),
                            handles);
            natives.own(db);
            handles.forEach(natives::own);
            entries = handles.get(1);
            checkProjection(own, db.get(PROJECTION));
            taken = tail(db.get(CHECKPOINT));
            done = true;
        } catch (RocksDBException e) {
            throw new IOException("cannot open the view in " + own + ": " + e.getMessage(), e);
        } finally {
            if (!done) {
                natives.close();
            }
        }
    }

    private void checkProjection(Path own, byte @Nullable [] found)
            throws IOException, RocksDBException {
        var wanted = projection.name() + "-" + projection.version();
        if (found == null) {
            db.put(PROJECTION, wanted.getBytes(StandardCharsets.US_ASCII));
        } else if (!new String(found, StandardCharsets.US_ASCII).equals(wanted)) {
            throw new IOException(
                    "in %s is the view %s, not %s"
                            .formatted(own, new String(found, StandardCharsets.US_ASCII), wanted));
        }
    }

    private ColumnFamilyDescriptor family(String name) {
        var table = new BlockBasedTableConfig();
        table.setFilterPolicy(natives.own(new BloomFilter(FILTER_BITS)));
        return new ColumnFamilyDescriptor(
                name.getBytes(StandardCharsets.US_ASCII),
                natives.own(new ColumnFamilyOptions().setTableFormatConfig(table)));
    }

    private Tail tail(byte @Nullable [] checkpoint) throws IOException {
        var tail = new Tail(log.partitions());
        if (checkpoint == null) {
            return tail;
        }
        var position = PositionVector.parse(new String(checkpoint, StandardCharsets.US_ASCII));
        if (position.partitions() != log.partitions() || !log.end().includes(position)) {
            throw new IOException(
                    "the view %s is at %s, but the log ends at %s: it is not of this log"
                            .formatted(projection.name(), position, log.end()));
        }
        for (var partition = 0; partition < position.partitions(); partition++) {
            tail.publish(partition, position.of(partition));
        }
        return tail;
    }

    private void follow() {
        stop = null;
        thread =
                Thread.ofPlatform()
                        .name("view-" + projection.name())
                        .daemon()
                        .start(this::takeInUntilClosed);
    }

    private void takeInUntilClosed() {
        var subscription = log.subscribe(taken.vector());
        try {
            while (!closed && stop == null && !log.isClosed()) {
                var events = next(subscription);
                if (!events.isEmpty()) {
                    takeIn(events);
                }
            }
        } catch (IOException | RuntimeException e) {
            if (!log.isClosed()) {
                stop(null, e);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it is closed
        }
    }

    /** None for now if the log cannot be reached; what is damaged does not heal. */
    private List<Event> next(Subscription subscription) throws IOException, InterruptedException {
        try {
            return subscription.next(PATIENCE);
        } catch (CorruptLogException e) {
            throw e;
        } catch (IOException e) {
            if (log.isClosed()) {
                throw e;
            }
            LOG.warn("view {} waits for the log: {}", projection.name(), e.getMessage());
            TimeUnit.NANOSECONDS.sleep(PATIENCE.toNanos());
            return List.of();
        }
    }

    /** Those of one partition, as far as they can be taken in. */
    private void takeIn(List<Event> events) throws IOException {
        try (var reading = new ReadOptions();
                var batch = new WriteBatch()) {
            var changes = new Changes();
            var index = new Index(db, entries, reading, changes);
            var partition = events.getFirst().partition();
            var last = taken.of(partition);
            Runnable end = () -> {};
            for (var event : events) {
                changes.beginEvent();
                try {
                    projection.apply(event, index);
                } catch (IOException | RuntimeException | Error e) { // whatever it is, it is told
                    changes.undoEvent();
                    end = () -> stop(event.place(), e);
                    break;
                }
                last = event.position();
            }
            for (var change : changes.all().entrySet()) {
                var key = change.getKey().getBytes(StandardCharsets.UTF_8);
                var value = change.getValue().value();
                if (value == null) {
                    batch.delete(entries, key);
                } else {
                    batch.put(entries, key, value);
                }
            }
            var position = taken.vector().with(partition, last).toString();
            batch.put(CHECKPOINT, position.getBytes(StandardCharsets.US_ASCII));
            db.write(writing, batch);
            taken.publish(partition, last);
            taken.wake();
            end.run();
        } catch (RocksDBException e) {
            throw new IOException("cannot write the view: " + e.getMessage(), e);
        }
    }

    private void stop(Event.@Nullable Place at, Throwable cause) {
        LOG.error("view {} stops at {}", projection.name(), at, cause);
        stop = new Stop(at, taken.vector(), String.valueOf(cause.getMessage()));
    }

    /** Why it does not follow any more; null while it does. */
    public @Nullable Stop stopped() {
        return stop;
    }

    /** Goes on after a stop, with the event that could not be taken in; else nothing. */
    public synchronized void resume() throws InterruptedException {
        var before = thread;
        if (stop == null || closed || before == null) {
            return;
        }
        before.join();
        follow();
    }

    /** Up to where events are taken in. */
    public PositionVector position() {
        return taken.vector();
    }

    @Override
    public Followers.Following following() {
        var why = stop;
        return Followers.Following.all(
                "view",
                projection.name(),
                Integer.toString(projection.version()),
                position(),
                why == null ? null : why.reason());
    }

    /** How many events there are that are not taken in. */
    public long lag() {
        return log.end().since(position());
    }

    /**
     * Waits until an event is taken in, so that who appended it reads what came of it.
     *
     * @return whether it is
     */
    public boolean waitFor(Event.Place place, Duration atMost) throws InterruptedException {
        var position = PositionVector.start(log.partitions());
        return waitFor(position.with(place.partition(), place.position()), atMost);
    }

    /**
     * Waits until everything up to there is taken in.
     *
     * @return whether it is
     */
    public boolean waitFor(PositionVector position, Duration atMost) throws InterruptedException {
        return taken.await(position, atMost);
    }

    /**
     * Reads it as it is at one moment.
     *
     * @throws IOException if it is closed, or cannot be read
     */
    public <T extends @Nullable Object> T read(Question<T> question) throws IOException {
        return gate.through(() -> answer(question));
    }

    private <T extends @Nullable Object> T answer(Question<T> question) throws IOException {
        var snapshot = db.getSnapshot();
        try (var reading = new ReadOptions().setSnapshot(snapshot)) {
            return question.ask(new Index(db, entries, reading, null));
        } finally {
            db.releaseSnapshot(snapshot);
        }
    }

    /**
     * Writes it as it is at one moment, while it goes on; files are shared with it where the file
     * system can.
     *
     * @param folder that is not there yet
     * @throws IOException if it is there, or cannot be written
     */
    public void snapshot(Path folder) throws IOException {
        var parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        gate.through(() -> {
            try (var checkpoint = Checkpoint.create(db)) {
                checkpoint.createCheckpoint(folder.toString());
                return folder;
            } catch (RocksDBException e) {
                throw new IOException("no snapshot in " + folder + ": " + e.getMessage(), e);
            }
        });
    }

    /** What somebody wants to know. */
    @FunctionalInterface
    public interface Question<T extends @Nullable Object> {
        T ask(Index index) throws IOException;
    }

    /** Ends with what is being taken in. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        log.followers().remove(this);
        taken.close();
        var following = thread;
        var interrupted = false;
        while (following != null && following.isAlive()) {
            try {
                following.interrupt(); // only its waiting
                following.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (gate.close()) {
            natives.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
