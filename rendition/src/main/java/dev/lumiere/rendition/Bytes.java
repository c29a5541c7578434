package dev.lumiere.rendition;

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
}
