package dev.lumiere.eventlog;

import java.nio.charset.StandardCharsets;

/**
 * The name of a stream: the history of one thing, such as {@code account-42}. Streams of one key
 * lie in one partition, so that they can be changed together.
 *
 * @param category what kind of thing it is: {@code a-z}, digits, {@code _} and {@code .}, a letter
 *     first, at most {@value #MAX_CATEGORY} long
 * @param key which of them: 1 to {@value #MAX_KEY_BYTES} bytes of UTF-8, no control characters
 */
public record StreamId(String category, String key) {
    private static final int MAX_CATEGORY = 64;
    private static final int MAX_KEY_BYTES = 1024;

    public StreamId {
        if (!isCategory(category)) {
            throw new IllegalArgumentException(
                    "not a category (a-z, 0-9, _ and ., a letter first, at most %d): %s"
                            .formatted(MAX_CATEGORY, category));
        }
        var bytes = key.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "key of a stream not of 1..%d bytes: %d"
                            .formatted(MAX_KEY_BYTES, bytes.length));
        }
        if (key.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("control character in the key of a stream");
        }
        if (!new String(bytes, StandardCharsets.UTF_8).equals(key)) {
            throw new IllegalArgumentException("half a surrogate pair in the key of a stream");
        }
    }

    /**
     * Reads {@code category-key}; the first dash divides.
     *
     * @throws IllegalArgumentException if it is no such name
     */
    public static StreamId parse(String text) {
        var dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("no dash in the name of a stream: " + text);
        }
        return new StreamId(text.substring(0, dash), text.substring(dash + 1));
    }

    private static boolean isCategory(String category) {
        return !category.isEmpty()
                && category.length() <= MAX_CATEGORY
                && category.charAt(0) >= 'a'
                && category.charAt(0) <= 'z'
                && category.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= '0' && c <= '9')
                                        || c == '_'
                                        || c == '.');
    }

    @Override
    public String toString() {
        return category + "-" + key;
    }
}
