package dev.lumiere.storage.source;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import java.util.UUID;

/**
 * What becomes of a fetch that nobody waits for.
 *
 * <p>All of one tell when it was asked for, in milliseconds since 1970, which is its place in the
 * queue.
 */
sealed interface FetchEvent {
    /** When it was asked for. */
    long requestedAt();

    /**
     * Somebody asks for it.
     *
     * @param account whose key signed that
     */
    record FetchRequested(String account, Wish wish, long requestedAt) implements FetchEvent {}

    /**
     * It was tried, and will be again.
     *
     * @param nextAt not before that, in milliseconds since 1970
     */
    record FetchFailed(int status, String reason, long nextAt, long requestedAt)
            implements FetchEvent {}

    /**
     * It is there, or is given up.
     *
     * @param status 200 if it is there; else what whoever asks and waits would have been told
     * @param reason why it is given up; empty if it is there
     */
    record FetchEnded(int status, String reason, long requestedAt) implements FetchEvent {}

    String CATEGORY = "storage.fetch";

    /** By these names they are kept, for ever. */
    EventTypes<FetchEvent> TYPES =
            new EventTypes<>(
                    EventType.of("FetchRequested", FetchRequested.class),
                    EventType.of("FetchFailed", FetchFailed.class),
                    EventType.of("FetchEnded", FetchEnded.class));

    static StreamId stream(UUID id) {
        return new StreamId(CATEGORY, id.toString());
    }
}
