package dev.lumiere.gateway;

import dev.lumiere.service.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How the data plane answers.
 *
 * @param host the address to listen on
 * @param port 0 takes a free one
 * @param domain buckets are also found at {@code bucket.domain}
 * @param deadline how long one request may take in all
 * @param maxAge how long a browser or a CDN may keep what it got
 * @param autoFormats what {@code format/auto} chooses from, best first
 */
public record GatewayConfig(
        String host,
        int port,
        String domain,
        Duration deadline,
        Duration maxAge,
        List<String> autoFormats) {
    public GatewayConfig {
        autoFormats = List.copyOf(autoFormats);
    }

    /** Reads {@code gateway.…}. */
    public static GatewayConfig from(Settings settings) {
        return new GatewayConfig(
                settings.text("gateway.listen", "127.0.0.1"),
                settings.integer("gateway.port", 8080, 0, 65_535),
                settings.text("gateway.domain", "localhost"),
                settings.duration("gateway.deadline", Duration.ofSeconds(30)),
                settings.duration("gateway.maxAge", Duration.ofDays(365)),
                Arrays.stream(settings.text("gateway.autoFormats", "webp").split(","))
                        .map(String::strip)
                        .filter(format -> !format.isEmpty())
                        .toList());
    }
}
