package dev.lumiere.service.balance;

import dev.lumiere.service.registry.Instance;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chooses the instance for each call. Any thread may use it. */
public final class Balancer {
    private final RandomGenerator random;
    private volatile Node[] nodes = {};

    /**
     * Starts with no instances.
     *
     * @param random safe for use by several threads
     */
    public Balancer(BalancerConfig config, InstantSource clock, RandomGenerator random) {
        this.random = random;
    }

    /** Adds an instance, or changes the facts about one. */
    public synchronized void joined(Instance instance) {
        left(instance);
        var next = Arrays.copyOf(nodes, nodes.length + 1);
        next[nodes.length] = new Node(instance);
        nodes = next;
    }

    /** Removes an instance; calls under way to it may still be completed. */
    public synchronized void left(Instance instance) {
        nodes =
                Arrays.stream(nodes)
                        .filter(n -> !n.instance.id().equals(instance.id()))
                        .toArray(Node[]::new);
    }

    /**
     * Chooses an instance.
     *
     * @param excluded ids of instances that are not to be chosen
     * @return null if there is none
     */
    public @Nullable Pick pick(@Nullable String affinityKey, Set<String> excluded) {
        var from =
                excluded.isEmpty()
                        ? nodes
                        : Arrays.stream(nodes)
                                .filter(n -> !excluded.contains(n.instance.id()))
                                .toArray(Node[]::new);
        if (from.length == 0) {
            return null;
        }
        var a = from[random.nextInt(from.length)];
        var b = from[random.nextInt(from.length)];
        var chosen = a.inFlight.get() <= b.inFlight.get() ? a : b;
        chosen.inFlight.incrementAndGet();
        return new Pick(chosen);
    }

    /** The call is over. */
    public void completed(Pick pick, Outcome outcome, long latencyNanos) {
        pick.node.inFlight.decrementAndGet();
    }
}
