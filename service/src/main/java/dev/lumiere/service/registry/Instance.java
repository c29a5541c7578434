package dev.lumiere.service.registry;

import java.util.List;
import java.util.Map;

/**
 * One running instance of a service, as the registry knows it.
 *
 * @param zone the failure domain it runs in, such as {@code a}
 * @param addresses where it listens, best first, at least one
 * @param metadata free facts, such as the operations a worker offers ({@code ops})
 */
public record Instance(
        Identity identity, String zone, List<Address> addresses, Map<String, String> metadata) {
    public Instance {
        addresses = List.copyOf(addresses);
        metadata = Map.copyOf(metadata);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address: " + identity);
        }
    }

    public String id() {
        return identity.id();
    }
}
