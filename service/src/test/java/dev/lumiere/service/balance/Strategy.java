package dev.lumiere.service.balance;

import dev.lumiere.service.registry.Instance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** How a simulated caller chooses; the usual ways, to compare with ours. */
interface Strategy {
    void joined(Instance instance);

    /**
     * Chooses.
     *
     * @return null if everybody is excluded
     */
    @Nullable Choice pick(Set<String> excluded);

    /** A chosen instance, and who is to be told how the call went. */
    record Choice(Instance instance, BiConsumer<Outcome, Instance> over) {
        void over(Outcome outcome) {
            over.accept(outcome, instance);
        }
    }

    final class RoundRobin implements Strategy {
        private final List<Instance> all = new ArrayList<>();
        private long next;

        @Override
        public void joined(Instance instance) {
            all.add(instance);
        }

        @Override
        public @Nullable Choice pick(Set<String> excluded) {
            for (var i = 0; i < all.size(); i++) {
                var instance = all.get((int) (next++ % all.size()));
                if (!excluded.contains(instance.id())) {
                    return new Choice(instance, (_, _) -> {});
                }
            }
            return null;
        }
    }

    final class Random implements Strategy {
        private final Simulation world;
        private final List<Instance> all = new ArrayList<>();

        Random(Simulation world) {
            this.world = world;
        }

        @Override
        public void joined(Instance instance) {
            all.add(instance);
        }

        @Override
        public @Nullable Choice pick(Set<String> excluded) {
            var from = all.stream().filter(i -> !excluded.contains(i.id())).toList();
            return from.isEmpty()
                    ? null
                    : new Choice(from.get(world.random.nextInt(from.size())), (_, _) -> {});
        }
    }

    /** Power of two choices over calls in flight, as Envoy and nginx offer it. */
    final class LeastRequest implements Strategy {
        private final Simulation world;
        private final List<Instance> all = new ArrayList<>();
        private final Map<String, Integer> inFlight = new HashMap<>();

        LeastRequest(Simulation world) {
            this.world = world;
        }

        @Override
        public void joined(Instance instance) {
            all.add(instance);
            inFlight.put(instance.id(), 0);
        }

        @Override
        public @Nullable Choice pick(Set<String> excluded) {
            var from = all.stream().filter(i -> !excluded.contains(i.id())).toList();
            if (from.isEmpty()) {
                return null;
            }
            var a = from.get(world.random.nextInt(from.size()));
            var b = from.get(world.random.nextInt(from.size()));
            var chosen = calls(a) <= calls(b) ? a : b;
            inFlight.merge(chosen.id(), 1, Integer::sum);
            return new Choice(chosen, (_, i) -> inFlight.merge(i.id(), -1, Integer::sum));
        }

        private int calls(Instance instance) {
            return inFlight.getOrDefault(instance.id(), 0);
        }
    }

    final class Lumiere implements Strategy {
        private final Balancer balancer;

        Lumiere(Simulation world, String zone) {
            balancer =
                    new Balancer(
                            BalancerConfig.inZone(zone), world::instant, world.random, () -> {});
        }

        @Override
        public void joined(Instance instance) {
            balancer.joined(instance);
        }

        @Override
        public @Nullable Choice pick(Set<String> excluded) {
            var pick = balancer.pick(null, excluded);
            return pick == null
                    ? null
                    : new Choice(
                            pick.instance(), (outcome, _) -> balancer.completed(pick, outcome));
        }
    }
}
