package dev.lumiere.storage.source;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.storage.catalog.CatalogObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
     * It is there, or is given up, and who asked is to be told.
     *
     * @param status as in {@link FetchEnded}
     * @param reason as in {@link FetchEnded}
     * @param object as it was put; null if it is given up
     * @param tries how often nobody took it
     * @param nextAt not before that, in milliseconds since 1970
     */
    record FetchUntold(
            int status,
            String reason,
            @Nullable CatalogObject object,
            int tries,
            long nextAt,
            long requestedAt)
            implements FetchEvent {
        static FetchUntold of(CatalogObject object, long requestedAt) {
            return new FetchUntold(FetchEnded.DONE, "", object, 0, 0, requestedAt);
        }

        /** Tried in vain once more. */
        FetchUntold again(long at) {
            return new FetchUntold(status, reason, object, tries + 1, at, requestedAt);
        }

        FetchEnded ended() {
            return new FetchEnded(status, reason, requestedAt);
        }
    }

    /**
     * It is there, or is given up; nobody has to be told any more.
     *
     * @param status 200 if it is there; else what whoever asks and waits would have been told
     * @param reason why it is given up; empty if it is there
     */
    record FetchEnded(int status, String reason, long requestedAt) implements FetchEvent {
        static final int DONE = 200;
    }

    String CATEGORY = "storage.fetch";

    /** By these names they are kept, for ever. */
    EventTypes<FetchEvent> TYPES =
            new EventTypes<>(
                    EventType.of("FetchRequested", FetchRequested.class),
                    EventType.of("FetchFailed", FetchFailed.class),
                    EventType.of("FetchUntold", FetchUntold.class),
                    EventType.of("FetchEnded", FetchEnded.class));

    static StreamId stream(UUID id) {
        return new StreamId(CATEGORY, id.toString());
    }
}
