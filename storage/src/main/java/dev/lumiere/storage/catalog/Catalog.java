package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.view.CatchUp;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.NotKept;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectChanged;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectDeleted;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMoved;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMovedAway;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectPut;
import dev.lumiere.storage.rule.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
 * such bucket, 608 changed meanwhile; 503 while the log cannot be reached. All block.
 */
public final class Catalog implements AutoCloseable {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final View view;
    private final CatchUp others;
    private final BucketCatalog buckets;
    private final Histories<ObjectEvent> histories;
    private final InstantSource clock;
    private volatile @Nullable BlobStore contents;
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
            View view,
            CatchUp others,
            BucketCatalog buckets,
            Histories<ObjectEvent> histories,
            InstantSource clock) {
        this.view = view;
        this.others = others;
        this.buckets = buckets;
        this.histories = histories;
        this.clock = clock;
    }

    /**
     * Opens the view of a log, or begins it.
     *
     * @param folder of views
     * @param ids of events, each another
     * @param isTaken names that no bucket of the log may have
     * @throws IOException if it cannot be opened
     */
    public static Catalog open(
            Path folder,
            EventLog log,
            Predicate<String> isTaken,
            InstantSource clock,
            Supplier<UUID> ids)
            throws IOException, InterruptedException {
        var known = new KnownBuckets();
        var view = View.open(folder, log, new CatalogProjection(known));
        var told = false;
        try {
            told =
                    view.read(index -> {
                        CatalogProjection.tell(index, known);
                        return true;
                    });
        } finally {
            if (!told) {
                view.close();
            }
        }
        var others = new CatchUp(log, view);
        var ofBuckets = new Histories<>(log, view, others, BucketEvent.TYPES, clock, ids);
        return new Catalog(
                view,
                others,
                new BucketCatalog(
                        view,
                        ofBuckets,
                        new Histories<>(log, view, others, DomainEvent.TYPES, clock, ids),
                        known,
                        isTaken,
                        clock),
                new Histories<>(log, view, others, ObjectEvent.TYPES, clock, ids),
                clock);
    }

    /** The buckets they are in. */
    public BucketCatalog buckets() {
        return buckets;
    }

    /** Made of the log, by which it is known how far this node is. */
    public View view() {
        return view;
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
        contents = blobs;
    }

    /**
     * Puts an object.
     *
     * @return it, or the one that is there
     */
    public CatalogObject put(CatalogObject object, IfExists ifExists) {
        checkPlace(object.bucket(), object.key());
        return decide(
                object.bucket(),
                object.key(),
                there -> isKept(there, object, ifExists) ? null : new ObjectPut(object));
    }

    /** Puts an object in place of another, if that is still there, and still so. */
    public void replace(CatalogObject there, CatalogObject object) {
        checkPlace(object.bucket(), object.key());
        append(
                object.bucket(),
                object.key(),
                last -> there.equals(living(last.event())) ? new ObjectPut(object) : null);
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

    /** Null if there is none, or it has expired. */
    public @Nullable CatalogObject find(String bucket, String key) {
        try {
            var packed = view.get(CatalogProjection.objectKey(bucket, key));
            if (packed == null) {
                return null;
            }
            var object = CatalogEntry.unpacked(bucket, key, packed).object();
            return isExpired(object) ? null : object;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    boolean isExpired(CatalogObject object) {
        return object.expiresAt() > 0 && object.expiresAt() <= clock.instant().getEpochSecond();
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

    /** Puts an object with the same content under another name. */
    public CatalogObject copy(
            String bucket, String key, String toBucket, String toKey, boolean replaces) {
        checkPlace(bucket, key);
        checkPlace(toBucket, toKey);
        var from = source(bucket, key);
        if (bucket.equals(toBucket) && key.equals(toKey)) {
            return from.object();
        }
        var object = renamed(from.object(), toBucket, toKey);
        return decide(
                toBucket, toKey, there -> new ObjectPut(overwriting(there, object, replaces)));
    }

    /**
     * Copies, then deletes. Where that was cut short, {@link CatalogUpkeep} goes on with it. An
     * object that was changed in between stays.
     */
    public CatalogObject move(
            String bucket, String key, String toBucket, String toKey, boolean replaces) {
        checkPlace(bucket, key);
        checkPlace(toBucket, toKey);
        var from = source(bucket, key);
        if (bucket.equals(toBucket) && key.equals(toKey)) {
            return from.object();
        }
        var object = renamed(from.object(), toBucket, toKey);
        var moved =
                decide(
                        toBucket,
                        toKey,
                        there ->
                                new ObjectMoved(
                                        overwriting(there, object, replaces),
                                        bucket,
                                        key,
                                        from.version()));
        unlink(bucket, key, from.version());
        return moved;
    }

    /** What the log says, which may be more than the view knows yet. */
    private CatalogEntry source(String bucket, String key) {
        var last = histories.last(ObjectEvent.stream(bucket, key));
        var object = existing(living(last.event()));
        renew(object.blob());
        return new CatalogEntry(last.version(), object);
    }

    private void renew(BlobId blob) {
        var blobs = contents;
        try {
            if (blobs != null && !blobs.renew(blob)) {
                throw Problem.of(612, "no such file or directory").refused();
            }
        } catch (IOException e) {
            throw NotKept.because("the content cannot be kept now", e);
        }
    }

    /** Deletes what was moved away, if it is still that. */
    void unlink(String bucket, String key, long version) {
        append(
                bucket,
                key,
                last ->
                        last.version() == version && ObjectEvent.after(last.event()) != null
                                ? new ObjectMovedAway(bucket, key, version)
                                : null);
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
        var listing = new Listing(bucket, prefix, delimiter, max, this::isExpired);
        return read(index -> listing.page(index, marker));
    }

    /**
     * The marker with which a list goes on behind a key or common prefix of its, so that it can be
     * gone on with in the middle of a page too.
     */
    public static String marker(String keyOrPrefix) {
        return Listing.marker(keyOrPrefix);
    }

    /** Whether an object has that content. */
    public boolean refersTo(BlobId blob) {
        return !readAll(CatalogProjection.referenceKeys(blob), 1).isEmpty();
    }

    List<Index.Entry> readAll(String prefix, int max) {
        return read(index -> index.scan(prefix, "", max));
    }

    private <T extends @Nullable Object> T read(View.Question<T> question) {
        try {
            return view.read(question);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static Problem.Refused unreadable(IOException e) {
        return Problem.unavailable("the catalog cannot be read: " + e.getMessage(), RETRY_AFTER)
                .refused();
    }

    @FunctionalInterface
    private interface Decision {
        @Nullable ObjectEvent on(@Nullable CatalogObject there);
    }

    private CatalogObject decide(String bucket, String key, Decision decision) {
        return existing(
                ObjectEvent.after(append(bucket, key, l -> decision.on(living(l.event())))));
    }

    /** The last event of an object now. */
    private @Nullable ObjectEvent append(
            String bucket, String key, Histories.Decision<ObjectEvent> decision) {
        try {
            return histories.change(ObjectEvent.stream(bucket, key), decision).event();
        } finally {
            watchers.forEach(watcher -> watcher.accept(bucket, key));
        }
    }

    private @Nullable CatalogObject living(@Nullable ObjectEvent event) {
        var object = ObjectEvent.after(event);
        return object == null || isExpired(object) ? null : object;
    }

    private static CatalogObject existing(@Nullable CatalogObject object) {
        if (object == null) {
            throw Problem.of(612, "no such file or directory").refused();
        }
        return object;
    }

    private static CatalogObject overwriting(
            @Nullable CatalogObject there, CatalogObject object, boolean replaces) {
        if (there != null && !replaces) {
            throw Problem.of(614, "file exists").refused();
        }
        return object;
    }

    private CatalogObject renamed(CatalogObject object, String bucket, String key) {
        return object.at(bucket, key, CatalogObject.putTime(clock.instant()));
    }

    private void checkPlace(String bucket, String key) {
        requireBucket(bucket);
        var bytes = key.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > ObjectKey.MAX_BYTES) {
            throw Problem.badRequest(
                            "key over %d bytes: %d".formatted(ObjectKey.MAX_BYTES, bytes.length))
                    .refused();
        }
        if (!new String(bytes, StandardCharsets.UTF_8).equals(key)) {
            throw Problem.badRequest("half a surrogate pair in a key").refused();
        }
    }

    private void requireBucket(String bucket) {
        if (bucket(bucket) == null) {
            throw BucketCatalog.noSuchBucket(bucket);
        }
    }

    @Override
    public void close() {
        view.close();
    }
}
