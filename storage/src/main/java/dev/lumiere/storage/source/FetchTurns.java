package dev.lumiere.storage.source;

import dev.lumiere.storage.source.FetchesWaiting.Waiting;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which fetches are under way, and whose is next. Accounts take turns in the order of their names,
 * each with the oldest it has. None has more than {@value #MOST_OF_ONE} of the {@value #AT_ONCE}
 * places, so that one whose sources are slow holds up no other.
 */
final class FetchTurns {
    static final int AT_ONCE = 16;
    static final int MOST_OF_ONE = 4;

    private final Map<UUID, String> underWay = new HashMap<>();
    private String last = "";

    /**
     * Gives a place to the next.
     *
     * @param due of each account the oldest first
     * @return null if there is no place for any of them
     */
    synchronized @Nullable Waiting begin(List<Waiting> due) {
        if (underWay.size() >= AT_ONCE) {
            return null;
        }
        var turns = turns();
        Waiting next = null;
        for (var each : due) {
            var isSooner = next == null || turns.compare(each.account(), next.account()) < 0;
            if (isSooner && !underWay.containsKey(each.id()) && hasPart(each.account())) {
                next = each;
            }
        }
        if (next != null) {
            underWay.put(next.id(), next.account());
            last = next.account();
        }
        return next;
    }

    private boolean hasPart(String account) {
        return underWay.values().stream().filter(account::equals).count() < MOST_OF_ONE;
    }

    /** Its place is free again. */
    synchronized void end(UUID id) {
        underWay.remove(id);
    }

    /**
     * How many begin before it, itself included, if each takes as long as another.
     *
     * @param waiting of each account the oldest first
     * @return 0 if it is under way, -1 if it is not among them
     */
    synchronized long ahead(UUID id, List<Waiting> waiting) {
        if (underWay.containsKey(id)) {
            return 0;
        }
        String account = null;
        var round = 0;
        var counts = new HashMap<String, Integer>();
        for (var each : waiting) {
            if (underWay.containsKey(each.id())) {
                continue;
            }
            var count = counts.merge(each.account(), 1, Integer::sum);
            if (each.id().equals(id)) {
                account = each.account();
                round = count;
            }
        }
        if (account == null) {
            return -1;
        }
        var turns = turns();
        var ahead = 0L;
        for (var each : counts.entrySet()) {
            var rounds = turns.compare(each.getKey(), account) <= 0 ? round : round - 1;
            ahead += Math.min(each.getValue(), rounds);
        }
        return ahead;
    }

    /** From the account behind the last one on, around to that one. */
    private Comparator<String> turns() {
        var from = last;
        return Comparator.<String, Boolean>comparing(account -> account.compareTo(from) <= 0)
                .thenComparing(Comparator.naturalOrder());
    }
}
