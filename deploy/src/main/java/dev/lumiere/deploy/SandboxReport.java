package dev.lumiere.deploy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What stands between an instance and the rest of the host, said plainly.
 *
 * @param inForce whether instances have no network and see no file but those given to them
 * @param isolation what sees to it, such as {@code bubblewrap 0.8.0}, or {@code none}
 * @param memory what holds the memory limit: {@code cgroup v1}, {@code cgroup v2} or {@code
 *     resident memory watched}
 * @param user who the instances run as, as the host sees it
 * @param limits every further limit in force
 * @param missing every protection that is not in force, with the reason
 */
public record SandboxReport(
        boolean inForce,
        String isolation,
        String memory,
        String user,
        List<String> limits,
        List<String> missing) {
    public SandboxReport {
        limits = List.copyOf(limits);
        missing = List.copyOf(missing);
    }

    public JsonObject json() {
        return JsonObject.of(
                "inForce",
                inForce,
                "isolation",
                isolation,
                "memory",
                memory,
                "user",
                user,
                "limits",
                new JsonArray(limits),
                "missing",
                new JsonArray(missing));
    }
}
