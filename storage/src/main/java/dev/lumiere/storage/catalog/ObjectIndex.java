package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.view.Index;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectChanged;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectDeleted;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMoved;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMovedAway;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectPut;
import java.io.IOException;

/**
 * Objects in an index: under {@code o}, bucket and key an object; under {@code r}, blob, bucket and
 * key who refers to a blob; under {@code x}, second, bucket and key what expires when; under {@code
 * t} the same of what goes to another storage class when.
 */
final class ObjectIndex {
    private static final String OBJECTS = "o";
    private static final String REFERENCES = "r";

    /** Of what expires. */
    static final String EXPIRIES = "x";

    /** Of what goes to another storage class. */
    static final String TRANSITIONS = "t";

    private static final char END = '\0';

    private ObjectIndex() {}

    /** Takes in a change of an object, after which its stream has that version. */
    static void apply(ObjectEvent change, long version, Index index) throws IOException {
        switch (change) {
            case ObjectDeleted _, ObjectMovedAway _ -> remove(ObjectEvent.name(change), index);
            case ObjectMoved moved -> put(moved.object(), version, index);
            case ObjectPut(var object) -> put(object, version, index);
            case ObjectChanged(var object) -> put(object, version, index);
        }
    }

    private static void put(CatalogObject object, long version, Index index) throws IOException {
        remove(ObjectName.of(object), index);
        var entry = new CatalogEntry(version, object);
        index.put(objectKey(object.bucket(), object.key()), entry.packed());
        index.put(referenceKey(object), "");
        if (object.expiresAt() > 0) {
            index.put(timeKey(EXPIRIES, object.expiresAt(), object), "");
        }
        if (object.nextTransition() > 0) {
            index.put(timeKey(TRANSITIONS, object.nextTransition(), object), "");
        }
    }

    private static void remove(ObjectName name, Index index) throws IOException {
        var place = objectKey(name.bucket(), name.key());
        var packed = index.getBytes(place);
        if (packed == null) {
            return;
        }
        var before = CatalogEntry.unpacked(name.bucket(), name.key(), packed).object();
        index.delete(place);
        index.delete(referenceKey(before));
        if (before.expiresAt() > 0) {
            index.delete(timeKey(EXPIRIES, before.expiresAt(), before));
        }
        if (before.nextTransition() > 0) {
            index.delete(timeKey(TRANSITIONS, before.nextTransition(), before));
        }
    }

    static String objectKey(String bucket, String key) {
        return OBJECTS + bucket + END + key;
    }

    static String referenceKeys(BlobId blob) {
        return REFERENCES + blob.text() + END;
    }

    private static String referenceKey(CatalogObject object) {
        return referenceKeys(object.blob()) + ObjectName.of(object);
    }

    /** In the order of time. */
    static String timeKeys(String what, long second) {
        return what + "%016d".formatted(second);
    }

    private static String timeKey(String what, long second, CatalogObject object) {
        return timeKeys(what, second) + ObjectName.of(object);
    }
}
