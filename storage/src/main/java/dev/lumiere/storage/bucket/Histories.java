package dev.lumiere.storage.bucket;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.eventlog.view.CatchUp;
import dev.lumiere.eventlog.view.Folded;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.NotKept;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Streams of which the last event says all. A change is decided on it and appended behind it; if
 * somebody else was first, it is decided anew. When it is told, it is durable, and the node's view
 * has it, unless that is over ten seconds behind.
 *
 * @param <E> events
 */
public final class Histories<E> {
    private static final int MAX_TRIES = 20;
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final EventLog log;
    private final Folded view;
    private final CatchUp others;
    private final EventTypes<E> types;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * Of a log.
     *
     * @param others by which it is known what other nodes did
     */
    public Histories(
            EventLog log,
            Folded view,
            CatchUp others,
            EventTypes<E> types,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.log = log;
        this.view = view;
        this.others = others;
        this.types = types;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * The last event of a stream.
     *
     * @param event null if there is none
     * @param version its version; 0 if there is none
     * @param place of it in the log; null if there is none
     */
    public record Last<E>(@Nullable E event, long version, Event.@Nullable Place place) {}

    /**
     * What is to happen; null if nothing is. May refuse. Then, and if nothing is to happen, it is
     * asked again if other nodes have done something meanwhile.
     */
    @FunctionalInterface
    public interface Decision<E> {
        @Nullable E after(Last<E> last);
    }

    PositionVector end() {
        return log.end();
    }

    /**
     * Waits until the view has all that is in the log.
     *
     * @throws Problem.Refused 503 if it has not, in time
     */
    void catchUp() {
        try {
            if (!log.catchUp(AT_MOST) || !view.waitFor(log.end(), AT_MOST)) {
                throw unavailable("it is behind the log");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted");
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Changes what a stream tells of.
     *
     * @return its last event now
     * @throws Problem.Refused as the decision says; 503 if it cannot be appended or is not known to
     *     be
     */
    public Last<E> change(StreamId stream, Decision<E> decision) {
        var stopped = view.stopped();
        if (stopped != null) {
            throw unavailable("it follows the log no more: " + stopped.reason());
        }
        try {
            for (var tries = 0; tries < MAX_TRIES; tries++) {
                var last = read(stream);
                E event;
                try {
                    event = decision.after(last);
                } catch (Problem.Refused e) {
                    var now = upToDate(stream, last);
                    if (now.version == last.version) {
                        await(now);
                        throw e;
                    }
                    event = decision.after(now);
                    last = now;
                }
                if (event == null) {
                    if (upToDate(stream, last).version == last.version) {
                        await(last);
                        return last;
                    }
                    continue;
                }
                switch (append(stream, last.version, event)) {
                    case AppendOutcome.Appended appended -> {
                        view.waitFor(appended.last(), AT_MOST);
                        return new Last<>(event, last.version + 1, appended.last());
                    }
                    case AppendOutcome.Conflict _ -> log.catchUp(AT_MOST);
                    case AppendOutcome.Refused(var reason) -> throw unavailable(reason);
                    case AppendOutcome.Unknown(var reason) -> throw unavailable(reason);
                    case AppendOutcome.IdTaken(var id, _) ->
                            throw new IllegalStateException("an id came twice: " + id);
                }
            }
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted");
        }
        throw unavailable("too many change it at once");
    }

    /** Who changes nothing reads too what that was decided on, which another may just have made. */
    private void await(Last<E> last) throws InterruptedException {
        if (last.place != null) {
            view.waitFor(last.place, AT_MOST);
        }
    }

    /** What there is of a stream when all that others have done before is known here. */
    private Last<E> upToDate(StreamId stream, Last<E> last)
            throws IOException, InterruptedException {
        return others.now() ? read(stream) : last;
    }

    /** What is not known is asked again by the same ids, which tells. */
    private AppendOutcome append(StreamId stream, long version, E event)
            throws InterruptedException {
        var data = types.data(ids.get(), clock.instant(), EventData.Context.NONE, event);
        var append = Append.to(stream, Expected.version(version), List.of(data));
        var outcome = log.append(append, AT_MOST);
        return outcome instanceof AppendOutcome.Unknown ? log.append(append, AT_MOST) : outcome;
    }

    /**
     * The last event of a stream, as the log has it now.
     *
     * @throws Problem.Refused 503 if it cannot be read
     */
    public Last<E> last(StreamId stream) {
        try {
            return upToDate(stream, read(stream));
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted");
        }
    }

    /**
     * One event of a stream, which it has.
     *
     * @throws Problem.Refused 503 if it cannot be read
     */
    public E at(StreamId stream, long version) {
        try {
            var events = log.readStream(stream, version, 1);
            if (events.isEmpty()) {
                throw new IOException("%s has no event %d".formatted(stream, version));
            }
            return event(events.getFirst());
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        }
    }

    private Last<E> read(StreamId stream) throws IOException {
        var events = log.readStreamBackwards(stream, Long.MAX_VALUE, 1);
        if (events.isEmpty()) {
            return new Last<>(null, 0, null);
        }
        var last = events.getFirst();
        return new Last<>(event(last), last.version(), last.place());
    }

    private E event(Event told) {
        var event = types.event(told.data());
        if (event == null) {
            throw unavailable("a newer release wrote " + told.data().type());
        }
        return event;
    }

    private static Problem.Refused unavailable(String reason) {
        return NotKept.because("the catalog cannot be changed now", reason);
    }
}
