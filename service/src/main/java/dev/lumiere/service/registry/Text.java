package dev.lumiere.service.registry;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What may stand in a name or a fact: text that every log, header and JSON parser can carry. */
final class Text {
    static final int MAX_NAME_BYTES = 255;

    private Text() {}

    /**
     * A name: not blank, no slash, no control character, at most 255 bytes of UTF-8.
     *
     * @throws IllegalArgumentException naming {@code what} and the value
     */
    static void requireName(String what, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " is blank");
        }
        if (utf8Bytes(what, name) > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    what + " is over " + MAX_NAME_BYTES + " bytes: " + name.substring(0, 40) + "…");
        }
        if (name.codePoints().anyMatch(c -> c == '/' || Character.isISOControl(c))) {
            throw new IllegalArgumentException(
                    what + " has a slash or a control character: " + name);
        }
    }

    /**
     * How many bytes the text takes.
     *
     * @throws IllegalArgumentException if it holds half of a surrogate pair, which has no UTF-8
     */
    static int utf8Bytes(String what, String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)).remaining();
        } catch (CharacterCodingException _) {
            throw new IllegalArgumentException(what + " is not well-formed Unicode");
        }
    }
}
