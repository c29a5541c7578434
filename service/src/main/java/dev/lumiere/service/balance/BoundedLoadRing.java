package dev.lumiere.service.balance;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls with the same key to the same instance, as long as that one carries no more than its
 * share of all calls under way times a factor; then to the next on the ring. When an instance comes
 * or goes, only the keys it gains or loses move.
 *
 * <pre>an instance is full at ⌈factor · (m + 1) · slots / all slots⌉ of m calls under way</pre>
 *
 * @see <a href="https://arxiv.org/abs/1608.01350">Mirrokni, Thorup, Zadimoghaddam: Consistent
 *     Hashing with Bounded Loads (2017)</a>
 */
final class BoundedLoadRing {
    private static final int POINTS_PER_INSTANCE = 160;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Node[] nodes;
    private final long[] points;
    private final Node[] owners;
    private final double factor;

    BoundedLoadRing(Node[] nodes, double factor) {
        this.nodes = nodes;
        this.factor = factor;
        record Point(long at, Node owner) {}
        var all = new Point[nodes.length * POINTS_PER_INSTANCE];
        for (var i = 0; i < nodes.length; i++) {
            var seed = hash(nodes[i].instance.id());
            for (var k = 0; k < POINTS_PER_INSTANCE; k++) {
                all[i * POINTS_PER_INSTANCE + k] = new Point(mix(seed + k * GOLDEN), nodes[i]);
            }
        }
        Arrays.sort(all, (a, b) -> Long.compare(a.at, b.at));
        points = new long[all.length];
        owners = new Node[all.length];
        for (var i = 0; i < all.length; i++) {
            points[i] = all[i].at;
            owners[i] = all[i].owner;
        }
    }

    /**
     * The first instance from the key on that is in rotation and not full; if all of those are
     * full, the first that is in rotation.
     *
     * @param excluded ids of instances that are not to be chosen
     * @return null if none is in rotation
     */
    @Nullable Node choose(String key, Set<String> excluded) {
        if (points.length == 0) {
            return null;
        }
        var found = Arrays.binarySearch(points, hash(key));
        var start = found >= 0 ? found : -found - 1;
        var load = -1L;
        var slots = 0L;
        Node first = null;
        Node last = null;
        for (var i = 0; i < owners.length; i++) {
            var at = start + i;
            var node = owners[at >= owners.length ? at - owners.length : at];
            if (node == last || node.outOfRotation || excluded.contains(node.instance.id())) {
                continue;
            }
            last = node;
            if (first == null) {
                first = node;
            }
            var own = node.inFlight.get();
            if (own == 0) {
                return node;
            }
            if (load < 0) {
                load = 0;
                for (var n : nodes) {
                    load += n.inFlight.get();
                    slots += n.outOfRotation ? 0 : n.slots;
                }
            }
            var full = Math.ceil(factor * (load + 1.0) * node.slots / slots);
            if (own < full) {
                return node;
            }
        }
        return first;
    }

    private static long hash(String text) {
        var h = 0xCBF29CE484222325L; // FNV-1a, over UTF-16 units
        for (var i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001B3L;
        }
        return mix(h);
    }

    /** The finalizer of MurmurHash3. */
    private static long mix(long h) {
        h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
        h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return h ^ (h >>> 33);
    }
}
