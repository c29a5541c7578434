package dev.lumiere.storage.blob.folder;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.lumiere.eventlog.file.DurableFiles;
import dev.lumiere.eventlog.file.FreeSpace;
import dev.lumiere.service.file.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The folder where contents are while they are written, {@code incoming} of a directory. One
 * process has it at a time; what it finds there was left by one that was killed, and goes.
 */
public final class Incoming implements AutoCloseable {
    private final Path folder;
    private final FileChannel lock;
    private final FreeSpace space;
    private final AtomicLong names = new AtomicLong();

    /**
     * Of a directory.
     *
     * @param reserveBytes of its file system that are left free
     */
    public Incoming(Path directory, long reserveBytes) throws IOException {
        DurableFiles.createFolders(directory);
        space = new FreeSpace(directory, reserveBytes);
        lock = FileChannel.open(directory.resolve("lock"), CREATE, WRITE);
        try {
            if (!isLocked()) {
                throw new IOException("another store has it open: " + directory);
            }
            folder = directory.resolve("incoming");
            FileTree.delete(folder);
            DurableFiles.createFolders(folder);
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private boolean isLocked() throws IOException {
        try {
            return lock.tryLock() != null; // until the channel is closed
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    /** A file that nobody else uses, not made yet. */
    public Path next() throws IOException {
        checkOpen();
        return folder.resolve(Long.toString(names.incrementAndGet()));
    }

    /** Where more is to be written only if it has room. */
    FreeSpace space() {
        return space;
    }

    /**
     * Looks whether it still is ours.
     *
     * @throws IOException if it was closed
     */
    public void checkOpen() throws IOException {
        if (!lock.isOpen()) {
            throw new IOException("the store is closed: " + folder);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException _) {
            // nothing was written to it
        }
    }
}
