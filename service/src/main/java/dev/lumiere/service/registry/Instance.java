package dev.lumiere.service.registry;

import java.util.List;
import java.util.Map;

/**
 * One running instance of a service, as the registry knows it.
 *
 * @param zone the failure domain it runs in, such as {@code a}
 * @param addresses where it listens, best first, 1 to {@value #MAX_ADDRESSES}
 * @param metadata free facts, such as the operations a worker offers ({@code ops}); keys and values
 *     together at most {@value #MAX_METADATA_BYTES} bytes of UTF-8
 */
public record Instance(
        Identity identity, String zone, List<Address> addresses, Map<String, String> metadata) {
    public static final int MAX_ADDRESSES = 16;
    public static final int MAX_METADATA_BYTES = 16 * 1024;

    public Instance {
        Text.requireName("zone", zone);
        requireAddresses(addresses);
        requireMetadata(metadata);
        addresses = List.copyOf(addresses);
        metadata = Map.copyOf(metadata);
    }

    public String id() {
        return identity.id();
    }

    static void requireAddresses(List<Address> addresses) {
        if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
            throw new IllegalArgumentException(
                    "addresses not 1 to " + MAX_ADDRESSES + ": " + addresses.size());
        }
    }

    static void requireMetadata(Map<String, String> metadata) {
        var bytes = 0L;
        for (var fact : metadata.entrySet()) {
            bytes += Text.utf8Bytes("metadata", fact.getKey());
            bytes += Text.utf8Bytes("metadata", fact.getValue());
        }
        if (bytes > MAX_METADATA_BYTES) {
            throw new IllegalArgumentException(
                    "metadata takes " + bytes + " bytes, more than " + MAX_METADATA_BYTES);
        }
    }
}
