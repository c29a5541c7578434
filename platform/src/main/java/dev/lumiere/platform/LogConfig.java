package dev.lumiere.platform;

import dev.lumiere.eventlog.postgres.PostgresLogConfig;
import dev.lumiere.service.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where the event log is kept.
 *
 * @param device what keeps it
 * @param partitions how many a new log has, for its life
 * @param address where other nodes pass appends on to: this node's control plane
 * @param backups where backups of a log in a folder are put
 */
record LogConfig(Device device, int partitions, String address, Path backups) {
    static final int MAX_PARTITIONS = 1024;
    private static final int PARTITIONS = 16;
    private static final Pattern BROKERS =
            Pattern.compile("[^/,\\s:]+:\\d{1,5}(,[^/,\\s:]+:\\d{1,5})*");
    private static final Pattern TOPIC = Pattern.compile("/[A-Za-z0-9._-]{1,249}");

    /** What keeps a log. */
    sealed interface Device {
        /** A folder of this node alone. */
        record Rocks(Path folder) implements Device {}

        /** A database that nodes share, such as {@code postgres://user@host/database}. */
        record Postgres(PostgresLogConfig config) implements Device {}

        /** Brokers that nodes share: {@code kafka://host:port,…/topic}. */
        record Kafka(String brokers, String topic) implements Device {}

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
    static LogConfig from(Settings settings, Path home, String host, int port) {
        var partitions = settings.integer("log.partitions", PARTITIONS, 1, MAX_PARTITIONS);
        var device = device(settings, home, partitions);
        var usual = Banner.url(host, port);
        var address = settings.text("log.address", usual);
        if (!isHttp(address)) {
            settings.fault("log.address is not http://host:port: " + address);
        } else if (port == 0 && address.equals(usual) && !(device instanceof Device.Rocks)) {
            settings.fault("log.address is needed where api.port is 0 and the log is shared");
        }
        return new LogConfig(
                device,
                partitions,
                address,
                Path.of(settings.text("log.backups", home.resolve("backups").toString()))
                        .toAbsolutePath()
                        .normalize());
    }

    private static Device device(Settings settings, Path home, int partitions) {
        var text = settings.text("log.device", "rocks");
        var rocks = new Device.Rocks(folder(home));
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
            if (slash > 0
                    && BROKERS.matcher(rest.substring(0, slash)).matches()
                    && TOPIC.matcher(rest.substring(slash)).matches()) {
                return new Device.Kafka(rest.substring(0, slash), rest.substring(slash + 1));
            }
            settings.fault("log.device is not kafka://host:port,…/topic: " + text);
            return rocks;
        }
        settings.fault(
                "log.device is none of rocks, postgres://… and kafka://…: "
                        + text.replaceFirst("//[^@]*@", "//…@"));
        return rocks;
    }

    /** Of a log that the node keeps itself. */
    static Path folder(Path home) {
        return home.resolve("eventlog");
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
