package dev.lumiere.storage.blob.folder;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.lumiere.storage.blob.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A content on its way in: its digests, and its bytes, in memory while they are few and in a file
 * beyond. For one thread at a time.
 */
public final class Spool implements AutoCloseable {
    /** So much stays in memory. */
    public static final int MEMORY_BYTES = 64 << 10;

    private final Path file;
    private final Digests digests = new Digests();
    private final ByteBuffer memory = ByteBuffer.allocate(MEMORY_BYTES);
    private @Nullable FileChannel channel;
    private @Nullable Blob blob;
    private boolean failed;
    private boolean synced;
    private boolean closed;

    /**
     * Nothing is made yet.
     *
     * @param file of a name that nobody else uses; gone when this is closed, unless it was moved
     */
    Spool(Path file) {
        this.file = file;
    }

    /** Takes what remains in {@code bytes}, to its end. */
    void write(ByteBuffer bytes) throws IOException {
        check();
        if (blob != null) {
            throw new IllegalStateException("it is finished");
        }
        digests.update(bytes);
        if (bytes.remaining() > memory.remaining()) {
            writeOut(memory.flip());
            memory.clear();
        }
        if (bytes.remaining() > memory.remaining()) {
            writeOut(bytes);
        } else {
            memory.put(bytes);
        }
    }

    public long size() {
        return digests.size();
    }

    /** Ends it. */
    Blob finish() throws IOException {
        check();
        if (blob == null) {
            blob = digests.finish();
        }
        return blob;
    }

    private void check() throws IOException {
        if (failed || closed) {
            throw new IOException(
                    failed ? "a write before this one failed: " + file : "it is closed: " + file);
        }
    }

    /** Whether all of it is in memory, and no file was made. */
    public boolean isInMemory() {
        return channel == null;
    }

    /** All of it, if it {@link #isInMemory}. */
    public ByteBuffer bytes() {
        return memory.asReadOnlyBuffer().flip();
    }

    /** The file with all of it. */
    public Path file() throws IOException {
        if (channel == null || memory.position() > 0) {
            writeOut(memory.flip());
            memory.clear();
        }
        return file;
    }

    /** The file with all of it, whose bytes last. */
    Path syncedFile() throws IOException {
        file();
        if (!synced && channel != null) {
            failed = true;
            channel.force(false); // what it is found by is the names' matter
            failed = false;
            synced = true;
        }
        return file;
    }

    private void writeOut(ByteBuffer bytes) throws IOException {
        failed = true; // until it is done
        try {
            if (channel == null) {
                channel = FileChannel.open(file, CREATE_NEW, WRITE);
            }
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new IOException("cannot write to " + file + ": " + e.getMessage(), e);
        }
        failed = false;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (channel != null) {
            try {
                channel.close();
                Files.deleteIfExists(file);
            } catch (IOException _) {
                // whoever opens the store next removes it
            }
        }
    }
}
