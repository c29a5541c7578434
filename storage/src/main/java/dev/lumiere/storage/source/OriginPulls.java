package dev.lumiere.storage.source;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.Origins;
import dev.lumiere.storage.catalog.Bucket;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.catalog.Origin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls what mirrors do not have, each key once at a time, however many wait for it. Who waits may
 * go away, and the pull goes on. That an origin has nothing is remembered for {@value
 * #MISSING_SECONDS} seconds, that it failed for one.
 */
public final class OriginPulls implements Origins, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OriginPulls.class);
    private static final int MAX_AT_ONCE = 32;

    /** One mirror's, so that an origin that is slow holds up no others. */
    static final int MAX_OF_ONE = 8;

    private static final int MAX_KEYS = 1000;
    private static final int MAX_KEYS_OF_ONE = 250;
    private static final int MAX_WAITING = 4000;
    private static final int MAX_REMEMBERED = 10_000;
    private static final int MISSING_SECONDS = 10;
    private static final Duration FAILED_FOR = Duration.ofSeconds(1);

    /** Below the deadline of a download. */
    private static final Duration WAIT = Duration.ofSeconds(25);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int SOURCE_FAILED = 478;
    private static final int EXISTS = 614;

    private final Sources sources;
    private final OriginObjects objects;
    private final Map<Name, CompletableFuture<Pulled>> flights = new ConcurrentHashMap<>();
    private final SharedPlaces places = new SharedPlaces(MAX_AT_ONCE, MAX_OF_ONE, MAX_KEYS_OF_ONE);
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Cache<Name, Pulled> remembered;

    /** What is pulled; from other origins it is something else. */
    private record Name(String bucket, List<Origin> origins, String key) {
        Name(Bucket mirror, String key) {
            this(mirror.name(), mirror.origins(), key);
        }
    }

    /** What became of it. */
    private sealed interface Pulled {
        record Here() implements Pulled {}

        record Missing() implements Pulled {}

        record Failed(Problem problem) implements Pulled {}
    }

    public OriginPulls(Sources sources, Catalog catalog, InstantSource clock) {
        this.sources = sources;
        objects = new OriginObjects(catalog, clock);
        remembered =
                Caffeine.newBuilder()
                        .maximumSize(MAX_REMEMBERED)
                        .expireAfter(Expiry.<Name, Pulled>creating((_, pulled) -> age(pulled)))
                        .ticker(() -> nanos(clock))
                        .executor(Runnable::run)
                        .build();
    }

    private static Duration age(Pulled pulled) {
        return pulled instanceof Pulled.Missing ? Duration.ofSeconds(MISSING_SECONDS) : FAILED_FOR;
    }

    @Override
    public boolean isMissing(Bucket mirror, String key) {
        return OriginObjects.isNeverThere(key)
                || remembered.getIfPresent(new Name(mirror, key)) instanceof Pulled.Missing;
    }

    @Override
    public boolean pull(Bucket mirror, String key) throws InterruptedException {
        if (OriginObjects.isNeverThere(key)) {
            return false;
        }
        var name = new Name(mirror, key);
        var known = remembered.getIfPresent(name);
        return isHere(known == null ? awaited(flight(name, false)) : known);
    }

    /**
     * Has the origin looked at again, and what is here replaced if it is something else there;
     * blocks.
     *
     * @throws Problem.Refused 404 if there is no such object there, else as {@link #pull}
     */
    public void refresh(Bucket mirror, String key) throws InterruptedException {
        var name = new Name(mirror, key);
        if (OriginObjects.isNeverThere(key) || !isHere(awaited(flight(name, true)))) {
            throw Problem.notFound("the source has no such object: " + key).refused();
        }
    }

    private static boolean isHere(Pulled pulled) {
        return switch (pulled) {
            case Pulled.Here _ -> true;
            case Pulled.Missing _ -> false;
            case Pulled.Failed(var problem) -> throw problem.refused();
        };
    }

    private Pulled awaited(CompletableFuture<Pulled> flight) throws InterruptedException {
        if (!waiting.tryAcquire()) {
            throw Problem.unavailable("too many wait for a source", RETRY_AFTER).refused();
        }
        try {
            return flight.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw Problem.timeout("the source has not sent all of it yet; come again").refused();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.release();
        }
    }

    /** The one under way, or a new one. */
    private CompletableFuture<Pulled> flight(Name name, boolean isRefresh) {
        var isFull = flights.size() >= MAX_KEYS || !places.hasRoom(name.bucket);
        if (isFull && !flights.containsKey(name)) {
            throw Problem.unavailable("too much is pulled from sources", RETRY_AFTER).refused();
        }
        var flight = new CompletableFuture<Pulled>();
        var before = flights.putIfAbsent(name, flight);
        if (before != null) {
            return before;
        }
        threads.execute(() -> {
            Pulled pulled =
                    new Pulled.Failed(Problem.unavailable("the node is stopping", RETRY_AFTER));
            try {
                pulled = run(name, isRefresh);
            } catch (InterruptedException _) {
                // it is closed
            } finally {
                flights.remove(name);
                flight.complete(pulled);
            }
        });
        return flight;
    }

    private Pulled run(Name name, boolean isRefresh) throws InterruptedException {
        try (var _ = places.take(name.bucket)) {
            var there = objects.find(name.bucket, name.key);
            var pulled = there != null && !isRefresh ? new Pulled.Here() : pulled(name, there);
            if (pulled instanceof Pulled.Here) {
                remembered.invalidate(name);
            } else {
                remembered.put(name, pulled);
            }
            return pulled;
        } catch (Problem.Refused e) {
            return new Pulled.Failed(e.problem());
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("bucket", name.bucket).setCause(e).log("a pull failed");
            return new Pulled.Failed(Problem.of(500, "internal error"));
        }
    }

    /** From the first origin that answers; one that has nothing has answered. */
    private Pulled pulled(Name name, @Nullable CatalogObject there) throws InterruptedException {
        var why = "";
        for (var origin : name.origins) {
            var url = OriginObjects.url(origin, name.key);
            switch (sources.take(url, OriginObjects.headers(origin, there))) {
                case Sources.Taken.Here here -> {
                    keep(name, here, there);
                    return new Pulled.Here();
                }
                case Sources.Taken.Unchanged _ -> {
                    return new Pulled.Here();
                }
                case Sources.Taken.NotThere _ -> {
                    return new Pulled.Missing();
                }
                case Sources.Taken.Busy _ -> {
                    return new Pulled.Failed(
                            Problem.unavailable("too much is fetched at once", RETRY_AFTER));
                }
                case Sources.Taken.Failed(var reason) -> why = reason;
                case Sources.Taken.NotAllowed _ ->
                        why = "nothing may be fetched from there (fetch.hosts)";
            }
            LOG.atWarn()
                    .addKeyValue("bucket", name.bucket)
                    .addKeyValue("url", url)
                    .addKeyValue("reason", why)
                    .log("a source failed");
        }
        // where it is, is not for everybody to know
        var error = "the source of bucket %s failed: %s".formatted(name.bucket, why);
        return new Pulled.Failed(Problem.of(SOURCE_FAILED, error));
    }

    private void keep(Name name, Sources.Taken.Here here, @Nullable CatalogObject there) {
        try {
            objects.put(name.bucket, name.key, here, there);
        } catch (Problem.Refused e) {
            if (e.problem().status() != EXISTS) { // somebody has put something else meanwhile
                throw e;
            }
        }
    }

    private static long nanos(InstantSource clock) {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Ends what is under way, of which nothing is kept. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("pulls from sources have not ended within {}", DRAIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
