package dev.lumiere.storage.rule;

import dev.lumiere.service.Problem;
import java.nio.charset.StandardCharsets;

/** Which keys an object may have, which it may be given, and which may name a file. */
public final class ObjectKey {
    /** How long a key may be in UTF-8. */
    public static final int MAX_BYTES = 750;

    /** How long one name in a directory may be in UTF-8. */
    private static final int MAX_SEGMENT_BYTES = 255;

    private ObjectKey() {}

    /** Whether a key, or the beginning of keys, is not over-long. */
    public static boolean fits(String key) {
        return key.length() <= MAX_BYTES
                && key.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }

    /**
     * The same, which an object may have: slashes and dots mean nothing in it.
     *
     * @throws Problem.Refused 400 if it is over-long or not well-formed
     */
    public static String checked(String key) {
        if (!fits(key)) {
            throw Problem.badRequest("the key is over " + MAX_BYTES + " bytes").refused();
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            throw Problem.badRequest("the key is no Unicode text").refused();
        }
        return key;
    }

    /**
     * The same, which an object may be given: all that it may have, but those with a NUL, which
     * some were given once.
     *
     * @throws Problem.Refused 400 saying what is wrong with it
     */
    public static String checkedNew(String key) {
        if (key.indexOf(0) >= 0) {
            throw Problem.badRequest("the key has a NUL").refused();
        }
        return checked(key);
    }

    /**
     * Whether {@code key} is a relative path without detours: segments between slashes, none of
     * them empty, {@code .} or {@code ..}, no NUL, well-formed, not over-long. A key is decoded
     * once, before it comes here: what still looks encoded is just a name.
     */
    public static boolean namesFile(String key) {
        if (key.isEmpty() || !fits(key)) {
            return false;
        }
        var bytes = 0;
        var start = 0;
        var startBytes = 0;
        for (var i = 0; i < key.length(); i++) {
            var c = key.charAt(i);
            if (c == 0) {
                return false;
            }
            if (c == '/') {
                if (!isName(key, start, i) || bytes - startBytes > MAX_SEGMENT_BYTES) {
                    return false;
                }
                start = i + 1;
                startBytes = bytes + 1;
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < key.length()
                    && Character.isLowSurrogate(key.charAt(i + 1))) {
                i++;
                bytes += 4;
            } else if (Character.isSurrogate(c)) {
                return false;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        return isName(key, start, key.length()) && bytes - startBytes <= MAX_SEGMENT_BYTES;
    }

    private static boolean isName(String key, int start, int end) {
        var length = end - start;
        return length > 2
                || (length == 1 && key.charAt(start) != '.')
                || (length == 2 && !key.startsWith("..", start));
    }
}
