package dev.lumiere.rendition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
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

    @Test
    void whatIsHotIsSentWithoutACopyAndByManyAtTheSameTime() {
        var made = Samples.rendition(5000);
        cache.put(Samples.key(1), made);
        for (var hit = 0; hit < 100; hit++) {
            assertThat(bytes(cache.get(Samples.key(1)))).isEqualTo(bytes(made));
        }

        var one = sent(cache.get(Samples.key(1)));
        var other = sent(cache.get(Samples.key(1)));
        assertThat(one.isDirect()).isTrue();
        one.skipBytes(4000).release();
        one.release();
        assertThat(other.readableBytes()).isEqualTo(5000);
        assertThat(bytes(cache.get(Samples.key(1)))).isEqualTo(bytes(made));
    }

    private static Buffer bytes(@Nullable Rendition rendition) {
        return ((Body.InMemory) requireNonNull(rendition).body()).bytes();
    }

    /** As Vert.x hands it to a connection. */
    private static ByteBuf sent(@Nullable Rendition rendition) {
        return ((BufferInternal) bytes(rendition)).getByteBuf();
    }
}
