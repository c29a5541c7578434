package dev.lumiere.storage.rule;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What pages of other origins may ask, by their browsers' word.
 *
 * @param origins such as {@code https://www.example.com}, of which the first {@code *} stands for
 *     anything; at least one
 * @param methods in capital letters; at least one
 * @param headers that may be sent, in small letters; {@code *} for any
 * @param exposed headers of answers that pages may read, besides {@code X-Reqid}
 * @param maxAge seconds for which browsers may remember it; 0 if they may not
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, CORS protocol</a>
 */
public record CorsRule(
        List<String> origins,
        List<String> methods,
        List<String> headers,
        List<String> exposed,
        long maxAge) {
    private static final String ANY = "*";
    private static final int MAX_EACH = 50;
    private static final int MAX_LENGTH = 256;

    /**
     * Checks everything.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public CorsRule {
        origins = List.copyOf(origins);
        methods = methods.stream().map(m -> m.toUpperCase(Locale.ROOT)).toList();
        headers = headers.stream().map(h -> h.toLowerCase(Locale.ROOT)).toList();
        exposed = List.copyOf(exposed);
        if (origins.isEmpty() || methods.isEmpty()) {
            throw new IllegalArgumentException("a CORS rule needs an origin and a method");
        }
        origins.forEach(CorsRule::checkOrigin);
        check("method", methods, "");
        check("header", headers, ANY);
        check("exposed header", exposed, "");
        if (origins.size() > MAX_EACH || maxAge < 0) {
            throw new IllegalArgumentException(
                    maxAge < 0 ? "maxAge is negative: " + maxAge : "over " + MAX_EACH + " origins");
        }
    }

    private static void checkOrigin(String origin) {
        if (origin.isEmpty()
                || origin.length() > MAX_LENGTH
                || !origin.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "origin is not 1 to %d visible characters of ASCII".formatted(MAX_LENGTH));
        }
    }

    /** Whether all are tokens, as names in HTTP must be, or {@code wildcard}. */
    private static void check(String what, List<String> names, String wildcard) {
        if (names.size() > MAX_EACH) {
            throw new IllegalArgumentException("over %d of %s".formatted(MAX_EACH, what));
        }
        for (var name : names) {
            if (name.length() > MAX_LENGTH
                    || !(name.equals(wildcard) || name.matches("[A-Za-z0-9!#$%&'^_`|~.+-]+"))) {
                throw new IllegalArgumentException("not the name of a " + what + ": " + name);
            }
        }
    }

    /**
     * The first that lets an origin ask so.
     *
     * @param asked headers that are to be sent, with commas between; null for none
     * @return null if none does
     */
    public static @Nullable CorsRule of(
            String origin, String method, @Nullable String asked, List<CorsRule> rules) {
        for (var rule : rules) {
            if (rule.allows(origin)
                    && rule.methods.contains(method.toUpperCase(Locale.ROOT))
                    && rule.allowsHeaders(asked == null ? "" : asked)) {
                return rule;
            }
        }
        return null;
    }

    private boolean allows(String origin) {
        return origins.stream().anyMatch(pattern -> matches(pattern, origin));
    }

    private static boolean matches(String pattern, String origin) {
        var star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(origin);
        }
        var end = pattern.substring(star + 1);
        return origin.length() >= pattern.length() - 1
                && origin.startsWith(pattern.substring(0, star))
                && origin.endsWith(end);
    }

    private boolean allowsHeaders(String asked) {
        if (headers.contains(ANY)) {
            return true;
        }
        for (var name : asked.split(",", -1)) {
            var header = name.strip().toLowerCase(Locale.ROOT);
            if (!header.isEmpty() && !headers.contains(header)) {
                return false;
            }
        }
        return true;
    }

    /** Whether it lets all origins in, so that answers need not name one. */
    public boolean takesAll() {
        return origins.contains(ANY);
    }
}
