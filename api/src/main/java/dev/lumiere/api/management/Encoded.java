package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Text as it stands in targets and forms, where each character stands for a byte; what cannot be
 * read is refused with 400.
 */
final class Encoded {
    private static final int MAX_ECHOED = 100;

    private Encoded() {}

    /**
     * Of URL-safe base64, with padding or without.
     *
     * @param what it is, for the refusal
     */
    static String base64(String text, String what) {
        try {
            return utf8(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException _) {
            throw refused(what + " is not URL-safe base64 of UTF-8", text);
        }
    }

    /** Of percent-encoded text in a path, where a plus is a plus. */
    static String path(String text) {
        return percent(text.replace("+", "%2B"));
    }

    /** Of percent-encoded text in a query or form, where a plus is a space. */
    static String percent(String text) {
        try {
            var bytes = URLDecoder.decode(text, StandardCharsets.ISO_8859_1);
            return utf8(bytes.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException _) {
            throw refused("not percent-encoded UTF-8", text);
        }
    }

    /** The refusal of a text, which is shown up to a bound. */
    static Problem.Refused refused(String reason, String text) {
        var shown = text.length() > MAX_ECHOED ? text.substring(0, MAX_ECHOED) + "…" : text;
        return Problem.badRequest(reason + ": " + shown).refused();
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8", e);
        }
    }
}
