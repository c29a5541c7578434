package dev.lumiere.rendition;

import org.jspecify.annotations.Nullable;

/** Results that were made, in memory and on disk. Nothing here waits for a disk to write. */
final class ResultCache implements AutoCloseable {
    private final @Nullable MemoryCache memory;

    ResultCache(RenditionConfig config) {
        memory = config.memoryBytes() == 0 ? null : new MemoryCache(config.memoryBytes());
    }

    /** What is in memory; never waits. */
    @Nullable Rendition atHand(Key key) {
        return memory == null ? null : memory.get(key);
    }

    /** What is in memory or on disk. */
    @Nullable Rendition find(Key key) {
        return atHand(key);
    }

    void keep(Key key, Rendition rendition) {
        if (memory != null) {
            memory.put(key, rendition);
        }
    }

    @Override
    public void close() {}
}
