package dev.lumiere.storage.upload;

import dev.lumiere.service.Problem;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlobWriter;
import dev.lumiere.storage.blob.NotKept;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A content on its way into the blobs, {@value #PORTION_BYTES} bytes of it in memory at a time. A
 * store that fails is answered with 503, or 507 where the disk is full.
 */
public final class ContentWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContentWriter.class);
    private static final int PORTION_BYTES = 256 << 10;

    /** So much at first, as most contents are small. */
    private static final int FIRST_BYTES = 16 << 10;

    private static final int HEAD_BYTES = 1024;

    private static final String WHAT = "the upload cannot be kept now";

    private final BlobStore store;
    private final BlobWriter writer;
    private byte[] head = {};

    /** What a store may fail in. */
    interface Storing<T extends @Nullable Object> {
        T run() throws IOException;
    }

    /**
     * Begins.
     *
     * @throws Problem.Refused 503 or 507 if nothing can be kept now
     */
    public ContentWriter(BlobStore store) {
        this.store = store;
        writer = stored(store::begin);
    }

    /** How many bytes it has taken. */
    public long size() {
        return writer.size();
    }

    /**
     * Takes all there is.
     *
     * @param maxBytes of the whole content
     * @throws Problem.Refused 413 over it
     * @throws IOException if it cannot be read
     */
    public ContentWriter take(InputStream in, long maxBytes) throws IOException {
        var portion = new byte[FIRST_BYTES];
        for (var n = in.read(portion); n >= 0; n = in.read(portion)) {
            if (size() + n > maxBytes) {
                throw Problem.of(413, "exceed FsizeLimit: over " + maxBytes + " bytes").refused();
            }
            write(portion, n);
            if (n == portion.length && n < PORTION_BYTES) {
                portion = new byte[PORTION_BYTES];
            }
        }
        return this;
    }

    /**
     * Takes a content that is kept already, after what it has.
     *
     * @return whether it is there
     */
    boolean take(BlobId id) {
        return stored(() -> {
            try (var file = store.open(id)) {
                if (file == null) {
                    return false;
                }
                var portion = new byte[PORTION_BYTES];
                var into = ByteBuffer.allocateDirect(PORTION_BYTES);
                var segment = MemorySegment.ofBuffer(into);
                for (var at = 0L; at < file.size(); ) {
                    var n = (int) file.read(segment, at);
                    if (n <= 0) {
                        throw new IOException("blob ends at byte %d: %s".formatted(at, id));
                    }
                    into.get(0, portion, 0, n);
                    write(portion, n);
                    at += n;
                }
                return true;
            }
        });
    }

    /** As much of it as its type is told by. */
    static byte[] head(OpenFile file) throws IOException {
        var bytes = ByteBuffer.allocate((int) Math.min(HEAD_BYTES, file.size()));
        while (bytes.hasRemaining() && file.channel().read(bytes, bytes.position()) > 0) {
            // more
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private void write(byte[] bytes, int length) {
        if (head.length < HEAD_BYTES) {
            var more = Math.min(length, HEAD_BYTES - head.length);
            var grown = Arrays.copyOf(head, head.length + more);
            System.arraycopy(bytes, 0, grown, head.length, more);
            head = grown;
        }
        stored(() -> {
            writer.write(ByteBuffer.wrap(bytes, 0, length));
            return true;
        });
    }

    /** Makes it durable. */
    public Content finish() {
        Blob blob = stored(writer::finish);
        return new Content(blob, SniffedType.of(head));
    }

    /** What becomes of it; a store that fails is refused with. */
    static <T extends @Nullable Object> T stored(Storing<T> storing) {
        try {
            return storing.run();
        } catch (ClosedByInterruptException _) {
            throw NotKept.because(WHAT, "interrupted"); // the client went away
        } catch (IOException e) {
            LOG.atError().setCause(e).log("an upload cannot be kept");
            throw NotKept.because(WHAT, e);
        }
    }

    /** Forgets what was not finished. */
    @Override
    public void close() {
        writer.close();
    }
}
