package dev.lumiere.storage;

import java.time.Instant;
import java.util.Map;

/**
 * An object as it is now.
 *
 * @param version changes whenever the bytes do: a blob's hash, or for a directory bucket device,
 *     inode, size and modification time in nanoseconds, so results are keyed by it
 * @param size in bytes
 * @param contentType MIME type, from the key's extension where nobody said otherwise
 * @param content where its bytes are
 * @param headers that its owner has set for answers which are the object itself
 */
public record StoredObject(
        String bucket,
        String key,
        String version,
        long size,
        Instant modified,
        String contentType,
        Content content,
        Map<String, String> headers) {
    /** One that is answered with nothing of its owner's. */
    public StoredObject(
            String bucket,
            String key,
            String version,
            long size,
            Instant modified,
            String contentType,
            Content content) {
        this(bucket, key, version, size, modified, contentType, content, Map.of());
    }
}
