package dev.lumiere.service.registry;

import dev.lumiere.service.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps instances listed: renews each lease at a third of its time to live, registers again when
 * one was lost or the registry was away, and releases all when closed. Each call to the registry is
 * made on a virtual thread, so one that hangs delays no other.
 */
public final class LeaseKeeper implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private final Registry registry;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Set<Listing> listings = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService scheduler;

    /** A keeper that renews when {@link #renewDue} is called. */
    LeaseKeeper(Registry registry, InstantSource clock, RandomGenerator random) {
        this.registry = registry;
        this.clock = clock;
        this.random = random;
    }

    /** A keeper that renews by itself. */
    public static LeaseKeeper start(
            Registry registry, InstantSource clock, RandomGenerator random) {
        var keeper = new LeaseKeeper(registry, clock, random);
        var scheduler =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("lease-keeper").factory());
        var period = PERIOD.toMillis();
        var _ =
                scheduler.scheduleAtFixedRate(
                        keeper::renewDue, period, period, TimeUnit.MILLISECONDS);
        keeper.scheduler = scheduler;
        return keeper;
    }

    /**
     * Lists an instance from now until the listing is closed. It is listed when this returns; only
     * when the registry is away or full it is listed as soon as that is over.
     *
     * @param ttl how long it stays listed should this process die, 1 second to 1 hour
     * @throws Problem.Refused if the registry will never take it (4xx)
     */
    public Listing keep(Instance instance, Duration ttl) {
        var listing = new Listing(instance, ttl);
        listing.registerFirst(instance);
        listings.add(listing);
        return listing;
    }

    /** Starts the renewal of every lease that is due for it. */
    void renewDue() {
        var now = clock.instant();
        for (var listing : listings) {
            if (!listing.due.isAfter(now) && listing.busy.compareAndSet(false, true)) {
                Thread.ofVirtual().name("lease-renewal").start(listing::renew);
            }
        }
    }

    /** Releases every lease; those that cannot be released end by themselves. */
    @Override
    public void close() {
        if (scheduler != null) {
            scheduler.shutdownNow();
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var listing : listings) {
                threads.execute(listing::close);
            }
        }
    }

    /** One instance that is kept listed. */
    public final class Listing implements AutoCloseable {
        private final Duration ttl;
        private final Backoff backoff;
        private final ReentrantLock lock = new ReentrantLock();
        private final AtomicBoolean busy = new AtomicBoolean();
        private Instance instance;
        private @Nullable Lease lease;
        private boolean away;
        private boolean closed;
        private volatile Instant due = Instant.MAX;

        private Listing(Instance instance, Duration ttl) {
            this.instance = instance;
            this.ttl = ttl;
            this.backoff = new Backoff(FIRST_RETRY, ttl.dividedBy(3), random);
        }

        /**
         * Lists other facts under the same id.
         *
         * @throws IllegalArgumentException if the id is another
         * @throws Problem.Refused if the registry will never take it (4xx); the old facts stay
         */
        public void replaceWith(Instance other) {
            if (!other.id().equals(instance.id())) {
                throw new IllegalArgumentException("not the id " + instance.id() + ": " + other);
            }
            lock.lock();
            try {
                if (closed || other.equals(instance)) {
                    return;
                }
                registerFirst(other);
            } finally {
                lock.unlock();
            }
        }

        /** When the lease ends unless renewed; the epoch if none is held. */
        Instant expires() {
            lock.lock();
            try {
                return lease == null ? Instant.EPOCH : lease.expires();
            } finally {
                lock.unlock();
            }
        }

        /** Ends the listing; waits for the registry to know, if that answers. */
        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                listings.remove(this);
                if (lease != null) {
                    lease.release();
                    lease = null;
                }
            } catch (RegistryUnavailable | Problem.Refused e) {
                LOG.warn("lease not released, it ends by itself instance={}", instance, e);
            } finally {
                lock.unlock();
            }
        }

        private void registerFirst(Instance wanted) {
            lock.lock();
            try {
                lease = registry.register(wanted, ttl);
                instance = wanted;
                succeeded();
            } catch (RegistryUnavailable | Problem.Refused e) {
                if (e instanceof Problem.Refused refused && refused.problem().status() < 500) {
                    throw e;
                }
                lease = null;
                instance = wanted;
                failed(e);
            } finally {
                lock.unlock();
            }
        }

        private void renew() {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                var held = lease;
                if (held == null || !held.renew()) {
                    lease = registry.register(instance, ttl);
                    LOG.info("registered again instance={}", instance.identity());
                }
                succeeded();
            } catch (RuntimeException e) {
                failed(e);
            } finally {
                busy.set(false);
                lock.unlock();
            }
        }

        private void succeeded() {
            away = false;
            backoff.succeeded();
            var third = ttl.dividedBy(3).toNanos();
            var spread = random.nextLong(third / 10 + 1); // many started together drift apart
            due = clock.instant().plusNanos(third - spread);
        }

        private void failed(RuntimeException e) {
            if (!away) {
                away = true;
                LOG.warn("lease not renewed, trying again instance={}", instance.identity(), e);
            }
            due = clock.instant().plus(backoff.next());
        }
    }
}
