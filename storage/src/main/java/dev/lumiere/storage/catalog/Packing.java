package dev.lumiere.storage.catalog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Values one after the other, for {@link Unpacking}: numbers in groups of seven bits, the lowest
 * first, each but the last with its eighth bit set; texts in UTF-8 behind their lengths.
 */
final class Packing {
    private static final int USUAL_BYTES = 160;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);

    void put(long number) {
        var rest = number;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    void put(byte[] bytes) {
        out.writeBytes(bytes);
    }

    void put(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        put(bytes.length);
        put(bytes);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
