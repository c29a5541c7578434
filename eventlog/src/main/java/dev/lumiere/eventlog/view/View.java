package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Followers;
import dev.lumiere.eventlog.PositionVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Projection} has made of the log so far, in a folder of its own, and following it.
 * Each write holds the changes and the position they came of, so that every event is taken in
 * exactly once, also by a process that is killed. Lost with its folder, it is folded anew. Any
 * number of nodes may have one of the same projection. To be closed before the log.
 *
 * <p>An event that cannot be taken in stops it, with its place and the reason; {@link #resume} goes
 * on from there, after whatever was wrong is right.
 */
public final class View implements Folded, AutoCloseable, Followers.Follower {
    private final EventLog log;
    private final IndexStore store;
    private final @Nullable Projection projection;
    private volatile @Nullable Folding folding;
    private boolean closed;

    /**
     * Why it does not go on.
     *
     * @param at the event that was not taken in; null if it was not even read
     * @param behind where in the log it stands
     */
    public record Stop(Event.@Nullable Place at, PositionVector behind, String reason) {}

    /** What somebody wants to know. */
    @FunctionalInterface
    public interface Question<T extends @Nullable Object> {
        T ask(Index index) throws IOException;
    }

    /**
     * Opens one, or begins one where there is none, and follows the log. Where the log is behind it
     * waits for a while, as for a replica after a power cut.
     *
     * @param folder of all views; this one gets a folder there, by name and version
     * @throws UnusableViewException if it is damaged, or not of this log, or of what was in it
     *     before it was restored to a position; then it is folded anew if its folder is deleted
     * @throws IOException if it cannot be opened
     */
    public static View open(Path folder, EventLog log, Projection projection)
            throws IOException, InterruptedException {
        var form = Form.of(projection);
        var store = IndexStore.open(folder.resolve(form.toString()), form, log);
        return new View(log, store, projection);
    }

    /**
     * Opens one as {@link #open(Path, EventLog, Projection)} does, but where there is none it
     * begins with what a {@link #snapshot} holds.
     *
     * @param snapshot its folder, which stays as it is
     * @throws IOException if that is of another projection or version, is ahead of this log, or not
     *     of it; or if the view cannot be opened
     */
    public static View open(Path folder, EventLog log, Projection projection, Path snapshot)
            throws IOException, InterruptedException {
        if (!isIn(folder, projection)) {
            begin(folder, log, projection, snapshot);
        }
        return open(folder, log, projection);
    }

    /** Deletes one that nobody has open, so that never a part of it is found; if it is there. */
    public static void discard(Path folder, Projection projection) throws IOException {
        ViewFiles.discard(folder.resolve(Form.of(projection).toString()));
    }

    /** Deletes those of lower versions, which a release before has left. */
    public static void discardOlder(Path folder, Projection projection) throws IOException {
        for (var version = 1; version < projection.version(); version++) {
            ViewFiles.discard(folder.resolve(new Form(projection.name(), version).toString()));
        }
    }

    /** Whether there is one, or a part of it. */
    public static boolean isIn(Path folder, Projection projection) {
        return Files.exists(folder.resolve(Form.of(projection).toString()));
    }

    /**
     * Puts what a {@link #snapshot} holds where there is no view yet, for {@link #open} to go on
     * with.
     *
     * @param snapshot its folder, which stays as it is
     * @throws IOException if that is of another projection or version, is ahead of this log, or not
     *     of it; then nothing is there
     */
    public static void begin(Path folder, EventLog log, Projection projection, Path snapshot)
            throws IOException, InterruptedException {
        var form = Form.of(projection);
        ViewFiles.copy(
                snapshot,
                folder.resolve(form.toString()),
                copy -> check(snapshot, copy, form, log));
    }

    private static void check(Path snapshot, Path copy, Form form, EventLog log)
            throws IOException, InterruptedException {
        if (!Files.exists(copy.resolve("CURRENT"))) {
            throw new IOException("no snapshot of a view in " + snapshot);
        }
        try {
            IndexStore.reopen(copy, form, log).close();
        } catch (IOException e) {
            throw new IOException("not to begin with: " + snapshot + ": " + e.getMessage(), e);
        }
    }

    /**
     * Follows the log from where it is.
     *
     * @param projection null to stay as it is
     */
    View(EventLog log, IndexStore store, @Nullable Projection projection) {
        this.log = log;
        this.store = store;
        this.projection = projection;
        goOn();
        if (projection != null) {
            log.followers().add(this);
        }
    }

    /** Follows the log again after a {@link #pause}. */
    synchronized void goOn() {
        if (projection != null && folding == null && !closed) {
            folding = new Folding(log, projection, store);
        }
    }

    /** Stays as it is from now on, and is read. */
    synchronized void pause() {
        var now = folding;
        if (now != null) {
            now.close();
            folding = null;
        }
    }

    /** Makes durable what it has taken in. */
    void sync() throws IOException {
        store.sync();
    }

    /** Of the projection that made it. */
    int version() {
        return store.form().version();
    }

    @Override
    public @Nullable Stop stopped() {
        var now = folding;
        return now == null ? null : now.stopped();
    }

    /** Goes on after a stop, with the event that could not be taken in; else nothing. */
    public void resume() throws InterruptedException {
        var now = folding;
        if (now != null) {
            now.resume();
        }
    }

    /** Up to where events are taken in. */
    public PositionVector position() {
        return store.taken().vector();
    }

    @Override
    public Followers.Following following() {
        var why = stopped();
        var position = position();
        var partitions = new TreeMap<Integer, Followers.At>();
        for (var partition = 0; partition < position.partitions(); partition++) {
            if (takes(partition)) {
                var at =
                        new Followers.At(position.of(partition), why == null ? null : why.reason());
                partitions.put(partition, at);
            }
        }
        return new Followers.Following(
                "view", store.form().name(), Integer.toString(store.form().version()), partitions);
    }

    private boolean takes(int partition) {
        return projection == null || projection.takes(partition);
    }

    /** What of it is this view's business; else as at the start. */
    private PositionVector mine(PositionVector position) {
        var mine = new long[position.partitions()];
        for (var partition = 0; partition < mine.length; partition++) {
            mine[partition] = takes(partition) ? position.of(partition) : 0;
        }
        return PositionVector.of(mine);
    }

    /** How many events there are that are not taken in. */
    public long lag() {
        return mine(log.end()).since(position());
    }

    @Override
    public boolean waitFor(Event.Place place, Duration atMost) throws InterruptedException {
        return !takes(place.partition()) || store.taken().await(place, atMost);
    }

    @Override
    public boolean waitFor(PositionVector position, Duration atMost) throws InterruptedException {
        return store.taken().await(mine(position), atMost);
    }

    /**
     * Reads it as it is at one moment.
     *
     * @throws IOException if it is closed, or cannot be read
     */
    public <T extends @Nullable Object> T read(Question<T> question) throws IOException {
        return store.read(question);
    }

    /**
     * One value, which costs less than to {@link #read} it; null if there is none.
     *
     * @throws IOException if it is closed, or cannot be read
     */
    public byte @Nullable [] get(String key) throws IOException {
        return store.get(key);
    }

    /**
     * Writes it as it is at one moment, while it goes on; files are shared with it where the file
     * system can.
     *
     * @param folder that is not there yet
     * @throws IOException if it is there, or cannot be written
     */
    public void snapshot(Path folder) throws IOException {
        store.snapshot(folder);
    }

    /** Ends with what is being taken in. */
    @Override
    public synchronized void close() {
        closed = true;
        log.followers().remove(this);
        pause();
        store.close();
    }
}
