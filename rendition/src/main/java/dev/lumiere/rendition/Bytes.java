package dev.lumiere.rendition;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/** A result's bytes as the caches hold them. */
final class Bytes {
    private Bytes() {}

    /** The same bytes to read, not copied where they lie in one piece. */
    static ByteBuffer view(Buffer bytes) {
        var inside = ((BufferInternal) bytes).getByteBuf();
        return inside.nioBuffer(0, bytes.length()).asReadOnlyBuffer();
    }

    /**
     * The same bytes to keep: copied only from memory that is not the heap's, or that has room for
     * much more, as a buffer has that has grown.
     */
    static Buffer toKeep(Buffer bytes) {
        var inside = ((BufferInternal) bytes).getByteBuf();
        return inside.hasArray() && inside.capacity() - bytes.length() <= bytes.length() / 8
                ? bytes
                : Buffer.buffer(bytes.getBytes());
    }

    /**
     * The same result with its bytes in memory that goes to a socket as it is. It is freed by the
     * garbage collector, never by who sends it.
     */
    static Rendition outsideOfHeap(Rendition rendition) {
        if (!(rendition.body() instanceof Body.InMemory(var bytes))) {
            return rendition;
        }
        var direct = ByteBuffer.allocateDirect(bytes.length()).put(view(bytes)).flip();
        var shared = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
        return rendition.with(new Body.InMemory(BufferInternal.buffer(shared)));
    }
}
