package dev.lumiere.fop.worker;

import dev.lumiere.service.Problem;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Bytes that come in pieces, each copied once into native memory that grows no further than a
 * bound. For one thread at a time.
 */
final class NativeBody {
    private static final long FIRST_BYTES = 64 * 1024;

    private final Arena arena;
    private final long maxBytes;
    private MemorySegment memory = MemorySegment.NULL;
    private long size;

    /**
     * @param expectedBytes what the sender announced, negative if nothing
     */
    NativeBody(Arena arena, long expectedBytes, long maxBytes) {
        this.arena = arena;
        this.maxBytes = maxBytes;
        if (expectedBytes > maxBytes) {
            throw tooLarge();
        }
        if (expectedBytes > 0) {
            memory = NativeMemory.allocate(arena, expectedBytes);
        }
    }

    void add(ByteBuf chunk) {
        var length = chunk.readableBytes();
        reserve(size + length);
        chunk.getBytes(chunk.readerIndex(), memory.asSlice(size, length).asByteBuffer());
        size += length;
    }

    MemorySegment bytes() {
        return memory.asSlice(0, size);
    }

    private void reserve(long wanted) {
        if (wanted <= memory.byteSize()) {
            return;
        }
        if (wanted > maxBytes) {
            throw tooLarge();
        }
        // Doubling: what is outgrown is freed with the arena, so at most twice the size is held.
        var doubled = Math.max(FIRST_BYTES, 2 * memory.byteSize());
        var larger = NativeMemory.allocate(arena, Math.clamp(doubled, wanted, maxBytes));
        MemorySegment.copy(memory, 0, larger, 0, size);
        memory = larger;
    }

    private Problem.Refused tooLarge() {
        return Problem.of(413, "the source is over " + maxBytes + " bytes").refused();
    }
}
