package dev.lumiere.storage.rule;

import java.util.Locale;
import java.util.regex.Pattern;

/** The media types of what somebody is told, who may ask for either. */
public final class CallbackType {
    public static final String FORM = "application/x-www-form-urlencoded";
    public static final String JSON = "application/json";

    private static final Pattern ONE =
            Pattern.compile(
                    "(?:%s|%s)(?: *; *charset=[\\w-]{1,32})?".formatted(FORM, JSON),
                    Pattern.CASE_INSENSITIVE);

    private CallbackType() {}

    /**
     * One of them.
     *
     * @param field that says so
     * @param type may have a charset
     * @throws IllegalArgumentException if it is neither
     */
    public static void check(String field, String type) {
        if (!ONE.matcher(type).matches()) {
            throw new IllegalArgumentException(
                    "%s is not %s or %s: %s".formatted(field, FORM, JSON, type));
        }
    }

    public static boolean isJson(String type) {
        return type.toLowerCase(Locale.ROOT).startsWith(JSON);
    }
}
