package dev.lumiere.service.balance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Who may be called at a moment, grouped by zone; made anew when somebody joins, leaves, is ejected
 * or let back in. Never changed, arrays included.
 */
final class Rotation {
    /** Of the members: another one when somebody joined or left. */
    final long epoch;

    final Node[] members;

    /** Those not ejected, or all in panic. */
    final Node[] eligible;

    /** When the next ejection ends. */
    final long until;

    /** Those eligible, by zone, the caller's own first; one group where zones play no part. */
    private final Node[][] zones;

    /** Of the calls, by zone. */
    private final double[] shares;

    Rotation(long epoch, Node[] members, Node[] eligible, long until, BalancerConfig config) {
        this.epoch = epoch;
        this.members = members;
        this.eligible = eligible;
        this.until = until;

        var byZone = new LinkedHashMap<String, List<Node>>();
        byZone.put(config.zone(), new ArrayList<>());
        for (var node : eligible) {
            byZone.computeIfAbsent(node.instance.zone(), _ -> new ArrayList<>()).add(node);
        }
        if (eligible.length < config.minZoneInstances() || byZone.size() == 1) {
            this.zones = new Node[][] {eligible};
            this.shares = new double[] {1};
        } else {
            this.zones =
                    byZone.values().stream()
                            .map(nodes -> nodes.toArray(Node[]::new))
                            .toArray(Node[][]::new);
            this.shares =
                    ZonePreference.shares(byZone.values().stream().mapToInt(List::size).toArray());
        }
    }

    /** Those of a zone drawn by its share; may be none. */
    Node[] ofSomeZone(RandomGenerator random) {
        if (shares[0] == 1) {
            return zones[0];
        }
        var drawn = random.nextDouble();
        for (var i = 0; i < shares.length; i++) {
            drawn -= shares[i];
            if (drawn < 0) {
                return zones[i];
            }
        }
        return eligible;
    }
}
