package dev.lumiere.rendition;

import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.service.registry.Version;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a file of the cache says before the body: magic, length of this head, key, length and
 * checksum of the body, when, what type, tag and makers, and a checksum of all that.
 *
 * @param headBytes where the body begins
 * @param bodyChecksum CRC32C of the body
 */
record CacheFile(
        Key key,
        int headBytes,
        long bodyBytes,
        int bodyChecksum,
        Instant madeAt,
        String contentType,
        String etag,
        List<ServiceVersion> madeBy) {
    /** A result whose head would be longer is not kept. */
    static final int MAX_HEAD_BYTES = 4096;

    /** The last digit is the form's version. */
    private static final long MAGIC = 0x4C756D6965726531L; // "Lumiere1"

    private static final int LENGTH_AT = Long.BYTES;
    private static final int MIN_HEAD_BYTES = 2 * Long.BYTES;

    /** The head of a file for this, to its limit; null if that would be too long. */
    static @Nullable ByteBuffer head(Key key, Rendition rendition, ByteBuffer body) {
        var head = ByteBuffer.allocate(MAX_HEAD_BYTES);
        try {
            head.putLong(MAGIC).putInt(0);
            key.write(head);
            head.putLong(body.remaining()).putInt(checksum(body));
            var madeAt = rendition.madeAt();
            head.putLong(madeAt.getEpochSecond()).putInt(madeAt.getNano());
            putText(head, rendition.contentType());
            putText(head, rendition.etag());
            head.putInt(rendition.madeBy().size());
            for (var maker : rendition.madeBy()) {
                putText(head, maker.service());
                putText(head, maker.version().toString());
            }
            head.putInt(LENGTH_AT, head.position() + Integer.BYTES);
            return head.putInt(checksum(head.duplicate().flip())).flip();
        } catch (BufferOverflowException _) {
            return null;
        }
    }

    /**
     * Reads a head.
     *
     * @param start of the file, {@value #MAX_HEAD_BYTES} bytes or all there are
     * @return null if it is not one, or not whole
     */
    static @Nullable CacheFile read(ByteBuffer start) {
        try {
            if (start.getLong() != MAGIC) {
                return null;
            }
            var length = start.getInt();
            if (length < MIN_HEAD_BYTES || length > start.limit()) {
                return null;
            }
            var end = length - Integer.BYTES;
            if (checksum(start.slice(0, end)) != start.getInt(end)) {
                return null;
            }
            start.limit(end);
            return new CacheFile(
                    Key.read(start),
                    length,
                    start.getLong(),
                    start.getInt(),
                    Instant.ofEpochSecond(start.getLong(), start.getInt()),
                    text(start),
                    text(start),
                    makers(start));
        } catch (BufferUnderflowException | DateTimeException | IllegalArgumentException _) {
            return null;
        }
    }

    static int checksum(ByteBuffer bytes) {
        var sum = new CRC32C();
        sum.update(bytes.duplicate());
        return (int) sum.getValue();
    }

    Rendition with(Body body) {
        return new Rendition(contentType, etag, madeAt, madeBy, body);
    }

    private static List<ServiceVersion> makers(ByteBuffer head) {
        var count = head.getInt();
        var makers = new ArrayList<ServiceVersion>();
        for (var i = 0; i < count; i++) {
            makers.add(new ServiceVersion(text(head), Version.parse(text(head))));
        }
        return makers;
    }

    private static void putText(ByteBuffer head, String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        head.putInt(utf8.length).put(utf8);
    }

    private static String text(ByteBuffer head) {
        var length = head.getInt();
        if (length < 0 || length > head.remaining()) {
            throw new BufferUnderflowException();
        }
        var utf8 = new byte[length];
        head.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
