package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.EventLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Which nodes have which partitions of the catalog: who owns one in the log, as it decides what
 * comes into it, and of the others that own any those whom rendezvous hashing puts first. So all
 * nodes that know the owners know the rest, and little moves when a node comes or goes.
 *
 * @param copies nodes that have each partition, at least 1, as far as there are so many
 * @see <a href="https://doi.org/10.1109/90.663936">Thaler and Ravishankar, Using Name-Based
 *     Mappings to Increase Hit Rates (1998)</a>
 */
record Placement(EventLog log, int copies) {
    Placement {
        if (copies < 1) {
            throw new IllegalArgumentException("copies of a partition below 1: " + copies);
        }
    }

    /** Addresses of the nodes that should have a partition, the owner first if it is known. */
    List<String> holders(int partition) throws IOException {
        var nodes = nodes(partition);
        return nodes.subList(0, Math.min(copies, nodes.size()));
    }

    /** The same, and behind them all others that own any. */
    List<String> nodes(int partition) throws IOException {
        var nodes = new TreeSet<String>();
        for (var each = 0; each < log.partitions(); each++) {
            var owner = log.owner(each);
            if (owner != null) {
                nodes.add(owner);
            }
        }
        var holders = new ArrayList<String>(nodes);
        var owner = log.owner(partition);
        holders.sort(
                Comparator.comparing((String node) -> !node.equals(owner))
                        .thenComparingLong(node -> weight(node, partition)));
        return List.copyOf(holders);
    }

    /** Evenly spread, the same in every process: the finalizer of SplitMix64. */
    private static long weight(String node, int partition) {
        var mixed = node.hashCode() * 0x9e3779b97f4a7c15L + partition;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
