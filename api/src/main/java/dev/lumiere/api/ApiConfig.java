package dev.lumiere.api;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Listen;
import dev.lumiere.service.ServerConfig;
import dev.lumiere.service.Settings;
import dev.lumiere.service.limit.LimitsConfig;
import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Registry;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where the control plane listens.
 *
 * @param host the address to listen on
 * @param port 0 takes a free one
 * @param names what it may be called in a URL besides {@code localhost} and IP addresses, in lower
 *     case
 * @param limits of what one caller may take
 */
public record ApiConfig(String host, int port, Set<String> names, LimitsConfig limits) {
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})");

    public ApiConfig {
        names = Set.copyOf(names);
    }

    /**
     * Reads {@code api.…}.
     *
     * @param hostname the machine's own
     */
    public static ApiConfig from(Settings settings, String hostname) {
        var host = settings.text("api.listen", "127.0.0.1");
        var names = new TreeSet<String>();
        names.add(host.toLowerCase(Locale.ROOT));
        names.add(hostname.toLowerCase(Locale.ROOT));
        for (var item : settings.text("api.hosts", "").split(",", -1)) {
            var name = item.strip();
            if (NAME.matcher(name).matches()) {
                names.add(name.toLowerCase(Locale.ROOT));
            } else if (!name.isEmpty()) {
                settings.fault("api.hosts is not names without port, with commas between: " + name);
            }
        }
        return new ApiConfig(
                host,
                settings.integer("api.port", 8081, 0, 65_535),
                names,
                LimitsConfig.from(settings, "api"));
    }

    /** How its server is to listen. */
    public ServerConfig server() {
        var listen =
                port == 0
                        ? Listen.parse("tcp://" + host + ":0")
                        : Listen.on(new Address.Tcp(host, port));
        // longer than a watch is ever silent, or watches would not live
        var idle = Registry.WATCH_SILENCE.multipliedBy(4);
        return ServerConfig.on(listen, ProblemForm.RFC_9457)
                .withDrain(DRAIN)
                .withIdle(idle)
                .withLimits(limits);
    }
}
