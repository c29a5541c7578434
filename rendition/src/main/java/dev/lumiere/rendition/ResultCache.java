package dev.lumiere.rendition;

import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Results that were made, in memory and on disk. Nothing here waits for a disk to write. */
final class ResultCache implements AutoCloseable {
    private final @Nullable MemoryCache memory;
    private final @Nullable DiskCache disk;
    private final LongAdder memoryHits = new LongAdder();
    private final LongAdder diskHits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /**
     * Opens the cache.
     *
     * @throws java.io.UncheckedIOException if there is to be one on disk and its folder cannot be
     *     written
     */
    ResultCache(RenditionConfig config, InstantSource clock) {
        memory = config.memoryBytes() == 0 ? null : new MemoryCache(config.memoryBytes());
        disk =
                config.diskBytes() == 0
                        ? null
                        : new DiskCache(config.folder(), config.diskBytes(), clock);
    }

    /** Whether anything is kept at all. */
    boolean keeps() {
        return memory != null || disk != null;
    }

    /** What is in memory; never waits. */
    @Nullable Rendition atHand(Key key) {
        var kept = memory == null ? null : memory.get(key);
        if (kept == null && disk != null) {
            kept = disk.underWay(key);
        }
        if (kept != null) {
            memoryHits.increment();
        }
        return kept;
    }

    /** What is in memory or on disk. What is found on disk and small is in memory from now on. */
    @Nullable Rendition find(Key key) {
        var kept = atHand(key);
        if (kept != null) {
            return kept;
        }
        kept = disk == null ? null : disk.find(key);
        if (kept == null) {
            misses.increment();
            return null;
        }
        diskHits.increment();
        if (memory != null) {
            memory.put(key, kept);
        }
        return kept;
    }

    void keep(Key key, Rendition rendition) {
        if (memory != null) {
            memory.put(key, rendition);
        }
        if (disk != null) {
            disk.keep(key, rendition);
        }
    }

    @Nullable MemoryCache memory() {
        return memory;
    }

    @Nullable DiskCache disk() {
        return disk;
    }

    long memoryHits() {
        return memoryHits.sum();
    }

    long diskHits() {
        return diskHits.sum();
    }

    /** How often a result was in neither. */
    long misses() {
        return misses.sum();
    }

    /** Writes what waits to be written, for a bounded time. */
    @Override
    public void close() {
        if (disk != null) {
            disk.close();
        }
    }
}
