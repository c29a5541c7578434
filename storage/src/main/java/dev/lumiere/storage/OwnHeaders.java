package dev.lumiere.storage;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Headers that an object's owner has set: metadata whose name is a header's behind an exclamation
 * mark, as {@code changeHeaders} of the SDK for Java writes it. A media type is none of them, as it
 * is known of each object.
 */
final class OwnHeaders {
    private static final char MARK = '!';
    private static final Set<String> SENT =
            Set.of(
                    "cache-control",
                    "content-disposition",
                    "content-encoding",
                    "content-language",
                    "expires");

    private OwnHeaders() {}

    /** Values by names in small letters; what can be no header's value is left out. */
    static Map<String, String> of(Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return Map.of();
        }
        var headers = new HashMap<String, String>();
        metadata.forEach((name, value) -> {
            if (!name.isEmpty() && name.charAt(0) == MARK) {
                var header = name.substring(1).toLowerCase(Locale.ROOT);
                if (SENT.contains(header) && isSendable(value)) {
                    headers.put(header, value);
                }
            }
        });
        return headers;
    }

    private static boolean isSendable(String value) {
        return !value.isBlank() && value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }
}
