package dev.lumiere.api;

import dev.lumiere.api.storage.UploadPaths;
import dev.lumiere.service.Problem;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Keeps pages in somebody's browser out of the control plane, which may trust its network but not
 * what that network's people look at.
 *
 * <ul>
 *   <li>DNS rebinding: a page whose own name suddenly leads here still says that name in {@code
 *       Host}, so a name that is not known to be ours is refused. IP literals and {@code localhost}
 *       cannot be rebound.
 *   <li>Cross-site requests: what changes something and comes from a page of another origin is
 *       refused. Browsers always send {@code Origin} with such a request, other clients never.
 *       Uploads are let in, since they carry a token.
 * </ul>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-7">The Origin header</a>
 */
final class BrowserGuard {
    private static final Pattern HOST =
            Pattern.compile("(?:\\[([^\\[\\]]+)\\]|([^:\\[\\]]+))(?::\\d{0,5})?");
    private static final Set<HttpMethod> SAFE =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final int MAX_ECHOED = 253;

    private final Set<String> names;

    /**
     * Knows how the control plane may be called.
     *
     * @param names in lower case
     */
    BrowserGuard(Set<String> names) {
        this.names = Set.copyOf(names);
    }

    /**
     * Lets a request pass.
     *
     * @throws Problem.Refused 403 naming the host or the origin, 400 where {@code Host} is missing
     */
    void check(HttpServerRequest request) {
        var hosts = request.headers().getAll("Host");
        var mayLackOne = request.version() == HttpVersion.HTTP_1_0;
        if (hosts.size() > 1 || (hosts.isEmpty() && !mayLackOne)) {
            throw Problem.badRequest("a request has one Host, not " + hosts.size()).refused();
        }
        var host = hosts.isEmpty() ? "" : hosts.getFirst();
        if (!hosts.isEmpty() && !isOurs(host)) {
            throw Problem.of(
                            403,
                            "no name of this node: %s (names are added with --set api.hosts=…)"
                                    .formatted(echoed(host)))
                    .refused();
        }
        var origin = request.getHeader("Origin");
        if (origin != null
                && !SAFE.contains(request.method())
                && !origin.equalsIgnoreCase("http://" + host)
                && !origin.equalsIgnoreCase("https://" + host)
                && !UploadPaths.isUpload(request)) {
            throw Problem.of(
                            403,
                            "a page of another origin may not change anything here: "
                                    + echoed(origin))
                    .refused();
        }
    }

    private boolean isOurs(String host) {
        var m = HOST.matcher(host);
        if (!m.matches()) {
            return false;
        }
        if (m.group(1) != null) {
            return isLiteral(() -> Inet6Address.ofLiteral(m.group(1)));
        }
        var name = m.group(2).toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        return name.equals("localhost")
                || names.contains(name)
                || isLiteral(() -> Inet4Address.ofLiteral(name));
    }

    private static boolean isLiteral(Supplier<InetAddress> reading) {
        try {
            var _ = reading.get();
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String echoed(String text) {
        return text.length() > MAX_ECHOED ? text.substring(0, MAX_ECHOED) + "…" : text;
    }
}
