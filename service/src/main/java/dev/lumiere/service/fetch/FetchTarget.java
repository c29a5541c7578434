package dev.lumiere.service.fetch;

import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL to fetch, read once: what is checked is what is connected to. It is read strictly where
 * readers differ, which is what addresses are smuggled by: user information, numbers that are an
 * IPv4 address in disguise ({@code 2130706433}, {@code 0x7f.1}, {@code 0177.0.0.1}), zones and
 * backslashes are refused.
 *
 * @param host lower case, ASCII: a DNS name without a final dot, or an IP address without brackets
 * @param port 1 to 65535
 * @param path with the query, percent-encoded, starting with a slash
 */
record FetchTarget(boolean tls, String host, int port, String path) {
    /** How long a URL may be, in characters. */
    static final int MAX_LENGTH = 2048;

    private static final int MAX_HOST_LENGTH = 253;
    private static final Pattern NAME =
            Pattern.compile(
                    "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
                            + "(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*+");
    private static final Pattern NUMBER_AT_END = Pattern.compile("(?:.*\\.)?(?:\\d+|0x[0-9a-f]*)");
    private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*");
    private static final String ESCAPED = " \"<>\\^`{|}[]";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static FetchTarget parse(String url) {
        if (url.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("it is over " + MAX_LENGTH + " characters");
        }
        var tls = url.regionMatches(true, 0, "https://", 0, 8);
        if (!tls && !url.regionMatches(true, 0, "http://", 0, 7)) {
            throw new IllegalArgumentException("it is neither http nor https");
        }
        var start = tls ? 8 : 7;
        var end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        var authority = url.substring(start, end);
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("it has user information");
        }
        var hostEnd = hostEnd(authority);
        return new FetchTarget(
                tls,
                host(authority.substring(0, hostEnd)),
                port(authority.substring(hostEnd), tls ? 443 : 80),
                path(url.substring(end)));
    }

    /**
     * Where a redirect leads from here.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    FetchTarget redirected(String location) {
        if (SCHEME.matcher(location).matches()) {
            return parse(location);
        }
        if (location.startsWith("//")) {
            return parse((tls ? "https:" : "http:") + location);
        }
        if (location.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("it is over " + MAX_LENGTH + " characters");
        }
        var question = path.indexOf('?');
        var way = question < 0 ? path : path.substring(0, question);
        var to =
                location.startsWith("?")
                        ? way + location
                        : resolved(way, escaped(location)).replaceFirst("^/(?:\\.\\./)+", "/");
        return new FetchTarget(tls, host, port, path(to));
    }

    /** Whether the same server answers for both. */
    boolean isSameHost(FetchTarget other) {
        return tls == other.tls && host.equals(other.host) && port == other.port;
    }

    /** The address, if the host is one. */
    @Nullable InetAddress literal() {
        return host.indexOf(':') >= 0 || IPV4.matcher(host).matches()
                ? InetAddress.ofLiteral(host)
                : null;
    }

    /** Lower case, ASCII, without brackets and final dot. */
    static String host(String text) {
        if (text.indexOf(':') >= 0) {
            var bare = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
            if (bare.indexOf('%') >= 0) {
                throw noHost(text);
            }
            InetAddress.ofLiteral(bare);
            return bare.toLowerCase(Locale.ROOT);
        }
        var ascii = isAscii(text) ? text : IDN.toASCII(text);
        var host = ascii.toLowerCase(Locale.ROOT);
        host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (host.length() > MAX_HOST_LENGTH
                || !NAME.matcher(host).matches()
                || (NUMBER_AT_END.matcher(host).matches() && !IPV4.matcher(host).matches())) {
            throw noHost(text);
        }
        return host;
    }

    private static int hostEnd(String authority) {
        var from = authority.startsWith("[") ? authority.indexOf(']') + 1 : 0;
        if (authority.startsWith("[") && from == 0) {
            throw noHost(authority);
        }
        var colon = authority.indexOf(':', from);
        return colon < 0 ? authority.length() : colon;
    }

    private static int port(String text, int otherwise) {
        if (text.isEmpty() || text.equals(":")) {
            return otherwise;
        }
        if (!text.matches(":[0-9]{1,5}")) {
            throw new IllegalArgumentException("it has no port number: " + text);
        }
        var port = Integer.parseInt(text.substring(1));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("its port is not in 1..65535: " + port);
        }
        return port;
    }

    private static String path(String text) {
        var hash = text.indexOf('#');
        var path = escaped(hash < 0 ? text : text.substring(0, hash));
        return path.startsWith("/") ? path : "/" + path;
    }

    private static String resolved(String way, String location) {
        var to = URI.create("http://h" + way).resolve(location);
        return to.getRawPath() + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery());
    }

    /** What may not stand in a request line is percent-encoded; what is encoded stays so. */
    private static String escaped(String text) {
        var escaped = new StringBuilder(text.length());
        for (var b : text.getBytes(StandardCharsets.UTF_8)) {
            if ((b >= 0 && b < 0x20) || b == 0x7f) {
                throw new IllegalArgumentException("it has a control character");
            }
            if (b < 0 || ESCAPED.indexOf(b) >= 0) {
                HEX.toHexDigits(escaped.append('%'), b);
            } else {
                escaped.append((char) b);
            }
        }
        return escaped.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    private static IllegalArgumentException noHost(String text) {
        return new IllegalArgumentException("it has no valid host: " + text);
    }
}
