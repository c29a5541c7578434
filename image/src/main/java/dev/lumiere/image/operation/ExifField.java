package dev.lumiere.image.operation;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One tag as libvips has it from libexif.
 *
 * @param type EXIF's number, such as 2 for text
 * @param value as libexif words it, such as {@code 1/50 sec.}
 */
record ExifField(int type, String value) {
    private static final int ASCII = 2;
    private static final Map<String, Integer> TYPES =
            Map.ofEntries(
                    Map.entry("Byte", 1),
                    Map.entry("ASCII", ASCII),
                    Map.entry("Short", 3),
                    Map.entry("Long", 4),
                    Map.entry("Rational", 5),
                    Map.entry("SByte", 6),
                    Map.entry("Undefined", 7),
                    Map.entry("SShort", 8),
                    Map.entry("SLong", 9),
                    Map.entry("SRational", 10),
                    Map.entry("Float", 11),
                    Map.entry("Double", 12));
    private static final Pattern END =
            Pattern.compile(", (\\w+), \\d{1,12} components, \\d{1,12} bytes\\)$");
    private static final Pattern NUMBERS = Pattern.compile("[-+0-9./einfa]+( [-+0-9./einfa]+)*");

    /**
     * Reads {@code RAW (WORDED, TYPE, N components, N bytes)}. Both may hold parentheses and
     * anything else: numbers are split from their wording at the first, text where both sides are
     * the same.
     */
    static Optional<ExifField> parse(String text) {
        var end = END.matcher(text);
        if (!end.find() || !TYPES.containsKey(end.group(1))) {
            return Optional.empty();
        }
        var both = text.substring(0, end.start());
        var type = TYPES.getOrDefault(end.group(1), ASCII);
        var first = both.indexOf(" (");
        if (first < 0) {
            return Optional.empty();
        }
        if (type != ASCII && NUMBERS.matcher(both.substring(0, first)).matches()) {
            return Optional.of(new ExifField(type, both.substring(first + 2)));
        }
        for (var at = first; at >= 0; at = both.indexOf(" (", at + 1)) {
            var worded = both.substring(at + 2);
            if (at == worded.length() && both.startsWith(worded)) {
                return Optional.of(new ExifField(type, worded));
            }
        }
        return Optional.of(new ExifField(type, longText(both)));
    }

    /** Libexif words no more than its buffer holds, so that the raw text is the longer one. */
    private static String longText(String both) {
        for (var at = both.lastIndexOf(" ("); at > 0; at = both.lastIndexOf(" (", at - 1)) {
            if (both.startsWith(both.substring(at + 2))) {
                return both.substring(0, at).strip();
            }
        }
        return both;
    }
}
