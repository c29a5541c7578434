package dev.lumiere.storage.sign;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
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

    /** Everybody is let in. */
    public static final RefererRule OFF = new RefererRule(Mode.OFF, List.of(), true);

    /** By the numbers that Qiniu's services have for them. */
    public enum Mode {
        OFF,
        /** Only who matches is let in. */
        ALLOW,
        /** All others are let in. */
        DENY
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
