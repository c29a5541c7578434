package dev.lumiere.storage.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The hash by which Qiniu's services and SDKs know content. Bytes are fed in any portions; one
 * thread at a time.
 *
 * <p>The content is cut into blocks of 4 MiB. Up to one block the hash is {@code 0x16} and the
 * block's SHA-1; beyond, {@code 0x96} and the SHA-1 of all blocks' SHA-1; in URL-safe base64.
 *
 * @see <a href="https://github.com/qiniu/qetag">qetag</a>
 */
public final class QETag {
    private static final int BLOCK_BYTES = 4 << 20;
    private static final int PORTION_BYTES = 64 << 10;
    private static final byte ONE_BLOCK = 0x16;
    private static final byte MANY_BLOCKS = (byte) 0x96;

    private final MessageDigest block = sha1();
    private final MessageDigest blocks = sha1();
    private int inBlock;
    private boolean many;

    public static String of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** Reads what remains in {@code bytes}, to its end. */
    public static String of(ByteBuffer bytes) {
        var tag = new QETag();
        tag.update(bytes);
        return tag.finish();
    }

    public static String of(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return of(in);
        }
    }

    /** Reads {@code in} to its end and leaves it open. */
    public static String of(InputStream in) throws IOException {
        var tag = new QETag();
        var portion = new byte[PORTION_BYTES];
        for (var n = in.read(portion); n >= 0; n = in.read(portion)) {
            tag.update(ByteBuffer.wrap(portion, 0, n));
        }
        return tag.finish();
    }

    /** Takes what remains in {@code bytes}, to its end. */
    public void update(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (inBlock == BLOCK_BYTES) {
                blocks.update(block.digest());
                many = true;
                inBlock = 0;
            }
            var portion = Math.min(bytes.remaining(), BLOCK_BYTES - inBlock);
            block.update(bytes.slice(bytes.position(), portion));
            bytes.position(bytes.position() + portion);
            inBlock += portion;
        }
    }

    /** The hash of all that was fed, 28 characters; begins anew. */
    public String finish() {
        var last = block.digest();
        if (many) {
            blocks.update(last);
            last = blocks.digest();
        }
        var tag =
                ByteBuffer.allocate(1 + last.length).put(many ? MANY_BLOCKS : ONE_BLOCK).put(last);
        many = false;
        inBlock = 0;
        return Base64.getUrlEncoder().encodeToString(tag.array());
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
