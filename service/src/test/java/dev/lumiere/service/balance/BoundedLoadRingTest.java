package dev.lumiere.service.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundedLoadRingTest {
    private static final int KEYS = 10_000;

    @Test
    void keysSpreadOverAllInstances() {
        var ring = new BoundedLoadRing(Nodes.nodes(10), 1.25);
        var counts = new HashMap<String, Integer>();
        for (var i = 0; i < KEYS; i++) {
            counts.merge(owner(ring, i, Set.of()), 1, Integer::sum);
        }

        assertThat(counts).hasSize(10);
        assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(700, 1_300));
    }

    @Test
    void whenAnInstanceGoesOnlyItsKeysMove() {
        var nodes = Nodes.nodes(10);
        var before = new BoundedLoadRing(nodes, 1.25);
        var after = new BoundedLoadRing(Arrays.copyOf(nodes, 9), 1.25);

        for (var i = 0; i < KEYS; i++) {
            var owner = owner(before, i, Set.of());
            if (owner.equals("n9")) {
                assertThat(owner(after, i, Set.of())).isEqualTo(owner(before, i, Set.of("n9")));
            } else {
                assertThat(owner(after, i, Set.of())).isEqualTo(owner);
            }
        }
    }

    @Test
    void aHotKeyLoadsNobodyAboveTheBound() {
        var nodes = Nodes.nodes(4);
        var ring = new BoundedLoadRing(nodes, 1.25);

        for (var calls = 1; calls <= 400; calls++) {
            Objects.requireNonNull(ring.choose("hot", Set.of())).inFlight.incrementAndGet();
            var most = (long) Math.ceil(1.25 * calls / 4);
            assertThat(nodes)
                    .allSatisfy(n -> assertThat(n.inFlight.get()).isLessThanOrEqualTo(most));
        }
    }

    @Test
    void loadsBeyondAnIntAreNoTrouble() {
        var nodes = Nodes.nodes(2);
        for (var node : nodes) {
            node.inFlight.set(3L * Integer.MAX_VALUE);
        }

        assertThat(new BoundedLoadRing(nodes, 1.25).choose("key", Set.of())).isNotNull();
    }

    @Test
    void whoIsOutOfRotationIsPassedOver() {
        var nodes = Nodes.nodes(2);
        var ring = new BoundedLoadRing(nodes, 1.25);
        nodes[0].outOfRotation = true;

        assertThat(ring.choose("key", Set.of())).isSameAs(nodes[1]);
        assertThat(ring.choose("key", Set.of("n1"))).isNull();
    }

    private static String owner(BoundedLoadRing ring, int key, Set<String> excluded) {
        return Objects.requireNonNull(ring.choose("key-" + key, excluded)).instance.id();
    }
}
