package dev.lumiere.storage.blob;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One content on its way into a {@link BlobStore}. For one thread at a time. */
public interface BlobWriter extends AutoCloseable {
    /**
     * Takes what remains in {@code bytes}, to its end.
     *
     * @throws IOException if it cannot be kept, as on a full disk; then only {@link #close} is left
     */
    void write(ByteBuffer bytes) throws IOException;

    /** How many bytes it has taken. */
    long size();

    /**
     * Makes it durable and readable, all of it or nothing. A content that is there already is kept
     * as it is, and counts as written now.
     */
    Blob finish() throws IOException;

    /** Forgets what was not finished. */
    @Override
    void close();
}
