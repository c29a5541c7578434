package dev.lumiere.storage.source;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.source.FetchEvent.FetchEnded;
import dev.lumiere.storage.source.FetchEvent.FetchRequested;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches that nobody waits for: some at once, accounts by {@link FetchTurns}. They are events:
 * whoever owns their partition of the log runs them, also after a crash, when one may be run twice.
 */
public final class FetchQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FetchQueue.class);
    private static final int MAX_REASON_LENGTH = 500;
    private static final Duration LOOK_EACH = Duration.ofMillis(500);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int DONE = 200;
    private static final int INTERNAL = 599;

    private final SourceFetch fetch;
    private final FetchesWaiting waiting;
    private final WaitingRoom room;
    private final FetchStreams streams;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final FetchTurns turns = new FetchTurns();
    private final ExecutorService runs = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("fetch-queue").daemon().factory());

    /**
     * Where one stands.
     *
     * @param ahead how many begin before it, itself included, as things stand; 0 if it is under way
     *     here, -1 if it has ended
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
        room = new WaitingRoom(waiting);
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
     * @throws Problem.Refused 429 if the account has too many that wait, 503 if there are too many
     *     in all, or it cannot be kept
     */
    public Standing add(String account, Wish wish) throws InterruptedException {
        var id = ids.get();
        try (var _ = room.enter(account)) {
            streams.append(id, 0, new FetchRequested(account, wish, clock.millis()));
        } catch (IOException e) {
            throw unreadable(e);
        }
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
        try {
            return new Standing(id, turns.ahead(id, waiting.all()));
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
            var due =
                    waiting.all().stream()
                            .filter(each -> each.nextAt() <= now && streams.isOurs(each.id()))
                            .toList();
            for (var next = turns.begin(due); next != null; next = turns.begin(due)) {
                var id = next.id();
                runs.execute(() -> run(id));
            }
        } catch (IOException | RuntimeException e) {
            if (!looks.isShutdown()) {
                LOG.error("fetches are not begun; the next try is in {}", LOOK_EACH, e);
            }
        }
    }

    private void run(UUID id) {
        var isWritten = false;
        try {
            var state = streams.read(id);
            if (state != null && !state.hasEnded() && !state.isAfter(clock.millis())) {
                streams.append(id, state.version(), tried(id, state));
                isWritten = true;
            }
        } catch (InterruptedException _) {
            // it is closed, and begun again by whoever comes next
        } catch (RuntimeException e) {
            if (!looks.isShutdown()) {
                LOG.atWarn().addKeyValue("id", id).setCause(e).log("a fetch cannot go on now");
            }
        } finally {
            turns.end(id);
            if (isWritten) { // else the same would be due at once
                lookSoon();
            }
        }
    }

    private FetchEvent tried(UUID id, FetchStreams.State state) throws InterruptedException {
        Problem problem;
        try {
            fetch.run(state.requested().account(), state.requested().wish());
            return new FetchEnded(DONE, "", state.requested().requestedAt());
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
        return Retries.after(problem, reason, state, clock.millis());
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
