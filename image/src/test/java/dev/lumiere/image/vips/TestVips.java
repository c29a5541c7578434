package dev.lumiere.image.vips;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lumiere.image.picture.ImageConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** The one libvips of the test process; which, {@code LUMIERE_IMAGE_LIBVIPS} says. */
public final class TestVips {
    private static final Vips VIPS =
            Vips.start(
                    VipsLibrary.find(System.getenv(), false),
                    ImageConfig.from(Map.of()).families());

    private TestVips() {}

    public static Vips get() {
        return VIPS;
    }

    public static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    public static MemorySegment nativeBytes(String text) {
        return nativeBytes(text.getBytes(UTF_8));
    }

    /**
     * For libvips, which reads a source only when pixels are asked for: the arena must be closed
     * after the scope that has the images.
     */
    public static MemorySegment nativeBytes(Arena arena, byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    /** For what is read in Java, where the segment itself keeps the memory. */
    public static MemorySegment nativeBytes(byte[] bytes) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }
}
