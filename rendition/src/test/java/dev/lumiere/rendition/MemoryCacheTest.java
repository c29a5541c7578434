package dev.lumiere.rendition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryCacheTest {
    private final MemoryCache cache = new MemoryCache(4 << 20);

    @Test
    void staysWithinItsBytes() {
        for (var i = 0; i < 100; i++) {
            cache.put(Samples.key(i), Samples.rendition(1 << 20));
        }

        assertThat(cache.bytes()).isLessThanOrEqualTo(4 << 20);
        assertThat(cache.entries()).isBetween(1L, 3L);
        assertThat(cache.evictions()).isEqualTo(100 - cache.entries());
    }

    @Test
    void bigOnesAndThoseOnDiskAreNotKept() {
        cache.put(Samples.key(1), Samples.rendition(MemoryCache.MAX_ENTRY_BYTES + 1));
        cache.put(Samples.key(2), Samples.rendition(new Body.OnDisk(Path.of("/nowhere"), 0, 5)));
        cache.put(Samples.key(3), Samples.rendition(MemoryCache.MAX_ENTRY_BYTES));

        assertThat(cache.get(Samples.key(1))).isNull();
        assertThat(cache.get(Samples.key(2))).isNull();
        assertThat(cache.get(Samples.key(3))).isNotNull();
    }
}
