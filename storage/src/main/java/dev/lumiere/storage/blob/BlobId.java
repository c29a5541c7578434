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
            var digit = text.charAt(i);
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
