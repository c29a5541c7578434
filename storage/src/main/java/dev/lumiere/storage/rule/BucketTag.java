package dev.lumiere.storage.rule;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What an owner has written on a bucket, as which team or project it is for. Both texts are of
 * ASCII letters, digits, spaces and {@code + - = . _ : / @}.
 *
 * @param key of up to {@value #MAX_KEY}, which do not begin with {@code kodo}
 * @param value of up to {@value #MAX_VALUE}
 */
public record BucketTag(String key, String value) {
    private static final int MAX_KEY = 64;
    private static final int MAX_VALUE = 128;
    private static final int MAX_TAGS = 10;
    private static final String RESERVED = "kodo";
    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9 +=._:/@-]+");

    /**
     * Checks everything.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public BucketTag {
        check("key", key, MAX_KEY);
        check("value", value, MAX_VALUE);
        if (key.startsWith(RESERVED)) {
            throw new IllegalArgumentException("tag key begins with " + RESERVED + ": " + key);
        }
    }

    private static void check(String what, String text, int max) {
        if (text.length() > max || !TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "tag %s is not 1 to %d of letters, digits, spaces and + - = . _ : / @: %s"
                            .formatted(what, max, text));
        }
    }

    /** In the words of Qiniu's service, for too many, or one key twice. */
    static void check(List<BucketTag> tags) {
        if (tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException("tag num exceed limit: over " + MAX_TAGS);
        }
        var keys = new HashSet<String>();
        for (var tag : tags) {
            if (!keys.add(tag.key)) {
                throw new IllegalArgumentException("tag contain duplicate key: " + tag.key);
            }
        }
    }
}
