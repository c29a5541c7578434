package dev.lumiere.storage.blob;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The hashes of each block of 4 MiB of a content, of which the last may be shorter. The names of a
 * content follow from them, and those of what is made of contents of whole blocks from theirs, so
 * that nobody has to read them again.
 *
 * @param text of each block its SHA-256 and its SHA-1, all in URL-safe base64
 */
public record BlockHashes(@JsonValue String text) {
    /** Of a whole block. */
    public static final int BLOCK_BYTES = 4 << 20;

    private static final int SHA256_BYTES = 32;
    private static final int SHA1_BYTES = 20;
    private static final int BYTES = SHA256_BYTES + SHA1_BYTES;
    private static final byte ONE_BLOCK = 0x16;
    private static final byte MANY_BLOCKS = (byte) 0x96;

    /**
     * As they were written down.
     *
     * @throws IllegalArgumentException if that are none
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public BlockHashes {
        if (decoded(text).length % BYTES != 0) {
            throw new IllegalArgumentException("no hashes of blocks: " + text);
        }
    }

    public static BlockHashes of(byte[] hashes) {
        return new BlockHashes(Base64.getUrlEncoder().encodeToString(hashes));
    }

    /**
     * Of the contents one after the other.
     *
     * @param contents all but the last of whole blocks
     */
    public static BlockHashes joined(List<BlockHashes> contents) {
        var all = new ByteArrayOutputStream();
        contents.forEach(content -> all.writeBytes(decoded(content.text)));
        return of(all.toByteArray());
    }

    /** The content's name here. */
    public BlobId id() {
        return new BlobId(HexFormat.of().formatHex(digest("SHA-256", 0, SHA256_BYTES).digest()));
    }

    /** The content's name as in {@link QETag}. */
    public String qetag() {
        var hashes = decoded(text);
        var blocks = digest("SHA-1", SHA256_BYTES, SHA1_BYTES);
        var tag = new byte[1 + SHA1_BYTES];
        if (hashes.length == BYTES) {
            System.arraycopy(hashes, SHA256_BYTES, tag, 1, SHA1_BYTES);
        } else {
            System.arraycopy(blocks.digest(), 0, tag, 1, SHA1_BYTES);
        }
        tag[0] = hashes.length <= BYTES ? ONE_BLOCK : MANY_BLOCKS;
        return Base64.getUrlEncoder().encodeToString(tag);
    }

    /** Of a part of what is there of each block. */
    private MessageDigest digest(String algorithm, int from, int length) {
        var hashes = decoded(text);
        var digest = TreeHash.digest(algorithm);
        for (var at = 0; at < hashes.length; at += BYTES) {
            digest.update(hashes, at + from, length);
        }
        return digest;
    }

    private static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
