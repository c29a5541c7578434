package dev.lumiere.gateway;

import dev.lumiere.service.Settings;
import dev.lumiere.service.limit.LimitsConfig;
import dev.lumiere.storage.rule.BucketRules;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the data plane answers.
 *
 * @param host the address to listen on
 * @param port 0 takes a free one
 * @param domain buckets are also found at {@code bucket.domain}
 * @param deadline how long one request may take in all
 * @param maxAge how long a browser or a CDN may keep what it got
 * @param autoFormats what {@code format/auto} chooses from, best first
 * @param autoBudget how long a request waits for a format that {@code format/auto} chose and that
 *     is slow to write, before the next best is given
 * @param soonerMaxAge how long a browser or a CDN may keep that
 * @param autoWidth what {@code w/auto} is where a browser says nothing, in device pixels
 * @param fallbackMaxAge how long a browser or a CDN may keep what stands for something else
 * @param fallbackKeepsStatus whether that comes with the status of what went wrong, not 200
 * @param trustsForwarded whether {@code X-Forwarded-Proto} is a proxy's word
 * @param limits of what one caller may take
 */
public record GatewayConfig(
        String host,
        int port,
        String domain,
        Duration deadline,
        Duration maxAge,
        List<String> autoFormats,
        Duration autoBudget,
        Duration soonerMaxAge,
        int autoWidth,
        Duration fallbackMaxAge,
        boolean fallbackKeepsStatus,
        boolean trustsForwarded,
        LimitsConfig limits) {
    /** What browsers may name in {@code Accept}. */
    private static final Set<String> FORMATS =
            Set.of("avif", "gif", "heic", "jpg", "jpeg", "jxl", "png", "tiff", "webp");

    public GatewayConfig {
        autoFormats = List.copyOf(autoFormats);
    }

    /**
     * Reads {@code gateway.…}; what is wrong becomes a fault of the settings, as does a style that
     * is no pipeline.
     *
     * @param rules of all buckets
     */
    public static GatewayConfig from(Settings settings, Map<String, BucketRules> rules) {
        Style.faults(rules)
                .forEach((style, fault) ->
                        settings.fault("storage.styles, " + style + ": " + fault));
        return new GatewayConfig(
                settings.text("gateway.listen", "127.0.0.1"),
                settings.integer("gateway.port", 8080, 0, 65_535),
                settings.text("gateway.domain", "localhost"),
                settings.duration("gateway.deadline", Duration.ofSeconds(30)),
                settings.duration("gateway.maxAge", Duration.ofDays(365)),
                autoFormats(settings),
                settings.duration("gateway.autoBudget", Duration.ofMillis(250)),
                settings.duration("gateway.soonerMaxAge", Duration.ofSeconds(10)),
                settings.integer("gateway.autoWidth", 1280, 1, 9999),
                settings.duration("gateway.fallbackMaxAge", Duration.ofMinutes(1)),
                settings.flag("gateway.fallbackKeepsStatus", false),
                settings.flag("gateway.trustForwarded", false),
                LimitsConfig.from(settings, "gateway"));
    }

    private static List<String> autoFormats(Settings settings) {
        var formats =
                Arrays.stream(settings.text("gateway.autoFormats", "avif,webp").split(","))
                        .map(String::strip)
                        .filter(format -> !format.isEmpty())
                        .toList();
        formats.stream()
                .filter(format -> !FORMATS.contains(format))
                .forEach(format ->
                        settings.fault("gateway.autoFormats has no such format: " + format));
        return formats;
    }
}
