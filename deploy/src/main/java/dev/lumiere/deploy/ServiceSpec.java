package dev.lumiere.deploy;

import dev.lumiere.service.registry.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One service that is to run, and how.
 *
 * @param name lower-case letters, digits and hyphens, at most 40
 * @param command the program by its absolute path, and its arguments
 * @param environment all that the process finds in its environment, besides what the runtime sets
 *     ({@code LUMIERE_WORKER_LISTEN}, {@code LUMIERE_WORKER_SOURCE}, locale, path, scratch folder)
 * @param instances 0 to 1024, spread evenly over the zones
 * @param zones at least one; named as services are, at most 32 letters
 * @param memoryMaxBytes of one instance with everything it starts, at least 1 MiB
 * @param readOnlyPaths absolute; files and folders outside {@code /usr} that the process may read:
 *     its jars, its JDK, its libraries
 * @param readyWithin from start to the first 200 of {@code /ready}; over it the instance is killed
 * @param stopWithin from SIGTERM to SIGKILL
 */
public record ServiceSpec(
        String name,
        Version version,
        List<String> command,
        Map<String, String> environment,
        int instances,
        List<String> zones,
        long memoryMaxBytes,
        List<Path> readOnlyPaths,
        Duration readyWithin,
        Duration stopWithin) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern ZONE = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final long MIN_MEMORY_BYTES = 1L << 20;

    public ServiceSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        zones = List.copyOf(zones);
        readOnlyPaths = List.copyOf(readOnlyPaths);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not the name of a service: " + name);
        }
        if (command.isEmpty() || !Path.of(command.getFirst()).isAbsolute()) {
            throw new IllegalArgumentException(
                    "command of " + name + " starts with no absolute path: " + command);
        }
        if (instances < 0 || instances > 1024) {
            throw new IllegalArgumentException(
                    "instances of " + name + " not in 0..1024: " + instances);
        }
        if (zones.isEmpty() || new HashSet<>(zones).size() != zones.size()) {
            throw new IllegalArgumentException(
                    "zones of " + name + " are none or not distinct: " + zones);
        }
        for (var zone : zones) {
            if (!ZONE.matcher(zone).matches()) {
                throw new IllegalArgumentException("not the name of a zone: " + zone);
            }
        }
        if (memoryMaxBytes < MIN_MEMORY_BYTES) {
            throw new IllegalArgumentException(
                    "memory of " + name + " under 1 MiB: " + memoryMaxBytes);
        }
        for (var path : readOnlyPaths) {
            if (!path.isAbsolute() || path.normalize().getNameCount() == 0) {
                throw new IllegalArgumentException("not an absolute path below /: " + path);
            }
        }
        if (!readyWithin.isPositive() || !stopWithin.isPositive()) {
            throw new IllegalArgumentException("a time of " + name + " is not positive");
        }
    }

    /** As this, with another number of instances. */
    public ServiceSpec withInstances(int number) {
        return new ServiceSpec(
                name,
                version,
                command,
                environment,
                number,
                zones,
                memoryMaxBytes,
                readOnlyPaths,
                readyWithin,
                stopWithin);
    }

    /** Whether a process started for {@code other} does for this as well. */
    boolean runsAs(ServiceSpec other) {
        return withInstances(1).withZonesOf(other).equals(other.withInstances(1));
    }

    private ServiceSpec withZonesOf(ServiceSpec other) {
        return new ServiceSpec(
                name,
                version,
                command,
                environment,
                instances,
                other.zones,
                memoryMaxBytes,
                readOnlyPaths,
                readyWithin,
                stopWithin);
    }
}
