package dev.lumiere.storage.catalog;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Reads what {@link Packing} has written; an {@link IllegalArgumentException} where it has not. */
final class Unpacking {
    private final byte[] bytes;
    private int at;

    Unpacking(byte[] bytes) {
        this.bytes = bytes;
    }

    long number() {
        var number = 0L;
        for (var shift = 0; shift < Long.SIZE; shift += 7) {
            var bits = bytes[taken(1)];
            number |= (bits & 0x7fL) << shift;
            if (bits >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number without an end at " + at);
    }

    /** So many bytes, two digits each. */
    String hexadecimal(int length) {
        var from = taken(length);
        return HexFormat.of().formatHex(bytes, from, from + length);
    }

    boolean isAtEnd() {
        return at == bytes.length;
    }

    String text() {
        var length = (int) number();
        return new String(bytes, taken(length), length, StandardCharsets.UTF_8);
    }

    private int taken(int length) {
        if (length < 0 || length > bytes.length - at) {
            throw new IllegalArgumentException(
                    "%d bytes at %d of %d".formatted(length, at, bytes.length));
        }
        at += length;
        return at - length;
    }
}
