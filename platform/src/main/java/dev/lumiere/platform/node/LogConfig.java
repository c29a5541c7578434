package dev.lumiere.platform.node;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.kafka.KafkaLogConfig;
import dev.lumiere.eventlog.postgres.PostgresLogConfig;
import dev.lumiere.eventlog.retention.Retention;
import dev.lumiere.service.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the event log is kept.
 *
 * @param device what keeps it
 * @param partitions how many a new log has, for its life
 * @param address where other nodes pass appends on to: this node's control plane
 * @param backups where backups of a log in a folder are put
 * @param retention what is taken out of the log
 * @param archive where it is put before; null to let it go without
 * @param archived events in a file of the archive
 */
public record LogConfig(
        Device device,
        int partitions,
        String address,
        Path backups,
        List<Retention.Rule> retention,
        @Nullable Path archive,
        int archived) {
    static final int MAX_PARTITIONS = 1024;
    static final long RESERVE_BYTES = 64L << 20;
    private static final int PARTITIONS = 16;

    /** Of these the last says all, and is needed: how far consumers and notices are. */
    private static final List<String> LAST_ONLY = List.of("checkpoint", "storage.notices");

    private static final int ARCHIVED = 100_000;
    private static final Pattern BROKERS =
            Pattern.compile("[^/,\\s:]+:\\d{1,5}(,[^/,\\s:]+:\\d{1,5})*");
    private static final int MAX_REPLICAS = 15;

    /** What keeps a log. */
    public sealed interface Device {
        /**
         * A folder of this node alone.
         *
         * @param reserveBytes of its file system that are left free, as it needs some to go on
         */
        record Rocks(Path folder, long reserveBytes) implements Device {}

        /** A database that nodes share, such as {@code postgres://user@host/database}. */
        record Postgres(PostgresLogConfig config) implements Device {}

        /** Brokers that nodes share: {@code kafka://host:port,…/topic}. */
        record Kafka(KafkaLogConfig config) implements Device {}

        /** In a word. */
        default String word() {
            return switch (this) {
                case Rocks _ -> "rocks";
                case Postgres _ -> "postgres";
                case Kafka _ -> "kafka";
            };
        }
    }

    /**
     * Reads {@code log.…}.
     *
     * @param host where the control plane listens
     * @param port of it
     */
    public static LogConfig from(Settings settings, Path home, String host, int port) {
        var partitions = settings.integer("log.partitions", PARTITIONS, 1, MAX_PARTITIONS);
        var device = device(settings, home, partitions);
        var usual = Banner.url(host, port);
        var address = settings.text("log.address", usual);
        if (!isHttp(address)) {
            settings.fault("log.address is not http://host:port: " + address);
        } else if (port == 0 && address.equals(usual) && !(device instanceof Device.Rocks)) {
            settings.fault("log.address is needed where api.port is 0 and the log is shared");
        } else if (!(device instanceof Device.Rocks) && isEveryAddress(address)) {
            settings.fault("log.address is needed: nobody reaches this node at " + address);
        }
        return new LogConfig(
                device,
                partitions,
                address,
                Path.of(settings.text("log.backups", home.resolve("backups").toString()))
                        .toAbsolutePath()
                        .normalize(),
                rules(settings, device),
                archive(settings, device),
                settings.integer("log.archived", ARCHIVED, 1, 100_000_000));
    }

    /** {@code CATEGORY:last=N} or {@code CATEGORY:age=P30D}, or both with a slash between. */
    private static List<Retention.Rule> rules(Settings settings, Device device) {
        var keepsAll = device instanceof Device.Kafka;
        var text = settings.text("log.retention", "");
        if (text.isBlank()) {
            return keepsAll ? List.of() : LAST_ONLY.stream().map(LogConfig::last).toList();
        }
        if (keepsAll) {
            settings.fault(
                    "log.retention: nothing is taken out of a log on Kafka, since Kafka keeps what"
                            + " was written as it is; let what must be forgotten be personal data,"
                            + " whose keys are erased");
            return List.of();
        }
        var rules = new TreeMap<String, Retention.Rule>();
        for (var each : text.split(",", -1)) {
            try {
                var rule = rule(each.strip());
                if (rules.put(rule.category(), rule) != null) {
                    settings.fault("log.retention: two rules for " + rule.category());
                }
            } catch (IllegalArgumentException | DateTimeParseException e) {
                settings.fault(
                        "log.retention is not CATEGORY:last=N/age=P30D,…: %s (%s)"
                                .formatted(each, e.getMessage()));
            }
        }
        for (var category : LAST_ONLY) {
            if (rules.computeIfAbsent(category, LogConfig::last).keepLast() == null) {
                settings.fault(
                        "log.retention: the last of each %s is needed: add last=1"
                                .formatted(category));
            }
        }
        return List.copyOf(rules.values());
    }

    private static Retention.Rule last(String category) {
        return new Retention.Rule(category, null, 1);
    }

    private static Retention.Rule rule(String text) {
        var colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("no colon");
        }
        Duration age = null;
        Integer last = null;
        for (var part : text.substring(colon + 1).split("/", -1)) {
            if (part.startsWith("age=")) {
                age = Duration.parse(part.substring("age=".length()));
            } else if (part.startsWith("last=")) {
                last = Integer.valueOf(part.substring("last=".length()));
            } else {
                throw new IllegalArgumentException("neither age nor last: " + part);
            }
        }
        var category = new StreamId(text.substring(0, colon), "any").category();
        return new Retention.Rule(category, age, last);
    }

    private static @Nullable Path archive(Settings settings, Device device) {
        var text = settings.text("log.archive", "");
        if (!text.isBlank() && !(device instanceof Device.Rocks)) {
            settings.fault(
                    "log.archive: only a log in the node's own folder has one; nodes that share a"
                            + " log would not see what one of them has archived");
            return null;
        }
        return text.isBlank() ? null : Path.of(text).toAbsolutePath().normalize();
    }

    private static Device device(Settings settings, Path home, int partitions) {
        var text = settings.text("log.device", "rocks");
        var rocks = new Device.Rocks(folder(home), settings.bytes("log.reserve", RESERVE_BYTES));
        if (text.equals("rocks")) {
            return rocks;
        }
        if (text.startsWith("postgres://") || text.startsWith("postgresql://")) {
            try {
                return new Device.Postgres(PostgresLogConfig.parse(text, partitions));
            } catch (IllegalArgumentException e) {
                settings.fault("log.device: " + e.getMessage()); // without the password
                return rocks;
            }
        }
        if (text.startsWith("kafka://")) {
            var rest = text.substring("kafka://".length());
            var slash = rest.indexOf('/');
            if (slash > 0 && BROKERS.matcher(rest.substring(0, slash)).matches()) {
                try {
                    return new Device.Kafka(
                            KafkaLogConfig.of(
                                    rest.substring(0, slash),
                                    rest.substring(slash + 1),
                                    partitions,
                                    settings.integer("log.replicas", 3, 1, MAX_REPLICAS),
                                    home.resolve("eventlog-replica")));
                } catch (IllegalArgumentException e) {
                    settings.fault("log.device: " + e.getMessage());
                    return rocks;
                }
            }
            settings.fault("log.device is not kafka://host:port,…/topic");
            return rocks;
        }
        settings.fault(
                "log.device is none of rocks, postgres://… and kafka://…: "
                        + text.replaceFirst("(?s):.*", ":…")); // what follows may be a password
        return rocks;
    }

    /** Of a log that the node keeps itself. */
    public static Path folder(Path home) {
        return home.resolve("eventlog");
    }

    private static boolean isEveryAddress(String address) {
        var host = URI.create(address).getHost();
        return "0.0.0.0".equals(host) || "[::]".equals(host);
    }

    private static boolean isHttp(String text) {
        try {
            var uri = new URI(text);
            return "http".equals(uri.getScheme()) && uri.getHost() != null;
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
