package dev.lumiere.storage.source;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.source.FetchEvent.FetchRequested;
import dev.lumiere.storage.source.FetchesWaiting.Waiting;
import dev.lumiere.storage.upload.ObjectCallbacks;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
 * whoever owns their partition of the log runs them, also after a crash, or when it changes hands,
 * when one may be run twice. Who asked may be told how one ended, again some at once, so that
 * nobody who does not answer keeps sources waiting.
 */
public final class FetchQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FetchQueue.class);
    private static final Duration LOOK_EACH = Duration.ofMillis(500);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final FetchSteps steps;
    private final FetchesWaiting waiting;
    private final WaitingRoom room;
    private final FetchStreams streams;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final FetchTurns fetching = new FetchTurns();
    private final FetchTurns telling = new FetchTurns();
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
     * @param callbacks by which who asked is told
     * @param ids of fetches and events, each another
     */
    public FetchQueue(
            SourceFetch fetch,
            ObjectCallbacks callbacks,
            FetchesWaiting waiting,
            EventLog log,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.waiting = waiting;
        room = new WaitingRoom(waiting);
        steps = new FetchSteps(fetch, callbacks, room, looks::isShutdown, clock);
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
        return state.isFetched() ? new Standing(id, -1) : standing(id);
    }

    private Standing standing(UUID id) {
        try {
            return new Standing(id, fetching.ahead(id, ofKind(false, waiting.all())));
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
            begin(fetching, ofKind(false, due));
            begin(telling, ofKind(true, due));
        } catch (IOException | RuntimeException e) {
            if (!looks.isShutdown()) {
                LOG.error("fetches are not begun; the next try is in {}", LOOK_EACH, e);
            }
        }
    }

    private void begin(FetchTurns turns, List<Waiting> due) {
        var left = new ArrayList<>(due);
        for (var next = turns.begin(left); next != null; next = turns.begin(left)) {
            left.remove(next); // one that ends at once is not begun again by what was due then
            var id = next.id();
            runs.execute(() -> run(id, turns));
        }
    }

    /** Those that are to be fetched, or are and are to be told of. */
    private static List<Waiting> ofKind(boolean isFetched, List<Waiting> some) {
        return some.stream().filter(each -> each.isFetched() == isFetched).toList();
    }

    private void run(UUID id, FetchTurns turns) {
        var isWritten = false;
        try {
            var state = streams.read(id);
            if (state != null && isDue(id, state, turns)) {
                streams.append(id, state.version(), steps.next(id, state));
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

    /** Also now: it may have come further since it was looked at, or be another node's. */
    private boolean isDue(UUID id, FetchStreams.State state, FetchTurns turns) {
        return streams.isOurs(id)
                && !state.hasEnded()
                && !state.isAfter(clock.millis())
                && state.isFetched() == (turns == telling);
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
