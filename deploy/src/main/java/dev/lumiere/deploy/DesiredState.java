package dev.lumiere.deploy;

import java.util.HashSet;
import java.util.List;

/**
 * What is to run on a node.
 *
 * @param services of distinct names
 */
public record DesiredState(List<ServiceSpec> services) {
    public static final DesiredState NOTHING = new DesiredState(List.of());

    public DesiredState {
        services = List.copyOf(services);
        var names = new HashSet<String>();
        for (var service : services) {
            if (!names.add(service.name())) {
                throw new IllegalArgumentException("service wanted twice: " + service.name());
            }
        }
    }
}
