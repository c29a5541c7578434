package dev.lumiere.storage.source;

import dev.lumiere.storage.upload.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What is to be made of what is at a URL.
 *
 * @param host sent in the header {@code Host}; empty for that of the URL
 * @param bucket where it is to be
 * @param key where it is to be; null for under its hash
 * @param md5 it must have, in hexadecimal digits; empty for any
 * @param etag it must have; empty for any
 * @param storageClass 0 to 5
 * @param isNew whether it is refused if there is one under the key
 * @param report who is told how it ended; null for nobody, which is all that older nodes wrote
 */
public record Wish(
        String url,
        String host,
        String bucket,
        @Nullable String key,
        String md5,
        String etag,
        int storageClass,
        boolean isNew,
        @Nullable Report report) {
    /**
     * Who is told.
     *
     * @param accessKey by which it is signed
     */
    public record Report(Callback callback, String accessKey) {}

    /** With nothing further to it. */
    public static Wish of(String url, String host, String bucket, @Nullable String key) {
        return new Wish(url, host, bucket, key, "", "", 0, false, null);
    }
}
