package dev.lumiere.storage.blob;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The name of a content, which tells it from every other: 64 hexadecimal digits, the SHA-256 of the
 * SHA-256s of its blocks of 4 MiB, of which the last may be shorter; of an empty content there is
 * no block. So blobs of whole blocks can be joined without being read again.
 */
public record BlobId(@JsonValue String text) {
    private static final int DIGITS = 64;

    /**
     * A bit for each of {@code 0} to {@code 9} and {@code a} to {@code f}, counted from {@code 0}.
     */
    private static final long HEXADECIMAL = 0x3ffL | 0x3fL << ('a' - '0');

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public BlobId {
        if (!isOne(text)) {
            throw new IllegalArgumentException("not 64 hexadecimal digits: " + text);
        }
    }

    public static boolean isOne(String text) {
        if (text.length() != DIGITS) {
            return false;
        }
        for (var i = 0; i < DIGITS; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Each branch is taken the same way for all digits: this is asked for each lookup. */
    private static boolean isDigit(char digit) {
        var bit = digit - '0';
        return bit >= 0 && bit < Long.SIZE && ((HEXADECIMAL >>> bit) & 1) != 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
