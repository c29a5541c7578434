package dev.lumiere.storage.source;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.NotKept;
import dev.lumiere.storage.source.FetchEvent.FetchRequested;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The streams of fetches, each short. A log that cannot be reached is answered with 503. */
final class FetchStreams {
    /** More than a fetch can have. */
    private static final int MAX_EVENTS = 100;

    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final EventLog log;
    private final View view;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    FetchStreams(EventLog log, View view, InstantSource clock, Supplier<UUID> ids) {
        this.log = log;
        this.view = view;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * How far one is.
     *
     * @param last the last event
     * @param version its version
     */
    record State(FetchRequested requested, FetchEvent last, long version) {
        /** How often it was tried in vain. */
        int failures() {
            return (int) version - 1;
        }

        /** Whether it is there, or given up; who asked may not be told yet. */
        boolean isFetched() {
            return hasEnded() || last instanceof FetchEvent.FetchUntold;
        }

        boolean hasEnded() {
            return last instanceof FetchEvent.FetchEnded;
        }

        /** Whether nothing is to be tried yet. */
        boolean isAfter(long millis) {
            return switch (last) {
                case FetchEvent.FetchFailed failed -> failed.nextAt() > millis;
                case FetchEvent.FetchUntold untold -> untold.nextAt() > millis;
                case FetchEvent.FetchRequested _, FetchEvent.FetchEnded _ -> false;
            };
        }
    }

    /** Null if there is none; also what another node was told of a moment ago is known. */
    @Nullable State find(UUID id) throws InterruptedException {
        var state = read(id);
        if (state == null) {
            try {
                log.catchUp(AT_MOST);
            } catch (IOException e) {
                throw unavailable(String.valueOf(e.getMessage()));
            }
            state = read(id);
        }
        return state;
    }

    /** As far as is known here; null if there is none. */
    @Nullable State read(UUID id) {
        try {
            var events = log.readStream(FetchEvent.stream(id), 1, MAX_EVENTS);
            if (events.isEmpty()) {
                return null;
            }
            var last = known(events.getLast().data());
            if (!(known(events.getFirst().data()) instanceof FetchRequested requested)) {
                throw new IllegalStateException("a fetch that nobody asked for: " + id);
            }
            return new State(requested, last, events.getLast().version());
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        }
    }

    private static FetchEvent known(EventData data) {
        var event = FetchEvent.TYPES.event(data);
        if (event == null) {
            throw unavailable("a newer release wrote " + data.type());
        }
        return event;
    }

    /**
     * Appends, durably, and waits until the view has it. Nothing is appended if somebody else was
     * first.
     *
     * @param version that was read; 0 for a new one
     */
    void append(UUID id, long version, FetchEvent event) throws InterruptedException {
        var data = FetchEvent.TYPES.data(ids.get(), clock.instant(), EventData.Context.NONE, event);
        var append = Append.to(FetchEvent.stream(id), Expected.version(version), List.of(data));
        var outcome = log.append(append, AT_MOST);
        if (outcome instanceof AppendOutcome.Unknown) {
            outcome = log.append(append, AT_MOST); // its id tells whether it is there
        }
        switch (outcome) {
            case AppendOutcome.Appended appended -> view.waitFor(appended.last(), AT_MOST);
            case AppendOutcome.Conflict _ -> {}
            case AppendOutcome.IdTaken(var taken, _) ->
                    throw new IllegalStateException("an id came twice: " + taken);
            case AppendOutcome.Refused(var reason) -> throw unavailable(reason);
            case AppendOutcome.Unknown(var reason) -> throw unavailable(reason);
        }
    }

    /** Whether this node is to run it: of those that share a log, the one that owns its stream. */
    boolean isOurs(UUID id) {
        return log.owns(log.partition(FetchEvent.stream(id)));
    }

    private static Problem.Refused unavailable(String reason) {
        return NotKept.because("the fetch cannot be kept now", reason);
    }
}
