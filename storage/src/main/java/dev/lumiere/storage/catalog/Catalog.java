package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.view.CatchUp;
import dev.lumiere.eventlog.view.Folded;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.bucket.BucketEvent;
import dev.lumiere.storage.bucket.DomainEvent;
import dev.lumiere.storage.bucket.Histories;
import dev.lumiere.storage.bucket.KnownBuckets;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectChanged;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectDeleted;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectPut;
import dev.lumiere.storage.rule.ChangeKind;
import dev.lumiere.storage.rule.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The objects of all buckets as they are now. Every change is an event in the log before it is
 * answered, and is read here at once by who made it; changes of other nodes a moment later, or
 * after {@link #catchUp}.
 *
 * <p>Refusals are those of Qiniu's services: 612 no such object, 614 there is one already, 631 no
 * such bucket, 608 changed meanwhile, 403 beyond the bucket's quota; 503 while the log cannot be
 * reached. All block.
 */
public final class Catalog implements AutoCloseable {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration ASKED_AT_MOST = Duration.ofSeconds(2);

    private final CatalogIndex index;
    private final CatchUp others;
    private final EventLog log;
    private final BucketCatalog buckets;
    private final Histories<ObjectEvent> histories;
    private final Relocation relocation;
    private final Quotas quotas;
    private final InstantSource clock;
    private final List<BiConsumer<String, String>> watchers = new CopyOnWriteArrayList<>();

    /** What is to become of an object that is there already. */
    public enum IfExists {
        REPLACE,
        /** Of the same content it is left as it is and answered; else 614. */
        KEEP_SAME,
        REFUSE
    }

    /**
     * Some of the objects of a bucket.
     *
     * @param prefixes in place of all keys that begin so, up to a delimiter
     * @param next the marker of the next page; empty at the end
     */
    public record Page(List<CatalogObject> objects, List<String> prefixes, String next) {
        public Page {
            objects = List.copyOf(objects);
            prefixes = List.copyOf(prefixes);
        }
    }

    private Catalog(
            CatalogIndex index,
            KnownBuckets known,
            EventLog log,
            Predicate<String> isTaken,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.index = index;
        this.log = log;
        this.clock = clock;
        others = new CatchUp(log, index);
        buckets =
                new BucketCatalog(
                        this::hasObjects,
                        new Histories<>(log, index, others, BucketEvent.TYPES, clock, ids),
                        new Histories<>(log, index, others, DomainEvent.TYPES, clock, ids),
                        known,
                        isTaken,
                        clock);
        histories = new Histories<>(log, index, others, ObjectEvent.TYPES, clock, ids);
        var moves = new Histories<>(log, index, others, MoveEvent.TYPES, clock, ids);
        relocation = new Relocation(this, histories, moves, clock);
        quotas = new Quotas(known, index, others);
    }

    /**
     * Opens what a node has of the catalog of a log, or begins it.
     *
     * @param folder of views
     * @param isTaken names that no bucket of the log may have
     * @param ids of events, each another
     * @throws IOException if it cannot be opened
     */
    public static Catalog open(
            Path folder,
            EventLog log,
            CatalogLayout layout,
            Predicate<String> isTaken,
            InstantSource clock,
            Supplier<UUID> ids)
            throws IOException, InterruptedException {
        var known = new KnownBuckets();
        var index = new CatalogViews(folder, log, known).open(layout, clock);
        return new Catalog(index, known, log, isTaken, clock, ids);
    }

    /** The same with all of it at this node. */
    public static Catalog open(
            Path folder,
            EventLog log,
            Predicate<String> isTaken,
            InstantSource clock,
            Supplier<UUID> ids)
            throws IOException, InterruptedException {
        return open(folder, log, CatalogLayout.WHOLE, isTaken, clock, ids);
    }

    /** The buckets they are in. */
    public BucketCatalog buckets() {
        return buckets;
    }

    /** The view that every node has: all of it, or buckets and moves. */
    public View view() {
        return index.common().view();
    }

    /** All that this node has made of the log. */
    public Folded folded() {
        return index;
    }

    /** All views of this node, also those that are not folded yet. */
    public List<View> views() {
        return index.views();
    }

    /** How many events there are that one of them has not taken in, at most. */
    public long lag() {
        return index.views().stream().mapToLong(View::lag).max().orElse(0);
    }

    /**
     * A partition that this node has, for another node that asks. Whatever was acknowledged before
     * this call is in it.
     *
     * @param end of the log, as far as the other node knows it: this node may not know yet that it
     *     does not decide any more
     * @throws NotHeldException if it has not, or not yet
     * @throws IOException if it is too far behind
     */
    public CatalogPartition held(int partition, PositionVector end)
            throws IOException, InterruptedException {
        var part = index.held(partition);
        if (part == null) {
            throw new NotHeldException("this node has not partition " + partition);
        }
        if (!log.owns(partition) && !log.catchUp(ASKED_AT_MOST)) {
            throw new IOException("the log is behind here");
        }
        return part.objects().upTo(end).upTo(log.end());
    }

    /**
     * Leaves snapshots of what this node has, if they are due and this node's to leave.
     *
     * @return whether there was any to leave
     */
    public boolean leaveSnapshots(CatalogSnapshots snapshots)
            throws IOException, InterruptedException {
        var left = false;
        for (var part : index.parts()) {
            left |= snapshots.take(part.view(), part.projection());
        }
        return left;
    }

    /**
     * Waits, two seconds at most, until this node knows what other nodes have changed and answered
     * before; for who must not miss it, or has found nothing. Cheap for many at once.
     *
     * @return false if there is nothing new for sure, as nobody else writes to the log, or if the
     *     log does not tell in time
     */
    public boolean catchUp() {
        try {
            return others.now();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A bucket, which another node may just have made; null if there is none. */
    public @Nullable Bucket bucket(String name) {
        var bucket = buckets.find(name);
        return bucket == null && catchUp() ? buckets.find(name) : bucket;
    }

    /** Whether other nodes may change it too. */
    public boolean isShared() {
        return others.isNeeded();
    }

    /** Tells somebody bucket and key of what this node has changed, before it is answered. */
    public void watchedBy(BiConsumer<String, String> watcher) {
        watchers.add(watcher);
    }

    /**
     * Says where contents are: one that is copied or moved is renewed there first, so that it is
     * not swept when its old name goes meanwhile.
     */
    public void keptIn(BlobStore blobs) {
        relocation.keptIn(blobs);
    }

    /**
     * Puts an object.
     *
     * @return it, or the one that is there
     */
    public CatalogObject put(CatalogObject object, IfExists ifExists) {
        return put(object, ifExists, ChangeKind.PUT);
    }

    /** The same, of an object that has come in that way. */
    public CatalogObject put(CatalogObject object, IfExists ifExists, ChangeKind kind) {
        checkNewPlace(object.bucket(), object.key());
        var told = kind == ChangeKind.PUT ? null : kind.word();
        return decide(
                object.bucket(),
                object.key(),
                there ->
                        isKept(there, object, ifExists) ? null : new ObjectPut(object, told, null));
    }

    /**
     * Puts an object in place of another, if that is still there, and still so.
     *
     * @return what is there now; null if nothing is
     */
    public @Nullable CatalogObject replace(CatalogObject there, CatalogObject object) {
        checkPlace(object.bucket(), object.key());
        return living(
                append(
                        object.bucket(),
                        object.key(),
                        last ->
                                there.equals(living(last.event()))
                                        ? new ObjectPut(object, null, null)
                                        : null));
    }

    private static boolean isKept(
            @Nullable CatalogObject there, CatalogObject object, IfExists ifExists) {
        if (there == null || ifExists == IfExists.REPLACE) {
            return false;
        }
        if (ifExists == IfExists.KEEP_SAME && there.blob().equals(object.blob())) {
            return true;
        }
        throw Problem.of(614, "file exists").refused();
    }

    /**
     * Null if there is none, or it has expired. Where another node has it, it is asked.
     *
     * @throws Problem.Refused 503 if that is not possible now
     */
    public @Nullable CatalogObject find(String bucket, String key) {
        var object = Catalog.<@Nullable CatalogObject>read(() -> index.find(bucket, key));
        return object == null || isExpired(object) ? null : object;
    }

    boolean isExpired(CatalogObject object) {
        // the clock is read for those alone that have an end
        return object.expiresAt() > 0 && object.hasExpired(clock.instant().getEpochSecond());
    }

    /**
     * Changes what is known of an object; never its name or content.
     *
     * @param change may refuse; made again if somebody else was first
     */
    public CatalogObject change(String bucket, String key, UnaryOperator<CatalogObject> change) {
        checkPlace(bucket, key);
        return decide(
                bucket,
                key,
                there -> {
                    var before = existing(there);
                    var after = change.apply(before);
                    if (!after.blob().equals(before.blob())
                            || !after.bucket().equals(bucket)
                            || !after.key().equals(key)) {
                        throw new IllegalArgumentException("another object: " + after);
                    }
                    return after.equals(before) ? null : new ObjectChanged(after);
                });
    }

    public void delete(String bucket, String key) {
        checkPlace(bucket, key);
        append(
                bucket,
                key,
                last -> {
                    existing(living(last.event()));
                    return new ObjectDeleted(bucket, key);
                });
    }

    /** Deletes an object if it is still there, if only expired, and still so. */
    void deleteIf(String bucket, String key, Predicate<CatalogObject> isSo) {
        append(
                bucket,
                key,
                last -> {
                    var there = ObjectEvent.after(last.event());
                    return there != null && isSo.test(there)
                            ? new ObjectDeleted(bucket, key)
                            : null;
                });
    }

    /** Of the log, in which the stream of an object is. */
    int partition(ObjectName name) {
        return log.partition(ObjectEvent.stream(name.bucket(), name.key()));
    }

    /** Changes what is known of an object if it is still there. */
    void changeIfThere(String bucket, String key, UnaryOperator<CatalogObject> change) {
        append(
                bucket,
                key,
                last -> {
                    var there = living(last.event());
                    var after = there == null ? null : change.apply(there);
                    return after == null || after.equals(there) ? null : new ObjectChanged(after);
                });
    }

    /** Puts an object with the same content under another name. */
    public CatalogObject copy(
            String bucket, String key, String toBucket, String toKey, boolean replaces) {
        checkPlace(bucket, key);
        checkNewPlace(toBucket, toKey);
        return relocation.copy(
                new ObjectName(bucket, key), new ObjectName(toBucket, toKey), replaces);
    }

    /**
     * Copies, then deletes. Where that was cut short, {@link CatalogUpkeep} goes on with it. An
     * object that was changed in between stays.
     */
    public CatalogObject move(
            String bucket, String key, String toBucket, String toKey, boolean replaces) {
        checkPlace(bucket, key);
        checkNewPlace(toBucket, toKey);
        return relocation.move(
                new ObjectName(bucket, key), new ObjectName(toBucket, toKey), replaces);
    }

    /**
     * Objects in the order of their keys' UTF-8.
     *
     * @param prefix of keys
     * @param delimiter empty for none
     * @param marker where to go on, as a page before said; empty to begin
     * @param max how many objects and prefixes together, 1 to 1000
     * @throws Problem.Refused 640 if the marker is none
     */
    public Page list(String bucket, String prefix, String delimiter, String marker, int max) {
        requireBucket(bucket);
        var now = clock.instant().getEpochSecond();
        var listing = new Listing(bucket, prefix, delimiter, max, now);
        return read(() -> index.page(listing, marker));
    }

    /**
     * How much there is in a bucket.
     *
     * @throws Problem.Refused 503 if that is not known now
     */
    public Usage usage(String bucket) {
        return read(() -> index.usage(bucket));
    }

    /**
     * Whether a bucket has room for what is about to come, as far as its quota goes. What is let in
     * may be refused when it is put.
     *
     * @param key null if it is not known yet; then it may take the place of anything
     * @param bytes of it, at least
     * @throws Problem.Refused 403 if there surely is no room
     */
    public void requireRoom(String bucket, @Nullable String key, long bytes) {
        quotas.require(bucket, key, bytes);
    }

    private boolean hasObjects(String bucket) {
        var listing = new Listing(bucket, "", "", 1, 0);
        return !read(() -> index.page(listing, "")).objects().isEmpty();
    }

    /**
     * The marker with which a list goes on behind a key or common prefix of its, so that it can be
     * gone on with in the middle of a page too.
     */
    public static String marker(String keyOrPrefix) {
        return Listing.marker(keyOrPrefix);
    }

    /**
     * Which of these contents objects have, by all that can be read of the log here now.
     *
     * @throws Problem.Refused 503 if that is not known of all objects now
     */
    public Set<BlobId> referredTo(Collection<BlobId> blobs) {
        return read(() -> index.referredTo(blobs));
    }

    /** For who looks after it. */
    CatalogIndex index() {
        return index;
    }

    /** Ends a move: deletes what was moved away if it is still that, else gives it up. */
    void unlink(ObjectName name, long version, ObjectName to) {
        relocation.unlink(name, version, to);
    }

    private interface Reading<T extends @Nullable Object> {
        T read() throws IOException, InterruptedException;
    }

    private static <T extends @Nullable Object> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw unreadable(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw unreadable(new IOException("interrupted"));
        }
    }

    private static Problem.Refused unreadable(IOException e) {
        return Problem.unavailable("the catalog cannot be read: " + e.getMessage(), RETRY_AFTER)
                .refused();
    }

    /** What is to happen to the object that is there, if any; null if nothing is. May refuse. */
    @FunctionalInterface
    interface Decision {
        @Nullable ObjectEvent on(@Nullable CatalogObject there);
    }

    CatalogObject decide(String bucket, String key, Decision decision) {
        return existing(
                ObjectEvent.after(append(bucket, key, l -> decision.on(living(l.event())))));
    }

    /** The last event of an object now. */
    @Nullable ObjectEvent append(
            String bucket, String key, Histories.Decision<ObjectEvent> decision) {
        try (var change = quotas.begin(bucket)) {
            var last =
                    histories.change(
                            ObjectEvent.stream(bucket, key),
                            there -> change.enter(there.event(), decision.after(there)));
            change.done();
            return last.event();
        } finally {
            watchers.forEach(watcher -> watcher.accept(bucket, key));
        }
    }

    @Nullable CatalogObject living(@Nullable ObjectEvent event) {
        var object = ObjectEvent.after(event);
        return object == null || isExpired(object) ? null : object;
    }

    static CatalogObject existing(@Nullable CatalogObject object) {
        if (object == null) {
            throw Problem.of(612, "no such file or directory").refused();
        }
        return object;
    }

    private void checkPlace(String bucket, String key) {
        requireBucket(bucket);
        ObjectKey.checked(key);
    }

    private void checkNewPlace(String bucket, String key) {
        requireBucket(bucket);
        ObjectKey.checkedNew(key);
    }

    private void requireBucket(String bucket) {
        if (bucket(bucket) == null) {
            throw buckets.notFound(bucket);
        }
    }

    @Override
    public void close() {
        index.close();
    }
}
