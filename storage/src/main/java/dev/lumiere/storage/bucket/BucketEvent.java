package dev.lumiere.storage.bucket;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import org.jspecify.annotations.Nullable;

/** What can become of a bucket. The last event of its stream says all there is to know of it. */
public sealed interface BucketEvent {
    record BucketCreated(Bucket bucket) implements BucketEvent {}

    record BucketChanged(Bucket bucket) implements BucketEvent {}

    /** What it does not have is pulled from elsewhere from now on, or is not any more. */
    record BucketMirrored(Bucket bucket) implements BucketEvent {}

    record BucketDropped(String name) implements BucketEvent {}

    /** Of all streams of buckets. */
    String CATEGORY = "storage.bucket";

    /** By these names they are kept, for ever. */
    EventTypes<BucketEvent> TYPES =
            new EventTypes<>(
                    EventType.of("BucketCreated", BucketCreated.class),
                    EventType.of("BucketChanged", BucketChanged.class),
                    EventType.of("BucketMirrored", BucketMirrored.class),
                    EventType.of("BucketDropped", BucketDropped.class));

    /** The bucket after an event; null if there is none. */
    static @Nullable Bucket after(@Nullable BucketEvent event) {
        return switch (event) {
            case null -> null;
            case BucketCreated(var bucket) -> bucket;
            case BucketChanged(var bucket) -> bucket;
            case BucketMirrored(var bucket) -> bucket;
            case BucketDropped _ -> null;
        };
    }

    static StreamId stream(String name) {
        return new StreamId(CATEGORY, name);
    }
}
