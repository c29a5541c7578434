package dev.lumiere.service.fetch;

import dev.lumiere.service.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What may be fetched for users.
 *
 * @param allowPrivate whether every address may be connected to, also those of private networks and
 *     of the node itself
 * @param hosts names or addresses that may be anywhere, whatever {@code allowPrivate} says
 * @param ports that may be connected to; empty for all
 * @param maxBytes of one body
 * @param timeout of one fetch in all, redirects included; of what is read while it comes, how long
 *     nothing may come, or next to nothing
 */
public record FetchConfig(
        boolean allowPrivate,
        Set<String> hosts,
        Set<Integer> ports,
        long maxBytes,
        Duration timeout) {
    private static final long MAX_BYTES = 5L << 20;
    private static final long MOST_BYTES = 64L << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    public FetchConfig {
        hosts = hosts.stream().map(FetchTarget::host).collect(Collectors.toUnmodifiableSet());
        ports = Set.copyOf(ports);
        if (maxBytes < 1 || maxBytes > MOST_BYTES) {
            throw new IllegalArgumentException("maxBytes not in 1..64MiB: " + maxBytes);
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout is not positive: " + timeout);
        }
    }

    /** The internet alone, all ports, 5 MiB, 10 seconds. */
    public static FetchConfig defaults() {
        return new FetchConfig(false, Set.of(), Set.of(), MAX_BYTES, TIMEOUT);
    }

    /** Reads {@code fetch.…}; what is wrong becomes a fault of the settings. */
    public static FetchConfig from(Settings settings) {
        var maxBytes = settings.bytes("fetch.maxBytes", MAX_BYTES);
        if (maxBytes < 1 || maxBytes > MOST_BYTES) {
            settings.fault("fetch.maxBytes is not from 1 to 64MiB: " + maxBytes);
            maxBytes = MAX_BYTES;
        }
        var timeout = settings.duration("fetch.timeout", TIMEOUT);
        if (!timeout.isPositive()) {
            settings.fault("fetch.timeout is not positive");
            timeout = TIMEOUT;
        }
        return new FetchConfig(
                settings.flag("fetch.allowPrivate", false),
                set(settings, "fetch.hosts", "no host", FetchConfig::host),
                set(settings, "fetch.ports", "no port", FetchConfig::port),
                maxBytes,
                timeout);
    }

    private static <T> Set<T> set(
            Settings settings, String name, String fault, Function<String, @Nullable T> read) {
        List<String> items =
                Arrays.stream(settings.text(name, "").split(",", -1))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList();
        items.stream()
                .filter(item -> read.apply(item) == null)
                .forEach(item -> settings.fault(name + " has what is " + fault + ": " + item));
        return items.stream()
                .map(read)
                .filter(item -> item != null)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static @Nullable String host(String text) {
        try {
            return FetchTarget.host(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable Integer port(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            return null;
        }
        var port = Integer.valueOf(text);
        return port < 1 || port > 65_535 ? null : port;
    }
}
