package dev.lumiere.eventlog.aggregate;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All things of one category, each the sum of its stream. A command is decided on the state as it
 * is, and decided anew if somebody else was first. The same command again, known by its id, does
 * nothing.
 *
 * @param <C> commands
 * @param <S> states
 * @param <E> events
 */
public final class Aggregates<C, S, E> {
    private static final int MAX_TRIES = 10;
    private static final int CHUNK = 1000;

    private final EventLog log;
    private final String category;
    private final Decider<C, S, E> decider;
    private final EventTypes<E> types;
    private final InstantSource clock;

    private final @Nullable Snapshots<S> snapshots;

    /** As the log has it. */
    public Aggregates(
            EventLog log,
            String category,
            Decider<C, S, E> decider,
            EventTypes<E> types,
            InstantSource clock) {
        this(log, category, decider, types, clock, null);
    }

    private Aggregates(
            EventLog log,
            String category,
            Decider<C, S, E> decider,
            EventTypes<E> types,
            InstantSource clock,
            @Nullable Snapshots<S> snapshots) {
        this.log = log;
        this.category = category;
        this.decider = decider;
        this.types = types;
        this.clock = clock;
        this.snapshots = snapshots;
    }

    /**
     * The same with snapshots, in streams of the category {@code <category>.snapshot}. One that was
     * made by other code of decider, state or events is passed over.
     *
     * @param state a record that Jackson reads and writes
     * @param form of states, from 1; changed with what a decider uses of other jars, or is given
     *     when it is made
     * @param every after how many events of a stream one is kept
     * @throws IllegalArgumentException if the decider's code cannot be read, as of a lambda
     */
    public Aggregates<C, S, E> withSnapshots(Class<S> state, int form, int every) {
        var code = CodeVersion.of(decider, types, state, form);
        var kept = new Snapshots<>(log, category, state, every, code);
        return new Aggregates<>(log, category, decider, types, clock, kept);
    }

    /**
     * A state and how far the stream had come.
     *
     * @param version of the last event it holds; 0 if there is none
     */
    public record At<S>(S state, long version) {}

    /** What became of a command. */
    public sealed interface Handled<S> {
        /**
         * It is done, now or before.
         *
         * @param after the state with it, and perhaps with more
         */
        record Done<S>(At<S> after) implements Handled<S> {}

        /** The state does not allow it. */
        record Rejected<S>(String why, At<S> state) implements Handled<S> {}

        /**
         * Not done, or not known to be: too many others were first, or as the outcome says. The
         * same command may be given again.
         */
        record NotNow<S>(AppendOutcome outcome) implements Handled<S> {}
    }

    /**
     * Decides and appends.
     *
     * @param id of the command; one that was done is not done again
     * @param context of the events
     * @param atMost how long each of a few tries may wait for the log: to append, and to read here
     *     what somebody else was first with
     * @throws UnreadableEventException if the state cannot be read
     */
    public Handled<S> handle(
            String key, UUID id, C command, EventData.Context context, Duration atMost)
            throws IOException, InterruptedException {
        var stream = new StreamId(category, key);
        AppendOutcome outcome = new AppendOutcome.Refused("not tried");
        for (var tries = 0; tries < MAX_TRIES; tries++) {
            var begin = beginning(key, Long.MAX_VALUE);
            var now = fold(key, begin, _ -> true);
            if (log.find(eventId(stream, id, 0)) != null) {
                return new Handled.Done<>(state(key)); // perhaps it was done after it was read
            }
            List<E> events;
            try {
                events = decider.decide(command, now.state);
            } catch (Decider.Rejected rejected) {
                return new Handled.Rejected<>(String.valueOf(rejected.getMessage()), now);
            }
            outcome =
                    log.append(
                            Append.to(
                                    stream,
                                    Expected.version(now.version),
                                    data(stream, id, events, context)),
                            atMost);
            switch (outcome) {
                case AppendOutcome.Appended(_, var repeated) when repeated -> {
                    return new Handled.Done<>(state(key));
                }
                case AppendOutcome.Appended _ -> {
                    var after = after(now, events);
                    if (snapshots != null && snapshots.isDue(after.version - begin.version)) {
                        snapshots.keep(key, after, clock.instant(), atMost);
                    }
                    return new Handled.Done<>(after);
                }
                case AppendOutcome.Conflict(_, _, var actual) -> {
                    if (log.version(stream) < actual && !log.catchUp(atMost)) {
                        return new Handled.NotNow<>(outcome);
                    }
                }
                default -> {
                    return new Handled.NotNow<>(outcome);
                }
            }
        }
        return new Handled.NotNow<>(outcome);
    }

    private List<EventData> data(
            StreamId stream, UUID command, List<E> events, EventData.Context context) {
        var data = new ArrayList<EventData>();
        for (var event : events) {
            data.add(
                    types.data(
                            eventId(stream, command, data.size()),
                            clock.instant(),
                            context,
                            event));
        }
        return data;
    }

    /** The same for the same command to the same thing, so that the log knows it again. */
    static UUID eventId(StreamId stream, UUID command, int number) {
        return UUID.nameUUIDFromBytes(
                (command + "/" + number + "/" + stream).getBytes(StandardCharsets.UTF_8));
    }

    private At<S> after(At<S> now, List<E> events) {
        var state = now.state;
        for (var event : events) {
            state = decider.evolve(state, event);
        }
        return new At<>(state, now.version + events.size());
    }

    /**
     * As it is now.
     *
     * @throws UnreadableEventException if it cannot be known
     */
    public At<S> state(String key) throws IOException {
        return fold(key, beginning(key, Long.MAX_VALUE), _ -> true);
    }

    /**
     * As it was after that version; as it is now if there is no such version yet.
     *
     * @throws UnreadableEventException if it cannot be known
     */
    public At<S> stateAt(String key, long version) throws IOException {
        return fold(key, beginning(key, version), event -> event.version() <= version);
    }

    /**
     * As it was at that time, by the times of the events.
     *
     * @throws UnreadableEventException if it cannot be known
     */
    public At<S> stateAt(String key, Instant time) throws IOException {
        return fold(key, initial(), event -> !event.data().time().isAfter(time));
    }

    /** From where not all has to be read. */
    private At<S> beginning(String key, long atMost) throws IOException {
        var kept = snapshots == null ? null : snapshots.last(key, atMost);
        return kept == null ? initial() : kept;
    }

    private At<S> initial() {
        return new At<>(decider.initial(), 0);
    }

    /** Up to the first event that is not wanted; those of unknown types change nothing. */
    private At<S> fold(String key, At<S> from, Predicate<Event> wanted) throws IOException {
        var stream = new StreamId(category, key);
        var at = from;
        while (true) {
            var events = log.readStream(stream, at.version + 1, CHUNK);
            for (var event : events) {
                if (!wanted.test(event)) {
                    return at;
                }
                if (event.data().isRemoved() && decider.needsEveryEvent()) {
                    throw new UnreadableEventException(event);
                }
                var known = types.event(event.data());
                var state = known == null ? at.state : decider.evolve(at.state, known);
                at = new At<>(state, event.version());
            }
            if (events.isEmpty()) {
                return at;
            }
        }
    }
}
