package dev.lumiere.eventlog.postgres;

import java.net.URI;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Whether nodes that share a log publish addresses at which they reach each other. Of two with the
 * same address one may be what a node was before it was killed and started again; it is another
 * node, for certain, once it has said again that it lives.
 */
final class Neighbours {
    private final UUID self;
    private final String address;
    private final Map<UUID, OffsetDateTime> firstSeen = new HashMap<>();
    private final Set<UUID> told = new HashSet<>();

    /** What is known of who was there before with the same address. */
    enum Elder {
        NONE,
        UNCERTAIN,
        LIVES
    }

    /**
     * Of a node.
     *
     * @param address that it publishes; empty if it takes nothing from others
     */
    Neighbours(UUID self, String address) {
        this.self = self;
        this.address = address;
    }

    /**
     * Whether a node has this one's address.
     *
     * @param living before this one joined
     */
    Elder elder(List<LeaseTable.Node> living) {
        var found = Elder.NONE;
        for (var each : living) {
            if (isSameAddress(each)) {
                if (hasRenewed(each)) {
                    return Elder.LIVES;
                }
                found = Elder.UNCERTAIN;
            }
        }
        return found;
    }

    /** What is wrong, each thing once. */
    List<String> complaints(List<LeaseTable.Node> living) {
        var ids = living.stream().map(LeaseTable.Node::id).toList();
        told.retainAll(ids);
        firstSeen.keySet().retainAll(ids);
        var complaints = new ArrayList<String>();
        for (var each : living) {
            if (each.id().equals(self) || address.isEmpty() || each.address().isEmpty()) {
                continue;
            }
            if (isSameAddress(each)) {
                if (hasRenewed(each) && told.add(each.id())) {
                    complaints.add(
                            "another node publishes the address %s too: give each node its own log.address"
                                    .formatted(address));
                }
            } else if (isLoopback(each.address()) != isLoopback(address) && told.add(each.id())) {
                complaints.add(
                        "the nodes at %s and %s cannot both reach each other: give each a log.address that all reach"
                                .formatted(address, each.address()));
            }
        }
        return complaints;
    }

    private boolean isSameAddress(LeaseTable.Node other) {
        return !address.isEmpty() && other.address().equals(address);
    }

    private boolean hasRenewed(LeaseTable.Node other) {
        var first = firstSeen.putIfAbsent(other.id(), other.expires());
        return first != null && other.expires().isAfter(first);
    }

    /** By its name; no other is looked up. */
    static boolean isLoopback(String address) {
        try {
            var host = URI.create(address).getHost();
            return host != null
                    && (host.equals("localhost")
                            || host.matches("127(\\.\\d{1,3}){3}")
                            || host.equals("[::1]"));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
