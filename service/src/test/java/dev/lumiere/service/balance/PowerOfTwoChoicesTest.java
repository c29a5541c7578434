package dev.lumiere.service.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PowerOfTwoChoicesTest {
    private final PowerOfTwoChoices choices = new PowerOfTwoChoices(new SplittableRandom(1));

    @Test
    void theDearestIsNeverChosen() {
        var nodes = Nodes.nodes(4);
        for (var node : nodes) {
            node.latency.observe(1_000, 0);
        }
        nodes[2].latency.observe(2_000, 0);

        for (var i = 0; i < 1_000; i++) {
            assertThat(choices.choose(nodes, 0)).isNotSameAs(nodes[2]);
        }
    }

    @Test
    void equalsAreChosenEquallyOften() {
        var nodes = Nodes.nodes(4);
        var counts = new HashMap<Node, Integer>();
        for (var i = 0; i < 8_000; i++) {
            counts.merge(choices.choose(nodes, 0), 1, Integer::sum);
        }

        assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(1_800, 2_200));
    }

    @Test
    void whoHasNeverAnsweredIsTriedWithOneCallAtATime() {
        var nodes = Nodes.nodes(2);
        nodes[0].latency.observe(1_000_000_000, 0);
        assertThat(choices.choose(nodes, 0)).isSameAs(nodes[1]);

        nodes[1].inFlight.incrementAndGet();
        nodes[0].inFlight.set(100);
        assertThat(choices.choose(nodes, 0)).isSameAs(nodes[0]);
    }

    @Test
    void moreSlotsCarryMoreCalls() {
        var large =
                new Node(
                        Nodes.instance("large", "a", Map.of("concurrency", "4")),
                        new PeakEwma(Duration.ofSeconds(10)),
                        new SlowStart(Duration.ZERO),
                        0);
        var small =
                new Node(
                        Nodes.instance("small", "a", Map.of("concurrency", "2")),
                        new PeakEwma(Duration.ofSeconds(10)),
                        new SlowStart(Duration.ZERO),
                        0);
        large.latency.observe(1_000, 0);
        small.latency.observe(1_000, 0);

        for (var i = 0; i < 60; i++) {
            choices.choose(new Node[] {large, small}, 0).inFlight.incrementAndGet();
        }

        assertThat(large.inFlight.get()).isEqualTo(40);
        assertThat(small.inFlight.get()).isEqualTo(20);
    }
}
