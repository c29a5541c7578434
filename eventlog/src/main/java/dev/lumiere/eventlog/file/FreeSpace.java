package dev.lumiere.eventlog.file;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The room on a file system, of which some is kept free: a database that has once found none writes
 * nothing more until it is opened again, and whoever makes room may need some for that. Looked at
 * every {@value #LOOKED_AFTER_MILLIS} ms at most.
 */
public final class FreeSpace {
    private static final long LOOKED_AFTER_MILLIS = 10;
    private static final long LOOKED_AFTER_NANOS =
            TimeUnit.MILLISECONDS.toNanos(LOOKED_AFTER_MILLIS);

    private final File folder;
    private final long reserveBytes;
    private volatile long lookedAt;
    private volatile boolean isThere;

    /**
     * Of the file system that a folder is on.
     *
     * @param reserveBytes how much of it is kept free; 0 for nothing
     */
    public FreeSpace(Path folder, long reserveBytes) {
        this.folder = folder.toFile();
        this.reserveBytes = reserveBytes;
        look();
    }

    private void look() {
        isThere = isThereFor(0);
        lookedAt = System.nanoTime();
    }

    private boolean isThereFor(long bytes) {
        return reserveBytes == 0 || folder.getUsableSpace() - bytes >= reserveBytes || isUnknown();
    }

    private boolean isUnknown() {
        return folder.getTotalSpace() == 0;
    }

    /** Why nothing more is to be written, as the system would say it; null if there is room. */
    public @Nullable String missing() {
        if (System.nanoTime() - lookedAt > LOOKED_AFTER_NANOS) {
            look();
        }
        return isThere ? null : missing(0);
    }

    private String missing(long bytes) {
        return "No space left on device: under %d bytes are free".formatted(reserveBytes + bytes);
    }

    /**
     * Makes sure that there is room.
     *
     * @throws IOException if there is not
     */
    public void check() throws IOException {
        var missing = missing();
        if (missing != null) {
            throw new IOException(missing);
        }
    }

    /**
     * Makes sure that there is room for so much at once.
     *
     * @throws IOException if there is not
     */
    public void check(long bytes) throws IOException {
        if (!isThereFor(bytes)) {
            throw new IOException(missing(bytes));
        }
    }
}
