package dev.lumiere.fop;

import dev.lumiere.service.Problem;
import java.util.Collection;

/**
 * One argument of a stage and what it is called. A value that is not what is asked for is refused
 * with status 400 and {@code bad argument: NAME}.
 *
 * @param value percent-decoded; empty for a flag
 */
public record Parameter(String name, String value) {
    private static final int MAX_DIGITS = 9;

    /** A whole number in decimal digits, from {@code min} to {@code max}. */
    public int integer(int min, int max) {
        var negative = value.startsWith("-");
        var digits = negative ? value.substring(1) : value;
        if (digits.isEmpty() || digits.length() > MAX_DIGITS || !allDigits(digits)) {
            throw bad();
        }
        var number = Integer.parseInt(digits) * (negative ? -1 : 1);
        if (number < min || number > max) {
            throw bad();
        }
        return number;
    }

    /** A number such as {@code 0.25}, without exponent, from {@code min} to {@code max}. */
    public double decimal(double min, double max) {
        var negative = value.startsWith("-");
        var digits = negative ? value.substring(1) : value;
        var point = digits.indexOf('.');
        var whole = point < 0 ? digits : digits.substring(0, point);
        var fraction = point < 0 ? "0" : digits.substring(point + 1);
        if (whole.isEmpty()
                || fraction.isEmpty()
                || whole.length() > MAX_DIGITS
                || fraction.length() > MAX_DIGITS
                || !allDigits(whole)
                || !allDigits(fraction)) {
            throw bad();
        }
        var number = Double.parseDouble(value);
        if (number < min || number > max) {
            throw bad();
        }
        return number;
    }

    /** One of these words, in just this case. */
    public String oneOf(Collection<String> words) {
        if (!words.contains(value)) {
            throw bad();
        }
        return value;
    }

    /** {@code 1} for yes, {@code 0} for no. */
    public boolean zeroOrOne() {
        return integer(0, 1) == 1;
    }

    /** The bytes that the value is the base64 of. */
    public byte[] bytes() {
        return Base64Values.decode(value).orElseThrow(this::bad);
    }

    /** The UTF-8 text that the value is the base64 of. */
    public String text() {
        return Base64Values.decodeText(value).orElseThrow(this::bad);
    }

    /** To throw when the value is wrong in a way only its reader knows. */
    public Problem.Refused bad() {
        return bad(name);
    }

    static Problem.Refused bad(String name) {
        var quoted = name.length() <= 64 ? name : name.substring(0, 64) + "…";
        return Problem.badRequest("bad argument: " + quoted).refused();
    }

    private static boolean allDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
