package dev.lumiere.fop;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Values that travel in base64 because they are free text: written with {@code -} and {@code _} and
 * without padding, read in either alphabet and with or without padding.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4648#section-5">RFC 4648, section 5</a>
 */
public final class Base64Values {
    private Base64Values() {}

    public static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Empty if {@code value} is not base64. */
    public static Optional<byte[]> decode(String value) {
        var end = value.length();
        while (end > 0 && value.charAt(end - 1) == '=') {
            end--;
        }
        if (value.length() - end > 2) {
            return Optional.empty();
        }
        var unpadded = value.substring(0, end).replace('+', '-').replace('/', '_');
        try {
            return Optional.of(Base64.getUrlDecoder().decode(unpadded));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Empty if {@code value} is not base64 of UTF-8 text. */
    public static Optional<String> decodeText(String value) {
        return decode(value).flatMap(Base64Values::utf8);
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return Optional.of(text.toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
