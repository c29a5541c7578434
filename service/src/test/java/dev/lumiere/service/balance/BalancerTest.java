package dev.lumiere.service.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class BalancerTest {
    private Instant now = Instant.EPOCH;
    private final Balancer balancer =
            new Balancer(BalancerConfig.inZone("a"), () -> now, new Random(1), () -> {});

    @Test
    void withNobodyThereNobodyIsChosen() {
        assertThat(balancer.pick(null, Set.of())).isNull();
        assertThat(balancer.pick("key", Set.of())).isNull();
    }

    @Test
    void whoFailsInARowIsLeftOutAndLetBackInLittleByLittle() {
        join("bad", "a");
        join("good", "a");
        now = now.plusSeconds(60);
        for (var i = 0; i < 5; i++) {
            end(pick(Set.of("good")), Outcome.FAILURE);
        }
        assertThat(share("bad")).isZero();

        now = now.plusSeconds(5);
        assertThat(share("bad")).isBetween(1, 500);
    }

    @Test
    void theLastOneIsCalledWhateverItDid() {
        join("only", "a");
        end(pick(Set.of()), Outcome.CONNECT_FAILURE);

        assertThat(pick(Set.of()).instance().id()).isEqualTo("only");
        assertThat(balancer.pick(null, Set.of("only"))).isNull();
    }

    @Test
    void anEjectedInstanceIsBetterThanNone() {
        join("bad", "a");
        join("good", "a");
        end(pick(Set.of("good")), Outcome.CONNECT_FAILURE);

        assertThat(pick(Set.of("good")).instance().id()).isEqualTo("bad");
    }

    @Test
    void whenMostOfTheOthersHaveLeftEjectionIsIgnored() {
        for (var id : new String[] {"a", "b", "c", "d"}) {
            join(id, "a");
        }
        end(pick(Set.of("b", "c", "d")), Outcome.CONNECT_FAILURE);
        end(pick(Set.of("a", "c", "d")), Outcome.CONNECT_FAILURE);
        assertThat(share("a") + share("b")).isZero();

        balancer.left(Nodes.instance("d", "a", Map.of()));
        assertThat(share("a")).isPositive();
    }

    @Test
    void newFactsAboutAnInstanceDoNotMakeItNew() {
        join("one", "a");
        var pick = pick(Set.of());
        balancer.joined(Nodes.instance("one", "b", Map.of("concurrency", "2")));
        end(pick, Outcome.SUCCESS);

        assertThat(pick(Set.of()).instance().zone()).isEqualTo("b");
    }

    @Test
    void aKeyStaysWithItsInstanceWhileThatOneIsWell() {
        for (var i = 0; i < 5; i++) {
            join("n" + i, "a");
        }
        var home = Objects.requireNonNull(balancer.pick("key", Set.of()));
        var id = home.instance().id();
        end(home, Outcome.CONNECT_FAILURE);
        var refuge = Objects.requireNonNull(balancer.pick("key", Set.of()));
        assertThat(refuge.instance().id()).isNotEqualTo(id);
        end(refuge, Outcome.SUCCESS);

        now = now.plusSeconds(5);
        balancer.completed(Objects.requireNonNull(balancer.pick(null, Set.of())), Outcome.SUCCESS);
        assertThat(Objects.requireNonNull(balancer.pick("key", Set.of())).instance().id())
                .isEqualTo(id);
    }

    @Test
    void manyThreadsLeaveTheBooksBalanced() throws Exception {
        for (var i = 0; i < 8; i++) {
            join("n" + i, i % 2 == 0 ? "a" : "b");
        }
        var work = new ArrayList<Future<?>>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var t = 0; t < 4; t++) {
                var random = new Random(t);
                work.add(threads.submit(() -> callAndChange(random)));
            }
        }
        for (var done : work) {
            done.get();
        }

        for (var i = 0; i < 100; i++) {
            var pick = pick(Set.of());
            assertThat(pick.node.inFlight.get()).isEqualTo(1);
            end(pick, Outcome.SUCCESS);
        }
    }

    private void callAndChange(Random random) {
        var outcomes = Outcome.values();
        for (var i = 0; i < 20_000; i++) {
            var key = random.nextInt(4) == 0 ? "k" + random.nextInt(50) : null;
            var pick = Objects.requireNonNull(balancer.pick(key, Set.of()));
            end(pick, outcomes[random.nextInt(outcomes.length)]);
            if (random.nextInt(1_000) == 0) {
                var id = "n" + random.nextInt(8);
                balancer.left(Nodes.instance(id, "a", Map.of()));
                join(id, "a");
            }
        }
    }

    private void join(String id, String zone) {
        balancer.joined(Nodes.instance(id, zone, Map.of()));
    }

    private Pick pick(Set<String> excluded) {
        return Objects.requireNonNull(balancer.pick(null, excluded));
    }

    private void end(Pick pick, Outcome outcome) {
        balancer.completed(pick, outcome);
    }

    /** How many of 1,000 calls, one after the other, it gets. */
    private int share(String id) {
        var counts = new HashMap<String, Integer>();
        for (var i = 0; i < 1_000; i++) {
            var pick = pick(Set.of());
            counts.merge(pick.instance().id(), 1, Integer::sum);
            end(pick, Outcome.SUCCESS);
        }
        return counts.getOrDefault(id, 0);
    }
}
