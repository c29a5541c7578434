package dev.lumiere.eventlog;

import java.util.List;
import java.util.UUID;

/** What became of an append. */
public sealed interface AppendOutcome {
    /**
     * The events are durable, and every read that begins now sees them.
     *
     * @param places of the events, in their order; those of the first time if these very events
     *     were appended before
     * @param isRepeated whether they were
     */
    record Appended(List<Event.Place> places, boolean isRepeated) implements AppendOutcome {
        public Appended {
            places = List.copyOf(places);
        }

        /**
         * Of the last event, which is what a reader of a view waits for.
         *
         * @throws java.util.NoSuchElementException if nothing was to be appended
         */
        public Event.Place last() {
            return places.getLast();
        }
    }

    /**
     * Nothing was appended: a stream is not what was expected.
     *
     * @param actual version of the stream
     */
    record Conflict(StreamId stream, Expected expected, long actual) implements AppendOutcome {}

    /**
     * Nothing was appended: an event of this id is in the log, but not all of the events are, or
     * not in this order or these streams.
     *
     * @param at where it is
     */
    record IdTaken(UUID id, Event.Place at) implements AppendOutcome {}

    /** Nothing was appended, and nothing will be: the log is closed, or too much waits. */
    record Refused(String reason) implements AppendOutcome {}

    /**
     * Whether anything was appended is not known now. {@link EventLog#find} tells by an event's id,
     * once the log is there again; or the same append, which gives its first places if it was.
     */
    record Unknown(String reason) implements AppendOutcome {}
}
