package dev.lumiere.storage.source;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.Origins;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.source.Pulling.Pulled;
import dev.lumiere.storage.source.Pulling.Wanted;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.SecretKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls what mirrors do not have, each key once at a time, however many wait for it, and besides
 * for {@value #MAX_THROUGH_MIRRORS} at a time who come through other mirrors. Who waits may go
 * away, and the pull goes on. What an origin has not given, or a bucket has no room for, is {@link
 * RecentAnswers remembered} for a while.
 */
public final class OriginPulls implements Origins, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OriginPulls.class);
    private static final int MAX_AT_ONCE = 32;

    /** One mirror's, so that an origin that is slow holds up no others. */
    static final int MAX_OF_ONE = 8;

    /** One key's, of those who come through other mirrors, which anybody may say. */
    static final int MAX_THROUGH_MIRRORS = 2;

    private static final int MAX_WAITING_THROUGH_MIRRORS = 32;

    /** How often an origin is asked again since somebody else was first. */
    private static final int MAX_TRIES = 5;

    private static final int MAX_KEYS = 1000;
    private static final int MAX_KEYS_OF_ONE = 250;
    private static final int MAX_WAITING = 4000;

    /** Below the deadline of a download. */
    private static final Duration WAIT = Duration.ofSeconds(25);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final OriginObjects objects;
    private final Pulling pulling;
    private final Map<Wanted, Flight> flights = new ConcurrentHashMap<>();
    private final SharedPlaces places = new SharedPlaces(MAX_AT_ONCE, MAX_OF_ONE, MAX_KEYS_OF_ONE);
    private final SharedPlaces turns =
            new SharedPlaces(MAX_KEYS, MAX_THROUGH_MIRRORS, MAX_WAITING_THROUGH_MIRRORS);
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RecentAnswers answers;

    /**
     * One pull under way, and what comes of it.
     *
     * @param isRefresh whether the origin is asked though it is here
     */
    private record Flight(boolean isRefresh, CompletableFuture<Pulled> pulled) {
        Flight(boolean isRefresh) {
            this(isRefresh, new CompletableFuture<>());
        }
    }

    /**
     * Nothing is under way.
     *
     * @param key for HMAC-SHA256, by which the mirrors of an installation know their own requests
     */
    public OriginPulls(Sources sources, Catalog catalog, SecretKey key, InstantSource clock) {
        objects = new OriginObjects(catalog, clock);
        pulling = new Pulling(sources, objects, new Pseudonyms(key));
        answers = new RecentAnswers(clock);
    }

    @Override
    public boolean isMissing(Bucket mirror, String key) {
        return OriginObjects.isNeverThere(key)
                || answers.of(new Wanted(mirror, key, Via.NONE)) instanceof Pulled.Missing;
    }

    @Override
    public Pull pull(Bucket mirror, String key) throws InterruptedException {
        if (OriginObjects.isNeverThere(key)) {
            return new Pull.Missing();
        }
        var wanted = new Wanted(mirror, key, Via.current());
        if (pulling.isLoop(wanted)) {
            throw Pulling.loop(mirror.name()).refused();
        }
        var known = answers.of(wanted);
        var pulled = known == null ? awaited(flight(wanted, false), System.nanoTime()) : known;
        return switch (pulled) {
            case Pulled.Here _, Pulled.Overtaken _ -> new Pull.Kept();
            case Pulled.Passing(var object, _) -> new Pull.Passing(object);
            case Pulled.Missing _ -> new Pull.Missing();
            case Pulled.Failed(var problem) -> throw problem.refused();
        };
    }

    /**
     * Has the origin looked at again, after all that is under way, which may have seen it as it was
     * before; what is here is replaced if it is something else there. Blocks.
     *
     * @throws Problem.Refused 404 if there is no such object there, 403 if there is no room for it
     *     here, else as {@link #pull}
     */
    public void refresh(Bucket mirror, String key) throws InterruptedException {
        var wanted = new Wanted(mirror, key, Via.NONE);
        if (OriginObjects.isNeverThere(key) || !isHere(refreshed(wanted))) {
            throw Problem.notFound("the source has no such object: " + key).refused();
        }
    }

    private Pulled refreshed(Wanted wanted) throws InterruptedException {
        var asked = System.nanoTime();
        var before = flights.get(wanted);
        while (true) {
            var flight = flight(wanted, true);
            var pulled = awaited(flight, asked);
            if (flight.isRefresh && !flight.equals(before)) {
                return pulled;
            }
        }
    }

    private static boolean isHere(Pulled pulled) {
        return switch (pulled) {
            case Pulled.Here _, Pulled.Overtaken _ -> true;
            case Pulled.Missing _ -> false;
            case Pulled.Passing(_, var problem) -> throw problem.refused();
            case Pulled.Failed(var problem) -> throw problem.refused();
        };
    }

    /**
     * What comes of it.
     *
     * @param since when it was asked for, as {@link System#nanoTime} tells
     * @throws Problem.Refused 504 if it takes too long
     */
    private Pulled awaited(Flight flight, long since) throws InterruptedException {
        if (!waiting.tryAcquire()) {
            throw Problem.unavailable("too many wait for a source", RETRY_AFTER).refused();
        }
        try {
            var left = WAIT.toNanos() - (System.nanoTime() - since);
            return flight.pulled.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw Problem.timeout("the source has not sent all of it yet; come again").refused();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.release();
        }
    }

    /** The one under way, or a new one. */
    private Flight flight(Wanted wanted, boolean isRefresh) {
        if (!flights.containsKey(wanted) && isFull(wanted)) {
            throw Problem.unavailable("too much is pulled from sources", RETRY_AFTER).refused();
        }
        var flight = new Flight(isRefresh);
        var before = flights.putIfAbsent(wanted, flight);
        if (before != null) {
            return before;
        }
        threads.execute(() -> {
            Pulled pulled =
                    new Pulled.Failed(Problem.unavailable("the node is stopping", RETRY_AFTER));
            try {
                pulled = run(wanted, isRefresh);
            } catch (InterruptedException _) {
                // it is closed
            } finally {
                flights.remove(wanted);
                flight.pulled.complete(pulled);
            }
        });
        return flight;
    }

    private boolean isFull(Wanted wanted) {
        return flights.size() >= MAX_KEYS
                || flights.keySet().stream().filter(f -> f.bucket().equals(wanted.bucket())).count()
                        >= MAX_KEYS_OF_ONE
                || (isThroughMirrors(wanted) && !turns.hasRoom(name(wanted)));
    }

    private static boolean isThroughMirrors(Wanted wanted) {
        return !wanted.via().equals(Via.NONE);
    }

    private static String name(Wanted wanted) {
        return wanted.bucket() + '/' + wanted.key();
    }

    /**
     * Who comes through mirrors joins nobody, lest they wait for each other, but takes turns with
     * others who do: the next finds what the one before has pulled.
     */
    private SharedPlaces.Place turn(Wanted wanted) throws InterruptedException {
        return isThroughMirrors(wanted) ? turns.take(name(wanted)) : () -> {};
    }

    private Pulled run(Wanted wanted, boolean isRefresh) throws InterruptedException {
        try (var _ = turn(wanted);
                var _ = places.take(wanted.bucket())) {
            var pulled = isRefresh ? pulledAnew(wanted) : pulledOnce(wanted);
            answers.remember(wanted, pulled);
            return pulled;
        } catch (Problem.Refused e) {
            return new Pulled.Failed(e.problem());
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("bucket", wanted.bucket()).setCause(e).log("a pull failed");
            return new Pulled.Failed(Problem.of(500, "internal error"));
        }
    }

    /**
     * Unless somebody else has pulled it, or seen that there is nothing, since it was asked for.
     */
    private Pulled pulledOnce(Wanted wanted) throws InterruptedException {
        if (objects.find(wanted.bucket(), wanted.key()) != null) {
            return new Pulled.Here();
        }
        var known = answers.of(wanted);
        return known == null ? pulling.pull(wanted, null) : known;
    }

    /**
     * What is here once that ends was seen after it began: pulls that came through mirrors, and
     * those of other nodes, may have begun before.
     */
    private Pulled pulledAnew(Wanted wanted) throws InterruptedException {
        for (var tries = 0; tries < MAX_TRIES; tries++) {
            var pulled = pulling.pull(wanted, objects.find(wanted.bucket(), wanted.key()));
            if (!(pulled instanceof Pulled.Overtaken)) {
                return pulled;
            }
        }
        return new Pulled.Failed(Problem.unavailable("object changes too fast", RETRY_AFTER));
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
