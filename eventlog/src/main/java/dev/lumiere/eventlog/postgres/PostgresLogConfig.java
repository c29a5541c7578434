package dev.lumiere.eventlog.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which database a log is in, and how nodes share it.
 *
 * @param url of JDBC, without user and password
 * @param schema a name of its own in the database: {@code a-z}, digits and {@code _}, at most 40
 * @param partitions how many a new log has, 1 to 1024
 * @param lease how long a node that says nothing more keeps its partitions, at least 100 ms
 * @param poll how often others' events are looked for, at least 1 ms
 */
public record PostgresLogConfig(
        String url,
        String user,
        String password,
        String schema,
        int partitions,
        Duration lease,
        Duration poll) {
    private static final int MAX_PARTITIONS = 1024;
    private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]{0,39}");

    public PostgresLogConfig {
        if (!SCHEMA.matcher(schema).matches()) {
            throw new IllegalArgumentException("not a schema (a-z, 0-9, _): " + schema);
        }
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new IllegalArgumentException(
                    "partitions not in 1..%d: %d".formatted(MAX_PARTITIONS, partitions));
        }
        if (lease.toMillis() < 100) {
            throw new IllegalArgumentException("lease below 100 ms: " + lease);
        }
        if (poll.toMillis() < 1) {
            throw new IllegalArgumentException("poll below 1 ms: " + poll);
        }
    }

    /**
     * With a lease of 5 s and a poll each 20 ms.
     *
     * @param url {@code postgres://USER:PASSWORD@HOST:PORT/DATABASE/SCHEMA}; the schema may be left
     *     out, it is {@code lumiere_log} then
     * @throws IllegalArgumentException if it is something else
     */
    public static PostgresLogConfig parse(String url, int partitions) {
        try {
            var uri = new URI(url);
            var path = uri.getPath() == null ? "" : uri.getPath();
            var names = path.split("/", -1);
            var user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
            if (!isScheme(uri.getScheme())
                    || uri.getHost() == null
                    || names.length < 2
                    || names.length > 3
                    || names[1].isEmpty()) {
                throw new IllegalArgumentException(
                        "not postgres://USER:PASSWORD@HOST:PORT/DATABASE/SCHEMA: " + shown(url));
            }
            var colon = user.indexOf(':');
            return new PostgresLogConfig(
                    "jdbc:postgresql://%s:%d/%s"
                            .formatted(
                                    uri.getHost(),
                                    uri.getPort() < 0 ? 5432 : uri.getPort(),
                                    names[1]),
                    colon < 0 ? user : user.substring(0, colon),
                    colon < 0 ? "" : user.substring(colon + 1),
                    names.length == 3 ? names[2] : "lumiere_log",
                    partitions,
                    Duration.ofSeconds(5),
                    Duration.ofMillis(20));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL: " + shown(url), e);
        }
    }

    private static boolean isScheme(@Nullable String scheme) {
        return "postgres".equals(scheme) || "postgresql".equals(scheme);
    }

    /** Without the password. */
    private static String shown(String url) {
        return url.replaceFirst(":[^:@/]*@", ":…@");
    }

    @Override
    public String toString() {
        return url + " " + schema;
    }
}
