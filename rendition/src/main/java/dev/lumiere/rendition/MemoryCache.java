package dev.lumiere.rendition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Small results in memory, within a bound of bytes. */
final class MemoryCache {
    /** Bigger ones are sent from disk. */
    static final int MAX_ENTRY_BYTES = 1 << 20;

    /** What an entry takes besides its bytes, about. */
    private static final int OVERHEAD_BYTES = 512;

    private final Cache<Key, Rendition> renditions;
    private final LongAdder evictions = new LongAdder();

    MemoryCache(long maxBytes) {
        renditions =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .weigher(MemoryCache::weight)
                        .evictionListener((_, _, _) -> evictions.increment())
                        .executor(Runnable::run)
                        .build();
    }

    @Nullable Rendition get(Key key) {
        return renditions.getIfPresent(key);
    }

    /** Keeps it if it is small and in memory. */
    void put(Key key, Rendition rendition) {
        if (rendition.body() instanceof Body.InMemory && rendition.length() <= MAX_ENTRY_BYTES) {
            renditions.put(key, rendition);
        }
    }

    long bytes() {
        return renditions.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    long entries() {
        return renditions.estimatedSize();
    }

    long evictions() {
        return evictions.sum();
    }

    private static int weight(Key key, Rendition rendition) {
        return OVERHEAD_BYTES + (int) rendition.length();
    }
}
