package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Tail;
import dev.lumiere.eventlog.file.DurableFiles;
import dev.lumiere.eventlog.rocks.Gate;
import dev.lumiere.eventlog.rocks.Natives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An index in its folder, and which event of each partition was the last that it took in. Each
 * write holds the changes and that event's position and id, so that it is known where to go on, and
 * whether the log is the one it was made of.
 */
final class IndexStore implements AutoCloseable {
    /** For a log that is behind, as a replica is after a power cut. */
    private static final Duration CATCHES_UP = Duration.ofSeconds(30);

    private final Path folder;
    private final Form form;
    private final Natives natives = new Natives();
    private final RocksDB db;
    private final ColumnFamilyHandle entries;
    private final ReadOptions reading;
    private final WriteOptions writing;
    private final Gate gate;
    private final Tail taken;

    /**
     * Opens one, or begins one where there is none.
     *
     * @throws IOException if it cannot be opened, is of another form, or not of this log
     */
    static IndexStore open(Path folder, Form form, EventLog log)
            throws IOException, InterruptedException {
        DurableFiles.createFolders(folder);
        return new IndexStore(folder, form, log, true);
    }

    /**
     * Opens one that is there.
     *
     * @throws IOException if there is none, it is of another form, or not of this log
     */
    static IndexStore reopen(Path folder, Form form, EventLog log)
            throws IOException, InterruptedException {
        return new IndexStore(folder, form, log, false);
    }

    private IndexStore(Path folder, Form form, EventLog log, boolean mayBeNew)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.form = form;
        gate = new Gate("the view " + form.name());
        taken = new Tail(log.partitions());
        RocksDB.loadLibrary();
        var done = false;
        try {
            var handles = new ArrayList<ColumnFamilyHandle>();
            reading = natives.own(new ReadOptions());
            writing = natives.own(new WriteOptions());
            db =
                    RocksDB.open(
                            ViewMemory.options(natives, mayBeNew),
                            folder.toString(),
                            ViewMemory.families(natives, "default", "entries"),
                            handles);
            natives.own(db);
            handles.forEach(natives::own);
            entries = handles.get(1);
            checkForm(log.partitions(), mayBeNew);
            goBackTo(log);
            done = true;
        } catch (RocksDBException e) {
            throw notOpened(e);
        } finally {
            if (!done) {
                natives.close();
            }
        }
    }

    private IOException notOpened(RocksDBException e) {
        var message = "cannot open the view in " + folder + ": " + e.getMessage();
        var status = e.getStatus();
        return status != null && status.getCode() == Status.Code.Corruption
                ? new UnusableViewException(message, e)
                : new IOException(message, e);
    }

    private void checkForm(int partitions, boolean mayBeNew) throws IOException, RocksDBException {
        var key = ascii("form");
        var wanted = form + " of " + partitions;
        var found = db.get(key);
        if (found == null && mayBeNew && isEmpty()) {
            db.put(key, ascii(wanted));
        } else if (found == null || !ascii(found).equals(wanted)) {
            throw new UnusableViewException(
                    "in %s is the view %s partitions, not %s"
                            .formatted(
                                    folder, found == null ? "of unknown" : ascii(found), wanted));
        }
    }

    private boolean isEmpty() throws RocksDBException {
        try (var iterator = db.newIterator()) {
            iterator.seekToFirst();
            iterator.status();
            return !iterator.isValid();
        }
    }

    /** To where it was, if it is the same log. */
    private void goBackTo(EventLog log) throws IOException, InterruptedException, RocksDBException {
        var lasts = new ArrayList<Last>();
        for (var partition = 0; partition < log.partitions(); partition++) {
            var found = db.get(Last.key(partition));
            if (found != null) {
                var last = Last.parse(partition, ascii(found));
                lasts.add(last);
                taken.publish(partition, last.position());
            }
        }
        var caughtUp = log.end().includes(taken.vector()) || log.catchUp(CATCHES_UP);
        if (!log.end().includes(taken.vector())) {
            var message =
                    "the view %s in %s is at %s, but the log ends at %s: %s"
                            .formatted(
                                    form.name(),
                                    folder,
                                    taken.vector(),
                                    log.end(),
                                    caughtUp
                                            ? "it is not of this log"
                                            : "it did not catch up within " + CATCHES_UP);
            throw caughtUp ? new UnusableViewException(message) : new IOException(message);
        }
        for (var last : lasts) {
            last.checkIsIn(log, folder);
        }
    }

    Form form() {
        return form;
    }

    /** How far it is, and who waits for more. */
    Tail taken() {
        return taken;
    }

    /** What an index is with these changes, and where to make more. */
    Index with(Changes changes) {
        return new Index(db, entries, reading, form.version(), changes);
    }

    /** Makes changes, all or none, which hold what became of everything up to an event. */
    void write(Changes changes, Event last) throws IOException {
        try (var batch = new WriteBatch()) {
            for (var change : changes.all().entrySet()) {
                var key = change.getKey().getBytes(StandardCharsets.UTF_8);
                var value = change.getValue().value();
                if (value == null) {
                    batch.delete(entries, key);
                } else {
                    batch.put(entries, key, value);
                }
            }
            batch.put(Last.key(last.partition()), ascii(Last.of(last).toString()));
            db.write(writing, batch);
        } catch (RocksDBException e) {
            throw new IOException("cannot write the view: " + e.getMessage(), e);
        }
        taken.publish(last.partition(), last.position());
        taken.wake();
    }

    /** Makes durable what was written. */
    void sync() throws IOException {
        gate.through(() -> {
            try {
                db.flushWal(true);
                return folder;
            } catch (RocksDBException e) {
                throw new IOException("cannot write the view: " + e.getMessage(), e);
            }
        });
    }

    /** One value; null if there is none. */
    byte @Nullable [] get(String key) throws IOException {
        return gate.through(() -> {
            try {
                return db.get(entries, reading, key.getBytes(StandardCharsets.UTF_8));
            } catch (RocksDBException e) {
                throw new IOException("cannot read the view: " + e.getMessage(), e);
            }
        });
    }

    /** Reads it as it is at one moment. */
    <T extends @Nullable Object> T read(View.Question<T> question) throws IOException {
        return gate.through(() -> answer(question));
    }

    private <T extends @Nullable Object> T answer(View.Question<T> question) throws IOException {
        var snapshot = db.getSnapshot();
        try (var then = new ReadOptions().setSnapshot(snapshot)) {
            return question.ask(new Index(db, entries, then, form.version(), null));
        } finally {
            db.releaseSnapshot(snapshot);
        }
    }

    /** Writes it as it is at one moment to a folder that is not there yet. */
    void snapshot(Path target) throws IOException {
        var parent = target.toAbsolutePath().getParent();
        if (parent != null) {
            DurableFiles.createFolders(parent);
        }
        gate.through(() -> {
            try (var checkpoint = Checkpoint.create(db)) {
                checkpoint.createCheckpoint(target.toString());
                return target;
            } catch (RocksDBException e) {
                throw new IOException("no snapshot in " + target + ": " + e.getMessage(), e);
            }
        });
    }

    /** With the last read; who folds into it has ended before. */
    @Override
    public void close() {
        taken.close();
        if (gate.close()) {
            natives.close();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.US_ASCII);
    }
}
