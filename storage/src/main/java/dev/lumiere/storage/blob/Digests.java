package dev.lumiere.storage.blob;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** All that a {@link Blob} tells, computed while its bytes go by. One thread at a time. */
final class Digests {
    /** What the second hash reads of a portion the first has brought near. */
    private static final int PORTION_BYTES = 64 << 10;

    private final TreeHash id = new TreeHash();
    private final QETag qetag = new QETag();
    private final CRC32 crc32 = new CRC32();
    private final MessageDigest md5 = TreeHash.digest("MD5");
    private long size;

    /** Reads what remains in {@code bytes} and leaves its position. */
    void update(ByteBuffer bytes) {
        for (var at = bytes.position(); at < bytes.limit(); at += PORTION_BYTES) {
            var portion = bytes.slice(at, Math.min(PORTION_BYTES, bytes.limit() - at));
            id.update(portion.duplicate());
            qetag.update(portion.duplicate());
            crc32.update(portion.duplicate());
            md5.update(portion);
        }
        size += bytes.remaining();
    }

    long size() {
        return size;
    }

    /** Of all that was read; to be asked once. */
    Blob finish() {
        return new Blob(
                id.finish(),
                size,
                qetag.finish(),
                crc32.getValue(),
                HexFormat.of().formatHex(md5.digest()));
    }
}
