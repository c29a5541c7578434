package dev.lumiere.gateway;

import org.jspecify.annotations.Nullable;

/**
 * What part of a body is wanted, from the header {@code Range}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14">RFC 9110, section 14</a>
 */
sealed interface ByteRange {
    ByteRange WHOLE = new Whole();

    /** Everything: no range was asked, or one that a server may ignore (many, or malformed). */
    record Whole() implements ByteRange {}

    /**
     * One part.
     *
     * @param first offset of its first byte
     * @param last offset of its last byte, at least {@code first}, below the body's length
     */
    record Part(long first, long last) implements ByteRange {
        long length() {
            return last - first + 1;
        }
    }

    /** A well-formed range that lies outside of the body: 416. */
    record Unsatisfiable() implements ByteRange {}

    /** Reads {@code header} against a body of {@code length} bytes. */
    static ByteRange of(@Nullable String header, long length) {
        if (header == null || !header.startsWith("bytes=")) {
            return WHOLE;
        }
        var spec = header.substring("bytes=".length()).strip();
        var dash = spec.indexOf('-');
        if (dash < 0 || spec.indexOf(',') >= 0) {
            return WHOLE;
        }
        var from = offset(spec.substring(0, dash));
        var to = offset(spec.substring(dash + 1));
        if (from == MALFORMED || to == MALFORMED || (from == ABSENT && to == ABSENT)) {
            return WHOLE;
        }
        if (from == ABSENT) {
            return to == 0 || length == 0
                    ? new Unsatisfiable()
                    : new Part(Math.max(0, length - to), length - 1);
        }
        if (to != ABSENT && to < from) {
            return WHOLE;
        }
        if (from >= length) {
            return new Unsatisfiable();
        }
        return new Part(from, to == ABSENT ? length - 1 : Math.min(to, length - 1));
    }

    long ABSENT = -1;
    long MALFORMED = -2;

    private static long offset(String digits) {
        if (digits.isEmpty()) {
            return ABSENT;
        }
        for (var i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return MALFORMED;
            }
        }
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
