package dev.lumiere.service.limit;

import dev.lumiere.service.Settings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling: the one at the other end of the connection, or whom a proxy that is trusted names
 * in {@code X-Forwarded-For}. There each proxy adds at the end whom it was called by, so that the
 * last one that is no trusted proxy is the caller; what stands before it is just said.
 *
 * <p>A caller is a number: an IPv4 address, or the first 64 bits of an IPv6 address, as whoever has
 * one of these has all others that begin so.
 */
final class Callers {
    private static final int MAX_HOPS = 16;

    /** Sets the numbers of IPv4 addresses apart, as no IPv6 address begins so. */
    private static final long IPV4 = 0xffffL << 32;

    private static final Pattern WITH_PORT =
            Pattern.compile("([0-9.]+):\\d+|\\[([^]]*)](?::\\d+)?");

    private final List<Network> proxies;

    private Callers(List<Network> proxies) {
        this.proxies = List.copyOf(proxies);
    }

    /** Nobody comes by a proxy. */
    static Callers direct() {
        return new Callers(List.of());
    }

    /**
     * Reads a setting such as {@code 10.0.0.0/8, ::1}: the proxies that are trusted; what is no
     * address becomes a fault.
     */
    static Callers from(Settings settings, String name) {
        var proxies = new ArrayList<Network>();
        for (var item : settings.text(name, "").split(",", -1)) {
            var text = item.strip();
            if (text.isEmpty()) {
                continue;
            }
            var network = Network.parse(text);
            if (network == null) {
                settings.fault(name + " is not addresses such as 10.0.0.0/8, ::1: " + text);
            } else {
                proxies.add(network);
            }
        }
        return new Callers(proxies);
    }

    /**
     * The number of who is calling.
     *
     * @param peer at the other end of the connection
     * @param forwarded the values of {@code X-Forwarded-For}, in their order
     */
    long of(InetAddress peer, Iterable<String> forwarded) {
        return number(caller(peer, forwarded));
    }

    /** The same; null if all that is known is a proxy, behind which there may be anybody. */
    @Nullable Long behindProxies(InetAddress peer, Iterable<String> forwarded) {
        var caller = caller(peer, forwarded);
        return isProxy(caller) ? null : (Long) number(caller);
    }

    private InetAddress caller(InetAddress peer, Iterable<String> forwarded) {
        if (!isProxy(peer)) {
            return peer;
        }
        var hops = new ArrayList<String>();
        forwarded.forEach(line -> hops.addAll(List.of(line.split(",", -1))));
        var caller = peer;
        for (var hop : hops.reversed().subList(0, Math.min(hops.size(), MAX_HOPS))) {
            var named = Network.address(withoutPort(hop.strip()));
            if (named == null) {
                break; // nobody knows further
            }
            caller = named;
            if (!isProxy(named)) {
                break;
            }
        }
        return caller;
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(network -> network.has(address));
    }

    private static long number(InetAddress address) {
        var bytes = address.getAddress();
        var first = bytes.length == Integer.BYTES ? IPV4 : 0L;
        var number = 0L;
        for (var i = 0; i < Math.min(bytes.length, Long.BYTES); i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return first | number;
    }

    private static String withoutPort(String hop) {
        var m = WITH_PORT.matcher(hop);
        if (!m.matches()) {
            return hop;
        }
        return m.group(1) != null ? m.group(1) : m.group(2);
    }
}
