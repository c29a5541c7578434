package dev.lumiere.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The one libvips of the test process; which, {@code LUMIERE_IMAGE_LIBVIPS} says. */
final class TestVips {
    private static final Vips VIPS =
            Vips.start(VipsLibrary.find(System.getenv()), SourceFormat.loaders());

    private TestVips() {}

    static Vips get() {
        return VIPS;
    }

    static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    static MemorySegment nativeBytes(String text) {
        return nativeBytes(text.getBytes(UTF_8));
    }

    static MemorySegment nativeBytes(byte[] bytes) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }
}
