package dev.lumiere.fop.run;

import dev.lumiere.service.Problem;
import dev.lumiere.service.file.OpenFile;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Reads files into direct memory, which goes to the socket without another copy.
 *
 * <p>Memory is kept for the next file, up to a bound, so that it is not mapped, cleared and
 * unmapped every time. It comes back only when nobody can be reading it any more; what does not
 * come back is left to the garbage collector.
 */
final class BodyBuffers {
    private static final int SMALLEST = 64 * 1024;

    /** Up to here a copy on the heap is cheaper than memory of its own. */
    private static final int ON_HEAP = 16 * 1024;

    private final long maxKeptBytes;
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();
    private long keptBytes;

    /** A file's bytes and the memory they lie in. */
    record Body(Buffer bytes, ByteBuffer memory) {}

    BodyBuffers(long maxKeptBytes) {
        this.maxKeptBytes = maxKeptBytes;
    }

    /**
     * Reads a whole file.
     *
     * @throws Problem.Refused 503 if it is shorter than it was
     */
    Body read(OpenFile file, Source source) throws IOException {
        var size = Math.toIntExact(source.size());
        var onHeap = size <= ON_HEAP;
        var memory = onHeap ? ByteBuffer.allocate(size) : take(size);
        memory.clear().limit(size);
        if (onHeap) {
            readSmall(file, memory);
        } else {
            // through Java's channel, which lets other virtual threads go on while a disk is slow
            while (memory.hasRemaining() && file.channel().read(memory, memory.position()) >= 0) {}
        }
        if (memory.hasRemaining()) {
            throw Problem.unavailable(
                            "the source changed while it was read: " + source.key(),
                            Duration.ofSeconds(1))
                    .refused();
        }
        var bytes = BufferInternal.buffer(Unpooled.wrappedBuffer(memory.flip()));
        return new Body(bytes, memory);
    }

    private static void readSmall(OpenFile file, ByteBuffer into) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(into.remaining());
            into.put(bytes.asSlice(0, file.read(bytes, 0)).asByteBuffer());
        }
    }

    /** The body has been received whole by whom it was sent to: its memory may be used again. */
    void recycle(Body body) {
        if (!body.memory().isDirect()) {
            return;
        }
        synchronized (kept) {
            var bytes = body.memory().capacity();
            if (keptBytes + bytes <= maxKeptBytes) {
                keptBytes += bytes;
                kept.addFirst(body.memory());
            }
        }
    }

    private ByteBuffer take(int bytes) {
        synchronized (kept) {
            for (var all = kept.iterator(); all.hasNext(); ) {
                var memory = all.next();
                if (memory.capacity() >= bytes
                        && memory.capacity() / 8 <= Math.max(bytes, SMALLEST)) {
                    all.remove();
                    keptBytes -= memory.capacity();
                    return memory;
                }
            }
        }
        var rounded = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
        return ByteBuffer.allocateDirect(rounded < bytes ? bytes : rounded);
    }
}
