package dev.lumiere.storage;

import java.time.Instant;

/**
 * An object as it is now.
 *
 * @param version changes whenever the bytes do: a blob's hash, or for a directory bucket device,
 *     inode, size and modification time in nanoseconds, so results are keyed by it
 * @param size in bytes
 * @param contentType MIME type, from the key's extension where nobody said otherwise
 * @param content where its bytes are
 */
public record StoredObject(
        String bucket,
        String key,
        String version,
        long size,
        Instant modified,
        String contentType,
        Content content) {}
