package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import org.jspecify.annotations.Nullable;

/** How a move ended that did not end with an {@link ObjectEvent.ObjectMovedAway}. */
sealed interface MoveEvent {
    /**
     * What was to be moved stays, since it is another object by now, or was moved elsewhere.
     *
     * @param version of its stream that was moved
     * @param to where; null in what older nodes wrote
     */
    record MoveGivenUp(String bucket, String key, long version, @Nullable ObjectName to)
            implements MoveEvent {}

    /** Of all streams of moves. */
    String CATEGORY = "storage.move";

    /** By these names they are kept, for ever. */
    EventTypes<MoveEvent> TYPES = new EventTypes<>(EventType.of("MoveGivenUp", MoveGivenUp.class));

    /** The stream of one move, that it ends once. */
    static StreamId stream(ObjectName name, long version, ObjectName to) {
        var move = version + "/" + ObjectEvent.hash(to.toString()) + "/";
        return new StreamId(CATEGORY, ObjectEvent.streamKey(move, name.bucket(), name.key()));
    }
}
