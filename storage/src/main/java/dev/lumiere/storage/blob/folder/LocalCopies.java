package dev.lumiere.storage.blob.folder;

import dev.lumiere.eventlog.file.DurableFiles;
import dev.lumiere.service.file.FileTree;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Copies of contents in a folder. Beyond a number of bytes those that were not opened for longest
 * go; the last one stays, however large. A process that starts finds none. Any thread may use it.
 */
public final class LocalCopies {
    /** One may be gone again before it is opened, or who fetched it for all may have failed. */
    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final long maxBytes;
    private final Source source;
    private final Map<BlobId, CompletableFuture<Boolean>> fetches = new ConcurrentHashMap<>();

    /** Sizes, the one first that was not opened for longest. */
    private final LinkedHashMap<BlobId, Long> kept = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /** Where contents are. */
    @FunctionalInterface
    public interface Source {
        /**
         * Brings one.
         *
         * @param to not there yet; what is there if it fails is removed
         * @return whether there is such a content
         */
        boolean fetch(BlobId id, Path to) throws IOException;
    }

    /**
     * Removes what is in the folder.
     *
     * @param folder of this object alone
     */
    public LocalCopies(Path folder, long maxBytes, Source source) throws IOException {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.source = source;
        FileTree.delete(folder);
        DurableFiles.createFolders(folder);
    }

    /** Opens a copy, and brings it first if there is none; null if there is no such content. */
    public @Nullable OpenFile open(BlobId id) throws IOException {
        for (var attempt = 1; ; attempt++) {
            var file = openKept(id);
            if (file != null) {
                return file;
            }
            try {
                if (!isBrought(id)) {
                    return null;
                }
            } catch (FailedElsewhere e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            if (attempt == ATTEMPTS) {
                throw new IOException("gone before it was opened: " + id);
            }
        }
    }

    private synchronized @Nullable OpenFile openKept(BlobId id) throws IOException {
        if (kept.get(id) == null) {
            return null;
        }
        var file = BlobFolders.open(folder, Path.of(id.text()));
        if (file == null) {
            forget(id); // somebody has cleaned up
        }
        return file;
    }

    /** Whoever comes first brings it, the others wait. */
    private boolean isBrought(BlobId id) throws IOException {
        var mine = new CompletableFuture<Boolean>();
        var others = fetches.putIfAbsent(id, mine);
        if (others != null) {
            return outcome(others);
        }
        try {
            var brought = isKept(id) || bring(id);
            fetches.remove(id); // first, so that who waited and tries again does not find it
            mine.complete(brought);
            return brought;
        } catch (IOException | RuntimeException | Error e) {
            fetches.remove(id);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private static boolean outcome(CompletableFuture<Boolean> fetch) throws IOException {
        try {
            return fetch.get();
        } catch (ExecutionException e) {
            throw new FailedElsewhere(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Who waited may try again. */
    private static final class FailedElsewhere extends IOException {
        private FailedElsewhere(@Nullable Throwable why) {
            super(why);
        }
    }

    private boolean bring(BlobId id) throws IOException {
        var file = folder.resolve(id.text());
        var there = false;
        try {
            if (!source.fetch(id, file)) {
                return false;
            }
            there = true;
        } finally {
            if (!there) {
                Files.deleteIfExists(file);
            }
        }
        keep(id, Files.size(file));
        return true;
    }

    private synchronized boolean isKept(BlobId id) {
        return kept.containsKey(id);
    }

    private synchronized void keep(BlobId id, long size) throws IOException {
        kept.put(id, size);
        bytes += size;
        while (bytes > maxBytes && kept.size() > 1) {
            forget(kept.firstEntry().getKey());
        }
    }

    /** Removes a copy; who has it open may go on. */
    public synchronized void forget(BlobId id) throws IOException {
        var size = kept.remove(id);
        if (size != null) {
            bytes -= size;
            Files.deleteIfExists(folder.resolve(id.text()));
        }
    }
}
