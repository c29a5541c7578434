package dev.lumiere.service.registry;

import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** How a query looks in a URL: {@code name=image&version=~%3E+1.2&zone=a}, every part optional. */
final class QueryParameters {
    private static final Set<String> NAMES =
            Set.of("username", "environment", "name", "version", "region", "zone");

    private QueryParameters() {}

    /** The parameters without a leading {@code ?}; empty for a query that matches all. */
    static String write(Query query) {
        var parameters = new StringJoiner("&");
        add(parameters, "username", query.username());
        add(parameters, "environment", query.environment());
        add(parameters, "name", query.name());
        add(parameters, "version", query.version() == null ? null : query.version().toString());
        add(parameters, "region", query.region());
        add(parameters, "zone", query.zone());
        return parameters.toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws WrongFields naming every parameter that is not known, repeated or wrong
     */
    static Query read(MultiMap parameters) {
        var faults = new WrongFields.Gatherer();
        for (var name : parameters.names()) {
            if (!NAMES.contains(name)) {
                faults.add(name, "is not a parameter of this resource");
            } else if (parameters.getAll(name).size() > 1) {
                faults.add(name, "is given twice");
            }
        }
        var text = parameters.get("version");
        var version =
                text == null ? null : faults.read("version", () -> VersionConstraint.parse(text));
        if (!faults.none()) {
            throw faults.toException();
        }
        return new Query(
                parameters.get("username"),
                parameters.get("environment"),
                parameters.get("name"),
                version,
                parameters.get("region"),
                parameters.get("zone"));
    }

    private static void add(StringJoiner parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
