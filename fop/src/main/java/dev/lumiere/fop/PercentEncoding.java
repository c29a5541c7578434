package dev.lumiere.fop;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Percent-encoding of UTF-8 text: everything but the unreserved characters is written {@code %XX},
 * in upper case, so equal texts have equal encodings.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-2">RFC 3986, section 2</a>
 */
public final class PercentEncoding {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentEncoding() {}

    /** The one encoded form of {@code text}. */
    public static String encode(String text) {
        if (isUnreserved(text)) {
            return text;
        }
        var encoded = new StringBuilder(text.length() + 16);
        for (var b : text.getBytes(StandardCharsets.UTF_8)) {
            if (unreserved(b)) {
                encoded.append((char) b);
            } else {
                encoded.append('%');
                HEX.toHexDigits(encoded, b);
            }
        }
        return encoded.toString();
    }

    /**
     * The text that {@code encoded} stands for. A {@code +} stays one.
     *
     * @throws IllegalArgumentException if a {@code %} is not followed by two hex digits, or the
     *     bytes are not UTF-8
     */
    public static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return requireWellFormed(encoded);
        }
        var utf8 = requireWellFormed(encoded).getBytes(StandardCharsets.UTF_8);
        var decoded = ByteBuffer.allocate(utf8.length);
        for (var i = 0; i < utf8.length; i++) {
            if (utf8[i] != '%') {
                decoded.put(utf8[i]);
                continue;
            }
            if (i + 2 >= utf8.length
                    || !HexFormat.isHexDigit(utf8[i + 1])
                    || !HexFormat.isHexDigit(utf8[i + 2])) {
                throw new IllegalArgumentException("bad percent-encoding: " + encoded);
            }
            decoded.put(
                    (byte)
                            (HexFormat.fromHexDigit(utf8[i + 1]) << 4
                                    | HexFormat.fromHexDigit(utf8[i + 2])));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException _) {
            throw new IllegalArgumentException("not UTF-8: " + encoded);
        }
    }

    /** Refuses half a surrogate pair, which UTF-8 cannot write. */
    static String requireWellFormed(String text) {
        if (text.chars().anyMatch(c -> Character.isSurrogate((char) c))
                && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("half a surrogate pair in a segment");
        }
        return text;
    }

    private static boolean isUnreserved(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (!unreserved(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean unreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
