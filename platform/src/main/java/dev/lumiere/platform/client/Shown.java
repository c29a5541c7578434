package dev.lumiere.platform.client;

/** Text of somebody else as a terminal is shown it: what would control that is escaped. */
public final class Shown {
    private Shown() {}

    /** Control characters as {@code \\u001b}; all else as it is. */
    public static String of(String text) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        var shown = new StringBuilder();
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Character.isISOControl(c)) {
                shown.append("\\u%04x".formatted((int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.toString();
    }
}
