package dev.lumiere.fop.worker;

import java.lang.foreign.MemorySegment;

/**
 * What a handler made.
 *
 * @param bytes native or heap; sent as they are
 * @param release runs once, when the bytes are sent or cannot be; frees native memory
 */
public record WorkResult(String contentType, MemorySegment bytes, Runnable release) {

    /** Heap bytes, not to be changed afterwards. */
    public static WorkResult of(String contentType, byte[] bytes) {
        return of(contentType, MemorySegment.ofArray(bytes));
    }

    /** Bytes that need no release: on the heap or in the request's arena. */
    public static WorkResult of(String contentType, MemorySegment bytes) {
        return new WorkResult(contentType, bytes, () -> {});
    }
}
