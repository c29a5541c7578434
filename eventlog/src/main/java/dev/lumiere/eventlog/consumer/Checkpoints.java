package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The streams of checkpoints of one name, one for each partition. */
final class Checkpoints {
    static final String CATEGORY = "checkpoint";
    private static final int MAX_NAME = 64;

    private final EventLog log;
    private final String name;
    private final Duration patience;
    private final InstantSource clock;

    /**
     * The last of a stream.
     *
     * @param version of its event; 0 if there is none
     */
    record Stored(Checkpoint checkpoint, long version) {}

    /**
     * Of a name.
     *
     * @param patience how long one is tried to be written
     */
    Checkpoints(EventLog log, String name, Duration patience, InstantSource clock) {
        this.log = log;
        this.name = checked(name);
        this.patience = patience;
        this.clock = clock;
    }

    static String checked(String name) {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*") || name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "name not of 1..%d letters, digits, _, . and -: %s".formatted(MAX_NAME, name));
        }
        return name;
    }

    /** Whether an event is work: no checkpoint, which would make events of events. */
    static boolean isGivenOut(Event event) {
        return !event.stream().category().equals(CATEGORY) && !event.data().isRemoved();
    }

    /** As far as it can be read here. */
    Stored last(int partition) throws IOException {
        var last = log.readStreamBackwards(stream(partition), Long.MAX_VALUE, 1);
        return last.isEmpty()
                ? new Stored(Checkpoint.NONE, 0)
                : new Stored(Checkpoint.of(last.getFirst()), last.getFirst().version());
    }

    /** As it is, after somebody else has written it. */
    Stored caughtUp(int partition) throws IOException, InterruptedException {
        catchUp();
        return last(partition);
    }

    void catchUp() throws IOException, InterruptedException {
        if (!log.catchUp(patience)) {
            throw new IOException("cannot catch up with the log within " + patience);
        }
    }

    /** Writes the next, if nobody has written one since. */
    AppendOutcome append(int partition, long expected, Checkpoint next)
            throws InterruptedException {
        var data = List.of(next.data(clock.instant()));
        var append = Append.to(stream(partition), Expected.version(expected), data);
        return log.append(append, patience);
    }

    /**
     * Writes that a partition is handled up to a position, whatever was written before, and is
     * nobody's.
     *
     * @return false if that is what was written
     */
    boolean setTo(int partition, long position) throws IOException, InterruptedException {
        var version = log.version(stream(partition));
        var id = id(partition, position);
        if (isAt(partition, position, id)) {
            return false;
        }
        var set = new Checkpoint(null, version + 1, position, id, null, null, null, 0);
        var outcome = append(partition, version, set);
        if (outcome instanceof AppendOutcome.Appended) {
            return true;
        }
        throw new IOException(
                "the checkpoint of %s cannot be written: %s".formatted(stream(partition), outcome));
    }

    private boolean isAt(int partition, long position, @Nullable UUID id) throws IOException {
        try {
            var last = last(partition);
            return last.version() > 0
                    && last.checkpoint().position() == position
                    && Objects.equals(last.checkpoint().last(), id);
        } catch (CorruptLogException _) {
            return false; // it was taken out, since there were newer ones
        }
    }

    /** Of the event at a position; null if there is none. */
    @Nullable UUID id(int partition, long position) throws IOException {
        var found = position == 0 ? List.<Event>of() : log.read(partition, position, 1);
        return found.isEmpty() ? null : found.getFirst().data().id();
    }

    private StreamId stream(int partition) {
        return new StreamId(CATEGORY, name + "/" + partition);
    }
}
