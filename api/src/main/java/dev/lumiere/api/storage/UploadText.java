package dev.lumiere.api.storage;

import dev.lumiere.service.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Texts of uploads, read strictly: what is no UTF-8 or base64 is refused by its name. */
final class UploadText {
    private UploadText() {}

    /**
     * All there is.
     *
     * @param what it is, for the refusal
     * @throws Problem.Refused 400 if it is longer or no UTF-8
     */
    static String read(String what, InputStream in, int maxBytes) throws IOException {
        var bytes = in.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw Problem.badRequest("%s is over %d bytes".formatted(what, maxBytes)).refused();
        }
        return utf8(what, bytes);
    }

    static String utf8(String what, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw Problem.badRequest(what + " is no UTF-8").refused();
        }
    }

    /** A part of a path in URL-safe base64, with padding or without. */
    static String base64(String what, String text) {
        try {
            var plain =
                    text.indexOf('%') < 0
                            ? text
                            : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            var end = plain.length();
            while (end > 0 && plain.charAt(end - 1) == '=') {
                end--;
            }
            return utf8(what, Base64.getUrlDecoder().decode(plain.substring(0, end)));
        } catch (IllegalArgumentException _) {
            throw Problem.badRequest(what + " is no base64: " + text).refused();
        }
    }

    static long number(String what, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw Problem.badRequest("%s is no number: %s".formatted(what, text)).refused();
        }
    }
}
