package dev.lumiere.storage.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.catalog.BucketEvent.BucketDropped;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMoved;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is in which bucket. Keys of the index begin with a letter: {@code b} and a bucket's name;
 * {@code o}, bucket and key, an object; {@code r}, blob, bucket and key, who refers to a blob;
 * {@code x}, second, bucket and key, what expires when; {@code m}, bucket and key, an object that
 * is moved and not yet deleted.
 */
final class CatalogProjection implements Projection {
    private static final JsonMapper JSON = new JsonMapper();
    private static final char END = '\0';

    @Override
    public String name() {
        return "catalog";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void apply(Event event, Index index) throws IOException {
        switch (event.stream().category()) {
            case BucketEvent.CATEGORY -> applyToBucket(event, index);
            case ObjectEvent.CATEGORY -> applyToObject(event, index);
            default -> {}
        }
    }

    private static void applyToBucket(Event event, Index index) {
        switch (BucketEvent.TYPES.event(event.data())) {
            case null -> {}
            case BucketDropped(var name) -> index.delete(bucketKey(name));
            case BucketEvent change -> {
                var bucket = BucketEvent.after(change);
                if (bucket != null) {
                    index.put(bucketKey(bucket.name()), json(bucket));
                }
            }
        }
    }

    private static void applyToObject(Event event, Index index) throws IOException {
        var change = ObjectEvent.TYPES.event(event.data());
        if (change == null) {
            return;
        }
        var object = ObjectEvent.after(change);
        if (change instanceof ObjectEvent.ObjectDeleted(var bucket, var key)) {
            remove(bucket, key, index);
        } else if (object != null) {
            remove(object.bucket(), object.key(), index);
            var entry = new CatalogEntry(event.version(), object);
            index.put(objectKey(object.bucket(), object.key()), entry.packed());
            index.put(referenceKey(object), "");
            if (object.expiresAt() > 0) {
                index.put(expiryKey(object), "");
            }
        }
        if (change instanceof ObjectMoved moved) {
            mark(moved, index);
        }
    }

    /** Unless it is not there any more as it was: then there is nothing to delete. */
    private static void mark(ObjectMoved moved, Index index) throws IOException {
        var from = entry(moved.fromBucket(), moved.fromKey(), index);
        if (from != null && from.version() == moved.fromVersion()) {
            index.put(
                    moveKey(moved.fromBucket(), moved.fromKey()),
                    Long.toString(moved.fromVersion()));
        }
    }

    private static void remove(String bucket, String key, Index index) throws IOException {
        index.delete(moveKey(bucket, key));
        var before = entry(bucket, key, index);
        if (before == null) {
            return;
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

    /** Null if there is none. */
    static @Nullable Bucket bucket(String name, Index index) throws IOException {
        var json = index.get(bucketKey(name));
        return json == null ? null : bucket(json);
    }

    static Bucket bucket(String json) throws IOException {
        return JSON.readValue(json, Bucket.class);
    }

    private static String json(Bucket bucket) {
        try {
            return JSON.writeValueAsString(bucket);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String bucketKey(String name) {
        return "b" + name;
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

    static String moveKey(String bucket, String key) {
        return "m" + bucket + END + key;
    }
}
