package dev.lumiere.storage.upload;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.NotKept;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The streams of uploads in progress, each short enough to be read whole. A log that cannot be
 * reached is answered with 503.
 *
 * @param <E> events
 */
final class UploadStreams<E> {
    private static final int CHUNK = 1000;
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final EventLog log;
    private final EventTypes<E> types;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    UploadStreams(EventLog log, EventTypes<E> types, InstantSource clock, Supplier<UUID> ids) {
        this.log = log;
        this.types = types;
        this.clock = clock;
        this.ids = ids;
    }

    /** All events that are known here; empty if there is no such stream. */
    List<E> read(StreamId stream) {
        try {
            var read = new ArrayList<E>();
            var from = 1L;
            while (true) {
                var events = log.readStream(stream, from, CHUNK);
                if (events.isEmpty()) {
                    return read;
                }
                for (var event : events) {
                    var known = types.event(event.data());
                    if (known == null) {
                        throw unavailable("a newer release wrote " + event.data().type());
                    }
                    read.add(known);
                }
                from = events.getLast().version() + 1;
            }
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** The first and the last event; empty if there is no such stream. */
    List<E> ends(StreamId stream) {
        try {
            var ends = new ArrayList<E>();
            for (var events :
                    List.of(
                            log.readStream(stream, 1, 1),
                            log.readStreamBackwards(stream, Long.MAX_VALUE, 1))) {
                for (var event : events) {
                    var known = types.event(event.data());
                    if (known == null) {
                        throw unavailable("a newer release wrote " + event.data().type());
                    }
                    ends.add(known);
                }
            }
            return ends;
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Until what other nodes were told of before can be read here. */
    void catchUp() throws InterruptedException {
        try {
            log.catchUp(AT_MOST);
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Appends, durably.
     *
     * @return whether the stream was as expected; if not, nothing was appended
     */
    boolean append(StreamId stream, Expected expected, E event) throws InterruptedException {
        var data = types.data(ids.get(), clock.instant(), EventData.Context.NONE, event);
        var append = Append.to(stream, expected, List.of(data));
        var outcome = log.append(append, AT_MOST);
        if (outcome instanceof AppendOutcome.Unknown) {
            outcome = log.append(append, AT_MOST); // its id tells whether it is there
        }
        return switch (outcome) {
            case AppendOutcome.Appended _ -> true;
            case AppendOutcome.Conflict _ -> false;
            case AppendOutcome.IdTaken(var id, _) ->
                    throw new IllegalStateException("an id came twice: " + id);
            case AppendOutcome.Refused(var reason) -> throw unavailable(reason);
            case AppendOutcome.Unknown(var reason) -> throw unavailable(reason);
        };
    }

    private static Problem.Refused unavailable(String reason) {
        return NotKept.because("the upload cannot be kept now", reason);
    }
}
