package dev.lumiere.image.picture;

import java.lang.foreign.MemorySegment;

/**
 * A file: what came in, or what a stage wrote.
 *
 * @param bytes readable as long as the request is under way
 */
public record Written(MemorySegment bytes, String contentType) implements Material {

    /** Of bytes on the heap. */
    public static Written of(byte[] bytes, String contentType) {
        return new Written(MemorySegment.ofArray(bytes), contentType);
    }
}
