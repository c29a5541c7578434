package dev.lumiere.api.management;

import dev.lumiere.storage.rule.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * Where an object is or is to be, as paths name it (Qiniu's {@code EncodedEntryURI}): the base64 of
 * {@code bucket:key}, or of {@code bucket} alone. The first colon counts; a key may be empty.
 *
 * @param key 0 to 750 bytes of UTF-8; null if none is given
 */
record Place(String bucket, @Nullable String key) {
    static Place decode(String encoded) {
        var text = Encoded.base64(encoded, "the entry");
        var colon = text.indexOf(':');
        return of(
                colon < 0 ? text : text.substring(0, colon),
                colon < 0 ? null : text.substring(colon + 1));
    }

    static Place of(String bucket, @Nullable String key) {
        if (bucket.isEmpty()) {
            throw Encoded.refused("no bucket is named", key == null ? "" : key);
        }
        if (key != null) {
            ObjectKey.checked(key);
        }
        return new Place(bucket, key);
    }

    /** The object that is named, which one must be. */
    ObjectName object() {
        if (key == null) {
            throw Encoded.refused("no key is named, only the bucket", bucket);
        }
        return new ObjectName(bucket, key);
    }
}
