package dev.lumiere.rendition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Small results in memory, within a bound of bytes. Those that are asked for again and again move
 * out of the heap, from where the system sends them without another copy.
 */
final class MemoryCache {
    /** Bigger ones are sent from disk. */
    static final int MAX_ENTRY_BYTES = 1 << 20;

    /** What an entry takes besides its bytes, about. */
    private static final int OVERHEAD_BYTES = 512;

    /**
     * From so many hits on a result is hot. Most never are, and what leaves the heap costs more.
     */
    private static final int HOT_HITS = 32;

    private final Cache<Key, Kept> renditions;
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

    private static final class Kept {
        private volatile Rendition rendition;

        /** Counted by several threads without a word to each other, so roughly. */
        private int hits;

        private Kept(Rendition rendition) {
            this.rendition = rendition;
        }

        private Rendition hit() {
            if (hits < HOT_HITS && ++hits == HOT_HITS) {
                rendition = Bytes.outsideOfHeap(rendition);
            }
            return rendition;
        }
    }

    @Nullable Rendition get(Key key) {
        var kept = renditions.getIfPresent(key);
        return kept == null ? null : kept.hit();
    }

    /** Keeps it if it is small and in memory. */
    void put(Key key, Rendition rendition) {
        if (rendition.body() instanceof Body.InMemory && rendition.length() <= MAX_ENTRY_BYTES) {
            renditions.put(key, new Kept(rendition));
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

    private static int weight(Key key, Kept kept) {
        return OVERHEAD_BYTES + (int) kept.rendition.length();
    }
}
