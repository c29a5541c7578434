package dev.lumiere.storage.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectChanged;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectDeleted;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMoved;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMovedAway;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectPut;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is in which bucket. Keys of the index begin with a letter: {@code b} and a bucket's name;
 * {@code o}, bucket and key, an object; {@code r}, blob, bucket and key, who refers to a blob;
 * {@code x}, second, bucket and key, what expires when; {@code m}, version, bucket and key, a move
 * of which one half was taken in.
 */
final class CatalogProjection implements Projection {
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final String BUCKETS = "b";
    private static final char END = '\0';

    /** The halves of a move. */
    static final String BEGUN = "begun";

    private static final String DONE = "done";

    private final KnownBuckets known;

    /** Tells those who keep buckets in memory. */
    CatalogProjection(KnownBuckets known) {
        this.known = known;
    }

    @Override
    public String name() {
        return "catalog";
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public void apply(Event event, Index index) throws IOException {
        switch (event.stream().category()) {
            case BucketEvent.CATEGORY -> applyToBucket(event, index);
            case ObjectEvent.CATEGORY -> applyToObject(event, index);
            default -> {}
        }
    }

    private void applyToBucket(Event event, Index index) {
        var change = BucketEvent.TYPES.event(event.data());
        if (change == null) {
            return;
        }
        var name = event.stream().key();
        var bucket = BucketEvent.after(change);
        if (bucket == null) {
            index.delete(bucketKey(name));
        } else {
            index.put(bucketKey(name), json(new BucketEntry(event.version(), bucket)));
        }
        known.learn(name, event.version(), bucket);
    }

    /** Tells of all that are in an index. */
    static void tell(Index index, KnownBuckets known) throws IOException {
        index.walk(
                BUCKETS,
                "",
                (key, json) -> {
                    var entry = JSON.readValue(json, BucketEntry.class);
                    known.learn(key.substring(BUCKETS.length()), entry.version, entry.bucket);
                    return key;
                });
    }

    /**
     * What is kept of a bucket.
     *
     * @param version of its stream
     */
    private record BucketEntry(long version, Bucket bucket) {}

    private static void applyToObject(Event event, Index index) throws IOException {
        var change = ObjectEvent.TYPES.event(event.data());
        if (change == null) {
            return;
        }
        switch (change) {
            case ObjectDeleted(var bucket, var key) -> remove(bucket, key, index);
            case ObjectMovedAway(var bucket, var key, var version) -> {
                take(BEGUN, DONE, moveKey(bucket, key, version), index);
                remove(bucket, key, index);
            }
            case ObjectMoved moved -> {
                put(moved.object(), event.version(), index);
                var key = moveKey(moved.fromBucket(), moved.fromKey(), moved.fromVersion());
                take(DONE, BEGUN, key, index);
            }
            case ObjectPut(var object) -> put(object, event.version(), index);
            case ObjectChanged(var object) -> put(object, event.version(), index);
        }
    }

    /**
     * Of the halves of a move, which come in any order, the second takes what the first has left.
     */
    private static void take(String other, String half, String key, Index index)
            throws IOException {
        if (other.equals(index.get(key))) {
            index.delete(key);
        } else {
            index.put(key, half);
        }
    }

    private static void put(CatalogObject object, long version, Index index) throws IOException {
        remove(object.bucket(), object.key(), index);
        var entry = new CatalogEntry(version, object);
        index.put(objectKey(object.bucket(), object.key()), entry.packed());
        index.put(referenceKey(object), "");
        if (object.expiresAt() > 0) {
            index.put(expiryKey(object), "");
        }
    }

    private static void remove(String bucket, String key, Index index) throws IOException {
        var before = entry(bucket, key, index);
        if (before == null) {
            return;
        }
        var move = moveKey(bucket, key, before.version());
        if (BEGUN.equals(index.get(move))) {
            index.delete(move); // it is another object now, which nobody moves
        }
        index.delete(objectKey(bucket, key));
        index.delete(referenceKey(before.object()));
        if (before.object().expiresAt() > 0) {
            index.delete(expiryKey(before.object()));
        }
    }

    /** Null if there is none. */
    static @Nullable CatalogEntry entry(String bucket, String key, Index index) throws IOException {
        var packed = index.getBytes(objectKey(bucket, key));
        return packed == null ? null : CatalogEntry.unpacked(bucket, key, packed);
    }

    private static String json(BucketEntry entry) {
        try {
            return JSON.writeValueAsString(entry);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String bucketKey(String name) {
        return BUCKETS + name;
    }

    static String objectKey(String bucket, String key) {
        return "o" + bucket + END + key;
    }

    static String referenceKeys(BlobId blob) {
        return "r" + blob.text() + END;
    }

    private static String referenceKey(CatalogObject object) {
        return referenceKeys(object.blob()) + object.bucket() + END + object.key();
    }

    /** In the order of time. */
    static String expiryKeys(long second) {
        return "x%016d".formatted(second);
    }

    private static String expiryKey(CatalogObject object) {
        return expiryKeys(object.expiresAt()) + object.bucket() + END + object.key();
    }

    /** Of a move of which one half was taken in, by what was moved. */
    private static String moveKey(String bucket, String key, long version) {
        return "m" + version + END + bucket + END + key;
    }
}
