package dev.lumiere.eventlog.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A schema of a database, and who uses it.
 *
 * @param url of JDBC, without user and password
 * @param schema a name of its own in the database: {@code a-z}, digits and {@code _}, at most 40
 */
public record PostgresDatabase(String url, String user, String password, String schema) {
    private static final int PORT = 5432;
    private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]{0,39}");

    public PostgresDatabase {
        if (!SCHEMA.matcher(schema).matches()) {
            throw new IllegalArgumentException("not a schema (a-z, 0-9, _): " + schema);
        }
    }

    /**
     * Reads a URL.
     *
     * @param url {@code postgres://USER:PASSWORD@HOST:PORT/DATABASE/SCHEMA}; the schema may be left
     *     out, it is {@code lumiere_log} then. What follows a question mark, such as {@code
     *     sslmode=verify-full}, is for the driver
     * @throws IllegalArgumentException if it is something else
     */
    public static PostgresDatabase parse(String url) {
        try {
            var uri = new URI(url);
            var path = uri.getRawPath() == null ? "" : uri.getRawPath();
            var names = path.split("/", -1);
            var user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
            if (!isScheme(uri.getScheme())
                    || uri.getHost() == null
                    || uri.getRawFragment() != null
                    || names.length < 2
                    || names.length > 3
                    || names[1].isEmpty()) {
                throw new IllegalArgumentException(
                        "not postgres://USER:PASSWORD@HOST:PORT/DATABASE/SCHEMA: " + shown(url));
            }
            var colon = user.indexOf(':');
            return new PostgresDatabase(
                    "jdbc:postgresql://%s:%d/%s%s"
                            .formatted(
                                    uri.getHost(),
                                    uri.getPort() < 0 ? PORT : uri.getPort(),
                                    names[1],
                                    uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()),
                    colon < 0 ? user : user.substring(0, colon),
                    colon < 0 ? "" : user.substring(colon + 1),
                    names.length == 3 ? names[2] : "lumiere_log");
        } catch (URISyntaxException _) { // whose message says the whole
            throw new IllegalArgumentException("not a URL: " + shown(url));
        }
    }

    private static boolean isScheme(@Nullable String scheme) {
        return "postgres".equals(scheme) || "postgresql".equals(scheme);
    }

    /** Without the password, whatever is in it. */
    private static String shown(String url) {
        return url.replaceFirst("//.*@", "//…@").replaceFirst("\\?.*", "?…");
    }

    /** With the schema's name, quoted, in the place of <code>{s}</code>. */
    public String sql(String text) {
        return text.replace("{s}", '"' + schema + '"');
    }

    @Override
    public String toString() {
        return url.replaceFirst("\\?.*", "") + " " + schema;
    }
}
