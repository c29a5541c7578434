package dev.lumiere.storage.notice;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import java.util.Map;

/** How far others were told of a partition. The last event of its stream says all of it. */
sealed interface NoticeEvent {
    /**
     * Told up to there.
     *
     * @param position in the partition up to which it was looked at
     * @param behind of rules for which something before it is left, by {@link Lane#name}: the
     *     position where that begins
     */
    record NoticesReached(long position, Map<String, Long> behind) implements NoticeEvent {
        public NoticesReached {
            behind = Map.copyOf(behind);
        }
    }

    String CATEGORY = "storage.notices";

    /** By these names they are kept, for ever. */
    EventTypes<NoticeEvent> TYPES =
            new EventTypes<>(EventType.of("NoticesReached", NoticesReached.class));

    static StreamId stream(int partition) {
        return new StreamId(CATEGORY, Integer.toString(partition));
    }
}
