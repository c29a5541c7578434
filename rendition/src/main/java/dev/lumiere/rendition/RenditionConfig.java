package dev.lumiere.rendition;

import dev.lumiere.service.Settings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How much is kept, and how much is made at the same time.
 *
 * @param folder where results are kept on disk, ours alone
 * @param diskBytes bound of what is kept there; 0 keeps nothing
 * @param memoryBytes bound of what is kept in memory; 0 keeps nothing
 * @param reductionBytes bound of the reduced versions of large sources that are kept in memory; 0
 *     makes none
 * @param concurrency how many results a service makes at the same time; 0 is as many as its
 *     instances say
 * @param maxQueued how many wait for their turn, for each service
 * @param maxWait how long one waits for its turn; who would wait longer is refused at once
 * @param maxBacklog how many results that nobody waits for are to be made, for each service
 */
public record RenditionConfig(
        Path folder,
        long diskBytes,
        long memoryBytes,
        long reductionBytes,
        int concurrency,
        int maxQueued,
        Duration maxWait,
        int maxBacklog) {
    private static final long DISK_BYTES = 1L << 30;
    private static final long MEMORY_BYTES = 64L << 20;
    private static final long REDUCTION_BYTES = 256L << 20;
    private static final int MAX_QUEUED = 512;
    private static final Duration MAX_WAIT = Duration.ofSeconds(20);
    private static final int MAX_BACKLOG = 1024;

    public RenditionConfig {
        if (diskBytes < 0
                || memoryBytes < 0
                || reductionBytes < 0
                || concurrency < 0
                || maxQueued < 0
                || maxBacklog < 1) {
            throw new IllegalArgumentException("a bound is too low");
        }
    }

    /** The defaults. */
    public static RenditionConfig in(Path folder) {
        return new RenditionConfig(
                folder,
                DISK_BYTES,
                MEMORY_BYTES,
                REDUCTION_BYTES,
                0,
                MAX_QUEUED,
                MAX_WAIT,
                MAX_BACKLOG);
    }

    /**
     * Reads {@code rendition.…}.
     *
     * @param folder where results are kept unless {@code rendition.folder} says otherwise
     */
    public static RenditionConfig from(Settings settings, Path folder) {
        var diskBytes = settings.bytes("rendition.diskBytes", DISK_BYTES);
        var text = settings.text("rendition.folder", folder.toString());
        var used = folder;
        try {
            used = Path.of(text);
            if (diskBytes > 0 && !canBeMade(used.toAbsolutePath())) {
                settings.fault("rendition.folder cannot be written: " + text);
            }
        } catch (InvalidPathException e) {
            settings.fault("rendition.folder is no path: " + e.getReason());
        }
        return new RenditionConfig(
                used,
                diskBytes,
                settings.bytes("rendition.memoryBytes", MEMORY_BYTES),
                settings.bytes("rendition.reductionBytes", REDUCTION_BYTES),
                settings.integer("rendition.concurrency", 0, 0, 100_000),
                settings.integer("rendition.maxQueued", MAX_QUEUED, 0, 100_000),
                settings.duration("rendition.maxWait", MAX_WAIT),
                settings.integer("rendition.maxBacklog", MAX_BACKLOG, 1, 100_000));
    }

    /** Keeps no results: every one is made anew. */
    public RenditionConfig withoutCache() {
        return new RenditionConfig(folder, 0, 0, 0, concurrency, maxQueued, maxWait, maxBacklog);
    }

    /** Whether it is a folder that we may write, or may become one. */
    private static boolean canBeMade(Path folder) {
        var there = folder;
        while (!Files.exists(there)) {
            there = there.getParent();
            if (there == null) {
                return false;
            }
        }
        return Files.isDirectory(there) && Files.isWritable(there);
    }
}
