package dev.lumiere.storage.catalog;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How much there is of a bucket or of some of it, or by how much a change moves that.
 *
 * @param bytes of all objects, of each in full, also if their contents are the same
 * @param objects how many, also such as have expired and are not deleted yet
 */
public record Usage(long bytes, long objects) {
    public static final Usage NONE = new Usage(0, 0);

    /** Of an object; none if there is none. */
    static Usage of(@Nullable CatalogObject object) {
        return object == null ? NONE : new Usage(object.size(), 1);
    }

    Usage plus(Usage other) {
        return new Usage(bytes + other.bytes, objects + other.objects);
    }

    Usage minus(Usage other) {
        return new Usage(bytes - other.bytes, objects - other.objects);
    }

    /** What there is more. */
    Usage growth() {
        return new Usage(Math.max(0, bytes), Math.max(0, objects));
    }

    /** What there is less, below zero. */
    Usage loss() {
        return new Usage(Math.min(0, bytes), Math.min(0, objects));
    }

    byte[] packed() {
        var out = new Packing();
        out.put(bytes);
        out.put(objects);
        return out.bytes();
    }

    /**
     * Of what {@link #packed} has made.
     *
     * @throws IOException if it is something else
     */
    static Usage unpacked(byte[] packed) throws IOException {
        var in = new Unpacking(packed);
        try {
            return new Usage(in.number(), in.number());
        } catch (IllegalArgumentException e) {
            throw new IOException("no usage of a bucket", e);
        }
    }
}
