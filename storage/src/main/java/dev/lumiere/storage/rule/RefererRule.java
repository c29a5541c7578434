package dev.lumiere.storage.rule;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * On whose pages a bucket's objects may be shown, as far as browsers say where they come from.
 *
 * @param mode what the patterns are for
 * @param patterns hosts, in small letters; {@code *.example.com} is all below {@code example.com},
 *     and {@code *} all there are
 * @param allowsNone whether who does not say is let in
 */
public record RefererRule(Mode mode, List<String> patterns, boolean allowsNone) {
    private static final int MAX_PATTERNS = 1000;
    private static final int MAX_PATTERN = 255;
    private static final Pattern PATTERN =
            Pattern.compile("\\*|(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)*|\\[[0-9a-f:]+]");

    /** Everybody is let in. */
    public static final RefererRule OFF = new RefererRule(Mode.OFF, List.of(), true);

    /** What patterns are for. */
    public enum Mode {
        OFF(0),
        /** Only who matches is let in. */
        ALLOW(1),
        /** All others are let in. */
        DENY(2);

        private final int number;

        Mode(int number) {
            this.number = number;
        }

        /** By which Qiniu's services know it. */
        public int number() {
            return number;
        }

        /**
         * The one of a number.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Mode of(int number) {
            for (var mode : values()) {
                if (mode.number == number) {
                    return mode;
                }
            }
            throw new IllegalArgumentException("mode is none of 0, 1 and 2: " + number);
        }
    }

    public RefererRule {
        if (patterns.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException("over " + MAX_PATTERNS + " patterns");
        }
        patterns =
                patterns.stream()
                        .map(pattern -> pattern.strip().toLowerCase(Locale.ROOT))
                        .filter(pattern -> !pattern.isEmpty())
                        .toList();
    }

    /**
     * The same, of which it is certain that it can mean something.
     *
     * @throws IllegalArgumentException if a pattern is no host, or there is none though one counts
     */
    public RefererRule checked() {
        for (var pattern : patterns) {
            if (pattern.length() > MAX_PATTERN || !PATTERN.matcher(pattern).matches()) {
                throw new IllegalArgumentException(
                        "pattern is not *, a host, or *. and a host: " + pattern);
            }
        }
        if (mode != Mode.OFF && patterns.isEmpty()) {
            throw new IllegalArgumentException("no pattern");
        }
        return this;
    }

    /**
     * Whether a request is let in.
     *
     * @param referer the header as it was sent; null if it was not
     */
    public boolean allows(@Nullable String referer) {
        if (mode == Mode.OFF) {
            return true;
        }
        if (referer == null || referer.isBlank()) {
            return allowsNone;
        }
        var host = host(referer.strip());
        var matches = host != null && patterns.stream().anyMatch(p -> matches(p, host));
        return matches == (mode == Mode.ALLOW);
    }

    private static boolean matches(String pattern, String host) {
        return pattern.equals("*")
                || (pattern.startsWith("*.")
                        ? host.endsWith(pattern.substring(1))
                        : host.equals(pattern));
    }

    /** Without a port, in small letters; null if it names none. */
    private static @Nullable String host(String referer) {
        try {
            var uri = new URI(origin(referer.contains("://") ? referer : "http://" + referer));
            return uri.getHost() == null ? null : uri.getHost().toLowerCase(Locale.ROOT);
        } catch (URISyntaxException _) {
            return null;
        }
    }

    /** Up to the path, which browsers and proxies do not always encode. */
    private static String origin(String url) {
        var begin = url.indexOf("://") + 3;
        for (var i = begin; i < url.length(); i++) {
            if ("/?#\\".indexOf(url.charAt(i)) >= 0) {
                return url.substring(0, i);
            }
        }
        return url;
    }
}
