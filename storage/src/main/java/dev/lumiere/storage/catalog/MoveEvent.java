package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;

/** How a move ended that did not end with an {@link ObjectEvent.ObjectMovedAway}. */
sealed interface MoveEvent {
    /**
     * What was to be moved stays, since it is another object by now.
     *
     * @param version of its stream that was moved
     */
    record MoveGivenUp(String bucket, String key, long version) implements MoveEvent {}

    /** Of all streams of moves. */
    String CATEGORY = "storage.move";

    /** By these names they are kept, for ever. */
    EventTypes<MoveEvent> TYPES = new EventTypes<>(EventType.of("MoveGivenUp", MoveGivenUp.class));

    /** The stream of one move, that it ends once. */
    static StreamId stream(ObjectName name, long version) {
        var key = ObjectEvent.streamKey(version + "/", name.bucket(), name.key());
        return new StreamId(CATEGORY, key);
    }
}
