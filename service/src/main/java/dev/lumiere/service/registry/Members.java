package dev.lumiere.service.registry;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who answers a query, as a caller should believe it: the registry's members, kept through its
 * absences and its mistakes.
 *
 * <p>A registry that is away leaves the last known members as they were. When more than half vanish
 * within {@link #AT_ONCE} the registry, or the net between it and them, is likelier at fault than
 * they are, so they stay until failed calls confirm it one by one (self-preservation, as in
 * Netflix's Eureka). A member that was released, one that was confirmed down shortly before, and
 * one of a minority go when the registry says so.
 *
 * @see <a href="https://github.com/Netflix/eureka/wiki/Server-Self-Preservation-Mode">Eureka:
 *     self-preservation</a>
 */
public final class Members implements AutoCloseable {
    /** Longer than leases of one cause take to end: a third of the time to live, seen twice. */
    static final Duration AT_ONCE = Duration.ofSeconds(30);

    /** How long a failed call counts as proof that a member is down. */
    static final Duration PROOF_HOLDS = Duration.ofMinutes(1);

    /** Vanished members kept at most; beyond it the longest vanished goes. */
    static final int MAX_VANISHED = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    private final InstantSource clock;
    private final Listener listener;
    private final Registry.Watch watch;
    private final CountDownLatch known = new CountDownLatch(1);

    /** Listed or vanished. */
    private final TreeMap<String, Instance> believed = new TreeMap<>();

    private final LinkedHashSet<String> vanished = new LinkedHashSet<>();
    private final Map<String, Instant> proofs = new HashMap<>();

    /** Those let go within {@link #AT_ONCE}: if they turn out to be a wave they come back. */
    private final ArrayDeque<Departure> departures = new ArrayDeque<>();

    private volatile @Nullable List<Instance> current = List.of();

    private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
    private final AtomicInteger untold = new AtomicInteger();

    private record Departure(Instant at, Instance instance) {}

    /** Told of what changes in {@link #current}, in order, one call at a time; must not block. */
    public interface Listener {
        /** A new member, or new facts about one. */
        void joined(Instance instance);

        void left(Instance instance);

        /** Wants to know nothing. */
        Listener NONE =
                new Listener() {
                    @Override
                    public void joined(Instance instance) {}

                    @Override
                    public void left(Instance instance) {}
                };
    }

    public Members(Registry registry, Query query, InstantSource clock, Listener listener) {
        this.clock = clock;
        this.listener = listener;
        this.watch = registry.watch(query, this::follow);
    }

    /** The members now, in the order of their ids; never waits. Empty until first known. */
    public List<Instance> current() {
        var known = current;
        return known != null ? known : recollected();
    }

    /**
     * Waits until the registry has told the members for the first time, and the listener has heard.
     *
     * @return false if that took longer than {@code atMost}
     */
    public boolean awaitKnown(Duration atMost) throws InterruptedException {
        return known.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * A call to this member failed in a way that says it is not there (a refused connection). If it
     * has vanished from the registry it leaves now; if it vanishes soon it leaves then.
     */
    public void confirmDown(String id) {
        synchronized (this) {
            departures.removeIf(departure -> departure.instance().id().equals(id));
            if (vanished.contains(id)) {
                leave(id);
            } else if (believed.containsKey(id)) {
                proofs.put(id, clock.instant());
            }
        }
        tell();
    }

    /** Stops following; {@link #current} stays as it is. */
    @Override
    public void close() {
        watch.close();
    }

    private void follow(Change change) {
        synchronized (this) {
            switch (change) {
                case Change.Members(var instances) -> replaceBy(instances);
                case Change.Up(var instance) -> up(instance);
                case Change.Down(var instance, var cause) -> down(instance, cause);
            }
            news.add(known::countDown); // after the listener has heard of them
        }
        tell();
    }

    private void replaceBy(List<Instance> instances) {
        var missing = new TreeSet<>(believed.keySet());
        missing.removeAll(vanished);
        for (var instance : instances) {
            missing.remove(instance.id());
            up(instance);
        }
        vanish(missing);
    }

    private void up(Instance instance) {
        var id = instance.id();
        vanished.remove(id);
        proofs.remove(id);
        departures.removeIf(departure -> departure.instance().id().equals(id));
        join(instance);
    }

    private void down(Instance instance, Change.Cause cause) {
        var id = instance.id();
        if (!believed.containsKey(id)) {
            return;
        }
        switch (cause) {
            case RELEASED -> leave(id);
            case ENDED -> {
                if (!vanished.contains(id)) {
                    vanish(Set.of(id));
                }
            }
        }
    }

    /** Lets the members go that are proven down or few; keeps them otherwise. */
    private void vanish(Set<String> ids) {
        var now = clock.instant();
        proofs.values().removeIf(proof -> proof.plus(PROOF_HOLDS).isBefore(now));
        departures.removeIf(departure -> departure.at().plus(AT_ONCE).isBefore(now));

        var doubtful = new ArrayList<String>();
        for (var id : ids) {
            if (proofs.containsKey(id)) {
                leave(id);
            } else {
                doubtful.add(id);
            }
        }
        var lost = doubtful.size() + departures.size() + vanished.size();
        var known = believed.size() + departures.size();
        if (2 * lost > known) {
            departures.forEach(departure -> vanished.add(departure.instance().id()));
            departures.forEach(departure -> join(departure.instance()));
            departures.clear();
            vanished.addAll(doubtful);
            while (vanished.size() > MAX_VANISHED) {
                leave(vanished.getFirst());
            }
        } else {
            for (var id : doubtful) {
                departures.add(new Departure(now, leave(id)));
            }
        }
    }

    private void join(Instance instance) {
        if (!instance.equals(believed.put(instance.id(), instance))) {
            current = null;
            news.add(() -> listener.joined(instance));
        }
    }

    private Instance leave(String id) {
        var gone = requireNonNull(believed.remove(id));
        vanished.remove(id);
        proofs.remove(id);
        current = null;
        news.add(() -> listener.left(gone));
        return gone;
    }

    private synchronized List<Instance> recollected() {
        var all = List.copyOf(believed.values());
        current = all;
        return all;
    }

    /** Whoever finds nobody telling tells all there is, so that no lock is held meanwhile. */
    private void tell() {
        if (untold.getAndIncrement() != 0) {
            return;
        }
        var seen = 1;
        do {
            for (var next = news.poll(); next != null; next = news.poll()) {
                run(next);
            }
            seen = untold.addAndGet(-seen);
        } while (seen != 0);
    }

    private static void run(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.error("a listener of members failed; it is told what follows all the same", e);
        }
    }
}
