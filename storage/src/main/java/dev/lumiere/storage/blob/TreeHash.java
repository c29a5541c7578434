package dev.lumiere.storage.blob;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes a {@link BlobId}. Bytes are fed in any portions; one thread at a time. */
public final class TreeHash {
    static final int BLOCK_BYTES = 4 << 20;

    private final MessageDigest block = digest("SHA-256");
    private final MessageDigest blocks = digest("SHA-256");
    private int inBlock;

    /** Takes what remains in {@code bytes}, to its end. */
    public void update(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            var portion = Math.min(bytes.remaining(), BLOCK_BYTES - inBlock);
            block.update(bytes.slice(bytes.position(), portion));
            bytes.position(bytes.position() + portion);
            inBlock += portion;
            if (inBlock == BLOCK_BYTES) {
                endBlock();
            }
        }
    }

    private void endBlock() {
        blocks.update(block.digest());
        inBlock = 0;
    }

    /** The id of all that was fed; begins anew. */
    public BlobId finish() {
        if (inBlock > 0) {
            endBlock();
        }
        return new BlobId(HexFormat.of().formatHex(blocks.digest()));
    }

    public static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
