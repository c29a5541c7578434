package dev.lumiere.fop.worker;

import java.lang.foreign.MemorySegment;

/**
 * Bytes a handler may read: the source, or a further input behind a capability. Segments given out
 * are native and readable until the handler has returned and its result is sent. Reading what is
 * behind a capability blocks.
 */
public interface WorkInput {
    /** The type of bytes of which nobody said what they are. */
    String UNKNOWN_TYPE = "application/octet-stream";

    /** In bytes. */
    long size();

    /** MIME type; {@link #UNKNOWN_TYPE} if nobody said. */
    String contentType();

    /** All of it. */
    MemorySegment bytes();

    /**
     * A part of it, fewer bytes than {@code length} only at the end.
     *
     * @param offset 0 to {@link #size}
     */
    MemorySegment bytes(long offset, long length);

    /**
     * Copies a part into the caller's memory, for who goes through a file larger than memory.
     *
     * @param offset 0 to {@link #size}
     * @param into native memory
     * @return how many bytes, fewer than there is room for only at the end
     */
    default long read(long offset, MemorySegment into) {
        var part = bytes(offset, into.byteSize());
        into.copyFrom(part);
        return part.byteSize();
    }

    /** What is in memory already. */
    static WorkInput of(MemorySegment bytes, String contentType) {
        return new InMemory(bytes, contentType);
    }

    /** Bytes in native memory. */
    record InMemory(MemorySegment bytes, String contentType) implements WorkInput {
        @Override
        public long size() {
            return bytes.byteSize();
        }

        @Override
        public MemorySegment bytes(long offset, long length) {
            return bytes.asSlice(offset, Math.min(length, bytes.byteSize() - offset));
        }
    }
}
