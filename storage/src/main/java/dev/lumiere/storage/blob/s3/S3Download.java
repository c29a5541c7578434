package dev.lumiere.storage.blob.s3;

import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.TreeHash;
import dev.lumiere.storage.blob.folder.Spool;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;

/**
 * Reads a content from a bucket, from the first byte to the last, and goes on where it was when a
 * connection breaks.
 */
final class S3Download {
    /** In a row that bring no byte. */
    private static final int ATTEMPTS = 3;

    private final S3Objects objects;
    private final String key;
    private final Sink sink;
    private final TreeHash hash = new TreeHash();
    private final byte[] portion = new byte[Spool.MEMORY_BYTES];
    private long read;
    private long size = -1;

    /** Takes what is read. */
    @FunctionalInterface
    interface Sink {
        void take(ByteBuffer bytes) throws IOException;
    }

    S3Download(S3Objects objects, String key, Sink sink) {
        this.objects = objects;
        this.key = key;
        this.sink = sink;
    }

    /**
     * Reads all of it, once.
     *
     * @return the id of what was read
     * @throws NoSuchFileException if it is not there
     */
    BlobId run() throws IOException {
        for (var attempts = 1; read != size; attempts++) {
            var before = read;
            var broken = readOn();
            if (broken != null && attempts == ATTEMPTS) {
                throw new IOException("cannot read %s: %s".formatted(key, broken), broken);
            }
            attempts = read > before ? 0 : attempts;
        }
        return hash.finish();
    }

    /** Reads until the end, or why it is not reached. */
    private @Nullable IOException readOn() throws IOException {
        try (var in = objects.read(key, read)) {
            if (in == null) {
                throw new NoSuchFileException(key);
            }
            if (size < 0) {
                size = in.response().contentLength();
            }
            try {
                return take(in);
            } finally {
                if (read < size) {
                    in.abort(); // or its closing would read the rest
                }
            }
        }
    }

    private @Nullable IOException take(ResponseInputStream<?> in) throws IOException {
        while (read < size) {
            int n;
            try {
                n = in.read(portion, 0, (int) Math.min(portion.length, size - read));
            } catch (IOException e) {
                return e;
            }
            if (n < 0) {
                return new EOFException("%d of %d bytes".formatted(read, size));
            }
            hash.update(ByteBuffer.wrap(portion, 0, n));
            sink.take(ByteBuffer.wrap(portion, 0, n));
            read += n;
        }
        return null;
    }
}
