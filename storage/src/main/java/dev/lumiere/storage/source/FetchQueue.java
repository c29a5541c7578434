package dev.lumiere.storage.source;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.source.FetchEvent.FetchEnded;
import dev.lumiere.storage.source.FetchEvent.FetchFailed;
import dev.lumiere.storage.source.FetchEvent.FetchRequested;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches that nobody waits for, {@value #AT_ONCE} at once, oldest first. They are events: whoever
 * owns their partition of the log runs them, also after a crash, when one may be run twice. What
 * may go better later is tried {@value #MAX_TRIES} times, with growing pauses.
 */
public final class FetchQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FetchQueue.class);
    private static final int AT_ONCE = 4;
    private static final int MAX_WAITING = 1000;
    private static final int MAX_TRIES = 5;
    private static final int MAX_REASON_LENGTH = 500;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int PAUSE_GROWS_BY = 5;
    private static final Duration LOOK_EACH = Duration.ofMillis(500);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int DONE = 200;
    private static final int INTERNAL = 599;

    private final SourceFetch fetch;
    private final FetchesWaiting waiting;
    private final FetchStreams streams;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final Set<UUID> underWay = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final ExecutorService runs = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("fetch-queue").daemon().factory());

    /**
     * Where one stands.
     *
     * @param ahead how many are before it, itself included; 0 if it is under way here, -1 if it has
     *     ended
     */
    public record Standing(UUID id, long ahead) {}

    /**
     * Begins to work.
     *
     * @param ids of fetches and events, each another
     */
    public FetchQueue(
            SourceFetch fetch,
            FetchesWaiting waiting,
            EventLog log,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.fetch = fetch;
        this.waiting = waiting;
        this.clock = clock;
        this.ids = ids;
        streams = new FetchStreams(log, waiting.view(), clock, ids);
        var _ =
                looks.scheduleWithFixedDelay(
                        this::look, 0, LOOK_EACH.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Adds one, durably; blocks.
     *
     * @throws Problem.Refused 503 if there are too many, or it cannot be kept
     */
    public Standing add(String account, Wish wish) throws InterruptedException {
        try {
            if (waiting.first(MAX_WAITING).size() >= MAX_WAITING) {
                throw Problem.unavailable("too many fetches are waiting", RETRY_AFTER).refused();
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        var id = ids.get();
        streams.append(id, 0, new FetchRequested(account, wish, clock.millis()));
        lookSoon();
        return standing(id);
    }

    /**
     * Where one stands; blocks.
     *
     * @throws Problem.Refused 612 if there is none of this account
     */
    public Standing find(String account, UUID id) throws InterruptedException {
        var state = streams.find(id);
        if (state == null || !state.requested().account().equals(account)) {
            throw Problem.of(612, "no such fetch: " + id).refused();
        }
        return state.hasEnded() ? new Standing(id, -1) : standing(id);
    }

    private Standing standing(UUID id) {
        if (underWay.contains(id)) {
            return new Standing(id, 0);
        }
        try {
            var ahead = 0L;
            for (var each : waiting.first(MAX_WAITING)) {
                if (!underWay.contains(each.id())) {
                    ahead++;
                }
                if (each.id().equals(id)) {
                    return new Standing(id, ahead);
                }
            }
            return new Standing(id, -1);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static Problem.Refused unreadable(IOException e) {
        return Problem.unavailable("the fetches cannot be read: " + e.getMessage(), RETRY_AFTER)
                .refused();
    }

    private void lookSoon() {
        try {
            looks.execute(this::look);
        } catch (RejectedExecutionException _) {
            // it is closed
        }
    }

    /** Begins what is due. */
    private void look() {
        try {
            var now = clock.millis();
            for (var each : waiting.first(MAX_WAITING)) {
                if (each.nextAt() > now
                        || underWay.contains(each.id())
                        || !streams.isOurs(each.id())) {
                    continue;
                }
                if (!places.tryAcquire()) {
                    return;
                }
                underWay.add(each.id());
                runs.execute(() -> run(each.id()));
            }
        } catch (IOException | RuntimeException e) {
            if (!looks.isShutdown()) {
                LOG.error("fetches are not begun; the next try is in {}", LOOK_EACH, e);
            }
        }
    }

    private void run(UUID id) {
        try {
            var state = streams.read(id);
            if (state != null && !state.hasEnded() && !state.isAfter(clock.millis())) {
                var next = tried(id, state);
                streams.append(id, state.version(), next);
                lookSoon(); // not where that fails: the same would be due at once
            }
        } catch (InterruptedException _) {
            // it is closed, and begun again by whoever comes next
        } catch (RuntimeException e) {
            if (!looks.isShutdown()) {
                LOG.atWarn().addKeyValue("id", id).setCause(e).log("a fetch cannot go on now");
            }
        } finally {
            underWay.remove(id);
            places.release();
        }
    }

    private FetchEvent tried(UUID id, FetchStreams.State state) throws InterruptedException {
        var requestedAt = state.requested().requestedAt();
        Problem problem;
        try {
            fetch.run(state.requested().account(), state.requested().wish());
            return new FetchEnded(DONE, "", requestedAt);
        } catch (Problem.Refused e) {
            problem = e.problem();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("id", id).setCause(e).log("a fetch failed");
            problem = Problem.of(INTERNAL, "internal error");
        }
        if (looks.isShutdown()) {
            throw new InterruptedException();
        }
        var error = problem.error();
        var reason = error.substring(0, Math.min(error.length(), MAX_REASON_LENGTH));
        LOG.atWarn()
                .addKeyValue("id", id)
                .addKeyValue("bucket", state.requested().wish().bucket())
                .addKeyValue("reason", reason)
                .log("a fetch failed");
        return mayGoBetter(problem) && state.failures() + 1 < MAX_TRIES
                ? new FetchFailed(
                        problem.status(),
                        reason,
                        clock.millis() + pause(state.failures()).toMillis(),
                        requestedAt)
                : new FetchEnded(problem.status(), reason, requestedAt);
    }

    private static boolean mayGoBetter(Problem problem) {
        return switch (problem.status()) {
            case 478, 503, 504, 507 -> true;
            default -> false;
        };
    }

    private static Duration pause(int failures) {
        var pause = FIRST_PAUSE;
        for (var i = 0; i < failures; i++) {
            pause = pause.multipliedBy(PAUSE_GROWS_BY);
        }
        return pause;
    }

    /** Ends what is under way, which goes on after the next start. */
    @Override
    public void close() {
        looks.shutdownNow();
        runs.shutdownNow();
        try {
            if (!runs.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)
                    || !looks.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("fetches have not ended within {}", DRAIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
