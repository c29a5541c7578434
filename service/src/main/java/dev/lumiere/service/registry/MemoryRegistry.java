package dev.lumiere.service.registry;

import dev.lumiere.service.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The embedded registry: everything in the memory of this process, lost with it (whoever keeps a
 * lease registers again). One lock guards all state; watches are told outside of it, each on a
 * virtual thread of its own.
 */
public final class MemoryRegistry implements Registry {
    private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(5);
    private static final Duration EXPIRY_PERIOD = Duration.ofMillis(100);

    private final InstantSource clock;
    private final Limits limits;

    private final Object lock = new Object();
    private final TreeMap<String, Listing> listings = new TreeMap<>();
    private final TreeSet<Listing> byExpiry =
            new TreeSet<>(Comparator.comparing(Listing::expires).thenComparing(Listing::id));
    private final List<MemoryWatch> watches = new ArrayList<>();
    private boolean closed;
    private @Nullable ScheduledExecutorService expirer;

    /** A registry whose leases end when {@link #expire} is called, or anything else is. */
    public MemoryRegistry(InstantSource clock, Limits limits) {
        this.clock = clock;
        this.limits = limits;
    }

    /** A registry whose leases end by themselves. */
    public static MemoryRegistry start(InstantSource clock) {
        var registry = new MemoryRegistry(clock, Limits.DEFAULT);
        var expirer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("registry-expiry").factory());
        var period = EXPIRY_PERIOD.toMillis();
        var _ =
                expirer.scheduleWithFixedDelay(
                        registry::expire, period, period, TimeUnit.MILLISECONDS);
        registry.expirer = expirer;
        return registry;
    }

    @Override
    public Lease register(Instance instance, Duration ttl) {
        if (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0) {
            throw new IllegalArgumentException("ttl not in 1 s to 1 h: " + ttl);
        }
        synchronized (lock) {
            requireOpen();
            expire();
            var before = listings.get(instance.id());
            if (before == null && listings.size() == limits.instances()) {
                throw Problem.unavailable(
                                "the registry holds its most, %d instances"
                                        .formatted(limits.instances()),
                                RETRY_WHEN_FULL)
                        .refused();
            }
            if (before != null) {
                byExpiry.remove(before);
            }
            var listing = new Listing(instance, ttl, clock.instant().plus(ttl));
            listings.put(instance.id(), listing);
            byExpiry.add(listing);
            tellChanged(before == null ? null : before.instance, instance);
            return listing;
        }
    }

    @Override
    public List<Instance> find(Query query) {
        synchronized (lock) {
            requireOpen();
            expire();
            return matching(query);
        }
    }

    @Override
    public Watch watch(Query query, Consumer<Change> listener) {
        synchronized (lock) {
            requireOpen();
            expire();
            if (watches.size() == limits.watches()) {
                throw Problem.unavailable(
                                "the registry has its most watches, %d".formatted(limits.watches()),
                                RETRY_WHEN_FULL)
                        .refused();
            }
            var watch = new MemoryWatch(this, query, listener, limits.untoldChanges());
            watches.add(watch);
            watch.offer(new Change.Members(matching(query)));
            watch.start();
            return watch;
        }
    }

    /** Ends every lease whose time is over. */
    public void expire() {
        synchronized (lock) {
            var now = clock.instant();
            while (!byExpiry.isEmpty() && !byExpiry.first().expires.isAfter(now)) {
                end(byExpiry.first(), Change.Cause.ENDED);
            }
        }
    }

    @Override
    public void close() {
        List<MemoryWatch> open;
        synchronized (lock) {
            closed = true;
            open = List.copyOf(watches);
            if (expirer != null) {
                expirer.shutdownNow();
            }
        }
        open.forEach(MemoryWatch::close);
    }

    /** How many watches are open. */
    int watchCount() {
        synchronized (lock) {
            return watches.size();
        }
    }

    /** Gives a watch that fell behind the members of now, of which no change is missing. */
    void catchUp(MemoryWatch watch) {
        synchronized (lock) {
            watch.startOver(new Change.Members(matching(watch.query())));
        }
    }

    void forget(MemoryWatch watch) {
        synchronized (lock) {
            watches.remove(watch);
        }
    }

    private List<Instance> matching(Query query) {
        return listings.values().stream()
                .map(listing -> listing.instance)
                .filter(query::matches)
                .toList();
    }

    private void end(Listing listing, Change.Cause cause) {
        listings.remove(listing.id());
        byExpiry.remove(listing);
        for (var watch : watches) {
            if (watch.query().matches(listing.instance)) {
                watch.offer(new Change.Down(listing.instance, cause));
            }
        }
    }

    private void tellChanged(@Nullable Instance before, Instance now) {
        if (now.equals(before)) {
            return;
        }
        for (var watch : watches) {
            if (watch.query().matches(now)) {
                watch.offer(new Change.Up(now));
            } else if (before != null && watch.query().matches(before)) {
                watch.offer(new Change.Down(before, Change.Cause.RELEASED));
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the registry is closed");
        }
    }

    /** What is listed under an id, and the right to be so. */
    private final class Listing implements Lease {
        private final Instance instance;
        private final Duration ttl;
        private volatile Instant expires;

        Listing(Instance instance, Duration ttl, Instant expires) {
            this.instance = instance;
            this.ttl = ttl;
            this.expires = expires;
        }

        String id() {
            return instance.id();
        }

        @Override
        public Instant expires() {
            return expires;
        }

        @Override
        public boolean renew() {
            synchronized (lock) {
                expire();
                if (closed || listings.get(id()) != this) {
                    return false;
                }
                byExpiry.remove(this);
                expires = clock.instant().plus(ttl);
                byExpiry.add(this);
                return true;
            }
        }

        @Override
        public void release() {
            synchronized (lock) {
                expire();
                if (listings.get(id()) == this) {
                    end(this, Change.Cause.RELEASED);
                }
            }
        }
    }
}
