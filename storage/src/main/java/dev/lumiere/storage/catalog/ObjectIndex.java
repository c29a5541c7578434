package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.view.Index;
import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Objects in an index: under {@code o}, bucket and key an object; under {@code r}, blob, bucket and
 * key who refers to a blob; under {@code x}, second, bucket and key what expires when; under {@code
 * t} the same of what goes to another storage class when; under {@code u} and bucket how much there
 * is in it. Where many events are taken in at once, that row is read and written once for all of
 * them.
 */
final class ObjectIndex {
    private static final String OBJECTS = "o";
    private static final String REFERENCES = "r";

    /** Of what expires. */
    static final String EXPIRIES = "x";

    /** Of what goes to another storage class. */
    static final String TRANSITIONS = "t";

    private static final String USAGE = "u";

    private static final char END = '\0';

    private ObjectIndex() {}

    /** Takes in a change of an object, after which its stream has that version. */
    static void apply(ObjectEvent change, long version, Index index) throws IOException {
        var name = ObjectEvent.name(change);
        var before = removed(name, index);
        var after = ObjectEvent.after(change);
        if (after != null) {
            put(after, version, index);
        }
        count(name.bucket(), Usage.of(after).minus(Usage.of(before)), index);
    }

    private static void put(CatalogObject object, long version, Index index) {
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

    /** What was there; null if nothing was. */
    private static @Nullable CatalogObject removed(ObjectName name, Index index)
            throws IOException {
        var place = objectKey(name.bucket(), name.key());
        var packed = index.getBytes(place);
        if (packed == null) {
            return null;
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
        return before;
    }

    /** A bucket without objects has no row. */
    private static void count(String bucket, Usage change, Index index) throws IOException {
        if (change.equals(Usage.NONE)) {
            return;
        }
        var row = usageKey(bucket);
        var counted = index.getBytes(row);
        var now = counted == null ? change : Usage.unpacked(counted).plus(change);
        if (now.equals(Usage.NONE)) {
            index.delete(row);
        } else {
            index.put(row, now.packed());
        }
    }

    static String usageKey(String bucket) {
        return USAGE + bucket;
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
