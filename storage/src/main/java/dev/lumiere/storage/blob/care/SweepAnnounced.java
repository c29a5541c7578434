package dev.lumiere.storage.blob.care;

import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.storage.blob.BlobId;
import java.util.List;

/**
 * Contents that are to be deleted unless something turns out to need them.
 *
 * @param writtenBefore in seconds since 1970: those that were written or renewed later stay
 */
record SweepAnnounced(List<BlobId> blobs, long writtenBefore) {
    /** By that name they are kept, for ever. */
    static final EventTypes<SweepAnnounced> TYPES =
            new EventTypes<>(EventType.of("SweepAnnounced", SweepAnnounced.class));

    SweepAnnounced {
        blobs = List.copyOf(blobs);
    }
}
