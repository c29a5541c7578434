package dev.lumiere.storage.blob.folder;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlockHashes;
import dev.lumiere.storage.blob.TreeHash;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** All that a {@link Blob} tells, computed while its bytes go by. One thread at a time. */
final class Digests {
    /** What the second hash reads of a portion the first has brought near. */
    private static final int PORTION_BYTES = 64 << 10;

    private final MessageDigest sha256 = TreeHash.digest("SHA-256");
    private final MessageDigest sha1 = TreeHash.digest("SHA-1");
    private final CRC32 crc32 = new CRC32();
    private final MessageDigest md5 = TreeHash.digest("MD5");
    private final ByteArrayOutputStream blocks = new ByteArrayOutputStream(64);
    private int inBlock;
    private long size;

    /** Reads what remains in {@code bytes} and leaves its position. */
    void update(ByteBuffer bytes) {
        for (var at = bytes.position(); at < bytes.limit(); ) {
            var most = Math.min(PORTION_BYTES, BlockHashes.BLOCK_BYTES - inBlock);
            var portion = bytes.slice(at, Math.min(most, bytes.limit() - at));
            at += portion.remaining();
            inBlock += portion.remaining();
            sha256.update(portion.duplicate());
            sha1.update(portion.duplicate());
            crc32.update(portion.duplicate());
            md5.update(portion);
            if (inBlock == BlockHashes.BLOCK_BYTES) {
                endBlock();
            }
        }
        size += bytes.remaining();
    }

    private void endBlock() {
        blocks.writeBytes(sha256.digest());
        blocks.writeBytes(sha1.digest());
        inBlock = 0;
    }

    long size() {
        return size;
    }

    /** Of all that was read; to be asked once. */
    Blob finish() {
        if (inBlock > 0) {
            endBlock();
        }
        var hashes = BlockHashes.of(blocks.toByteArray());
        return new Blob(
                hashes.id(),
                size,
                hashes.qetag(),
                crc32.getValue(),
                HexFormat.of().formatHex(md5.digest()),
                hashes);
    }
}
