package dev.lumiere.storage.bucket;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import org.jspecify.annotations.Nullable;

/**
 * Who may have a host. It is taken here before the bucket has it, and given back after, so that no
 * two buckets have the same.
 */
public sealed interface DomainEvent {
    record DomainTaken(String host, String bucket) implements DomainEvent {}

    record DomainGivenBack(String host) implements DomainEvent {}

    /** Of all streams of hosts. */
    String CATEGORY = "storage.domain";

    /** By these names they are kept, for ever. */
    EventTypes<DomainEvent> TYPES =
            new EventTypes<>(
                    EventType.of("DomainTaken", DomainTaken.class),
                    EventType.of("DomainGivenBack", DomainGivenBack.class));

    /** The bucket that has it after an event; null if none has. */
    static @Nullable String holder(@Nullable DomainEvent event) {
        return event instanceof DomainTaken(_, var bucket) ? bucket : null;
    }

    static StreamId stream(String host) {
        return new StreamId(CATEGORY, host);
    }
}
