package dev.lumiere.service.balance;

import dev.lumiere.service.registry.Instance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the instance for each call: with an affinity key by {@link BoundedLoadRing}, otherwise a
 * zone by {@link ZonePreference} and in it an instance by {@link PowerOfTwoChoices} over {@link
 * PeakEwma} latency times calls in flight, with {@link SlowStart} for new ones and {@link
 * OutlierDetector} against failing ones. Any thread may use it; choosing takes no lock.
 */
public final class Balancer {
    /** A failure costs as much as a call this many times as slow. */
    private static final int FAILURE_FACTOR = 2;

    /** The most a failure may cost, so that the average stays finite. */
    private static final long MAX_COST_NANOS = Duration.ofMinutes(10).toNanos();

    private final BalancerConfig config;
    private final InstantSource clock;
    private final Instant start;
    private final RandomGenerator random;
    private final SlowStart slowStart;
    private final OutlierDetector outliers;
    private final PowerOfTwoChoices choices;
    private final Runnable onEjection;

    /** Held to change the rotation. */
    private final ReentrantLock changing = new ReentrantLock();

    private volatile Rotation rotation;
    private volatile @Nullable Ring ring;

    /** Made for one set of members. */
    private record Ring(long epoch, BoundedLoadRing points) {}

    /**
     * Starts with no instances.
     *
     * @param random safe for use by several threads
     * @param onEjection told of each ejection
     */
    public Balancer(
            BalancerConfig config,
            InstantSource clock,
            RandomGenerator random,
            Runnable onEjection) {
        this.config = config;
        this.clock = clock;
        this.start = clock.instant();
        this.random = random;
        this.slowStart = new SlowStart(config.slowStart());
        this.outliers =
                new OutlierDetector(
                        config.consecutiveFailures(),
                        config.baseEjection(),
                        config.maxEjection(),
                        config.maxEjectedShare());
        this.choices = new PowerOfTwoChoices(random);
        this.onEjection = onEjection;
        this.rotation = new Rotation(0, new Node[0], new Node[0], Long.MAX_VALUE, config);
    }

    /** Adds an instance, or changes the facts about one. */
    public void joined(Instance instance) {
        changing.lock();
        try {
            var members = rotation.members;
            for (var i = 0; i < members.length; i++) {
                if (members[i].instance.id().equals(instance.id())) {
                    var changed = members.clone();
                    changed[i] = new Node(instance, members[i]);
                    rotate(changed, rotation.epoch + 1);
                    return;
                }
            }
            var more = Arrays.copyOf(members, members.length + 1);
            more[members.length] =
                    new Node(instance, new PeakEwma(config.latencyDecay()), slowStart, now());
            rotate(more, rotation.epoch + 1);
        } finally {
            changing.unlock();
        }
    }

    /** Removes an instance; calls under way to it may still be completed. */
    public void left(Instance instance) {
        changing.lock();
        try {
            rotate(
                    Arrays.stream(rotation.members)
                            .filter(node -> !node.instance.id().equals(instance.id()))
                            .toArray(Node[]::new),
                    rotation.epoch + 1);
        } finally {
            changing.unlock();
        }
    }

    /**
     * Chooses an instance. One that is ejected is chosen only if there is no other.
     *
     * @param excluded ids of instances that are not to be chosen
     * @return null if there is none; otherwise to be {@link #completed}
     */
    public @Nullable Pick pick(@Nullable String affinityKey, Set<String> excluded) {
        var now = now();
        var current = rotation;
        if (now >= current.until) {
            current = pardoned(now);
        }
        var node =
                affinityKey == null
                        ? byLoad(current, excluded, now)
                        : ringOf(current).choose(affinityKey, excluded);
        if (node == null) {
            node = anyOf(current.members, excluded, now);
        }
        if (node == null) {
            return null;
        }
        node.inFlight.incrementAndGet();
        return new Pick(node, now);
    }

    /** In a zone; elsewhere only if that costs less than to wait for a slot there. */
    private @Nullable Node byLoad(Rotation current, Set<String> excluded, long now) {
        var near = anyOf(current.ofSomeZone(random), excluded, now);
        if (near != null && !near.full()) {
            return near;
        }
        var any = anyOf(current.eligible, excluded, now);
        return near == null || (any != null && any.cost(now) < near.cost(now)) ? any : near;
    }

    private @Nullable Node anyOf(Node[] nodes, Set<String> excluded, long now) {
        var from =
                excluded.isEmpty()
                        ? nodes
                        : Arrays.stream(nodes)
                                .filter(node -> !excluded.contains(node.instance.id()))
                                .toArray(Node[]::new);
        return from.length == 0 ? null : choices.choose(from, now);
    }

    /** The call is over; how long it took is told by the clock. */
    public void completed(Pick pick, Outcome outcome) {
        var node = pick.node;
        node.inFlight.decrementAndGet();
        var now = now();
        var took = now - pick.at;
        switch (outcome) {
            case SUCCESS -> {
                node.latency.observe(took, now);
                outliers.succeeded(node.conduct);
            }
            case FAILURE, CONNECT_FAILURE -> {
                var known = node.latency.nanos(false, now);
                var cost = FAILURE_FACTOR * Math.max((double) took, known);
                node.latency.observe(Math.min(MAX_COST_NANOS, (long) cost), now);
                if (outliers.failed(node.conduct, outcome != Outcome.CONNECT_FAILURE)) {
                    eject(node, now);
                }
            }
            case CANCELLED -> {
                // It would have taken at least as long.
                if (took > node.latency.nanos(false, now)) {
                    node.latency.observe(took, now);
                }
            }
        }
    }

    private void eject(Node node, long now) {
        changing.lock();
        try {
            var members = rotation.members;
            var ejected = 0;
            for (var member : members) {
                ejected += member.conduct.ejected() ? 1 : 0;
            }
            if (!node.conduct.ejected() && outliers.mayEject(ejected, members.length)) {
                outliers.eject(node.conduct, now);
                onEjection.run();
                rotate(members, rotation.epoch);
            }
        } finally {
            changing.unlock();
        }
    }

    /** Lets back in whose ejection is over; whoever comes meanwhile goes on with what there is. */
    private Rotation pardoned(long now) {
        if (!changing.tryLock()) {
            return rotation;
        }
        try {
            for (var node : rotation.members) {
                if (outliers.pardon(node.conduct, now)) {
                    node.startedAt = now;
                }
            }
            rotate(rotation.members, rotation.epoch);
            return rotation;
        } finally {
            changing.unlock();
        }
    }

    private void rotate(Node[] members, long epoch) {
        var ejected = 0;
        var until = Long.MAX_VALUE;
        for (var node : members) {
            if (node.conduct.ejected()) {
                ejected++;
                until = Math.min(until, node.conduct.ejectedUntil());
            }
        }
        var panic = outliers.panic(ejected, members.length);
        for (var node : members) {
            node.outOfRotation = !panic && node.conduct.ejected();
        }
        var eligible =
                Arrays.stream(members).filter(node -> !node.outOfRotation).toArray(Node[]::new);
        rotation = new Rotation(epoch, members, eligible, until, config);
    }

    /** Made when first needed after a change of members: most services have no affinity calls. */
    private BoundedLoadRing ringOf(Rotation current) {
        var known = ring;
        if (known == null || known.epoch != current.epoch) {
            var points = new BoundedLoadRing(current.members, config.affinityLoadFactor());
            known = new Ring(current.epoch, points);
            ring = known;
        }
        return known.points;
    }

    private long now() {
        var instant = clock.instant();
        return (instant.getEpochSecond() - start.getEpochSecond()) * 1_000_000_000L
                + (instant.getNano() - start.getNano());
    }
}
