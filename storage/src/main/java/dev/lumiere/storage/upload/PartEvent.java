package dev.lumiere.storage.upload;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlockHashes;
import org.jspecify.annotations.Nullable;

/** What becomes of a resumable upload of the second kind, made of numbered parts. */
sealed interface PartEvent {
    /**
     * It was begun.
     *
     * @param account whose key signed the token
     * @param key null for none
     * @param expiresAt second since 1970
     */
    record UploadBegun(String account, String bucket, @Nullable String key, long expiresAt)
            implements PartEvent {}

    /**
     * A part has come in, perhaps in place of one before.
     *
     * @param number 1 to 10,000
     * @param size in bytes
     * @param time second since 1970
     * @param expiresAt that of the upload
     * @param blocks of the blob; null as older nodes have written it
     */
    record PartTaken(
            int number,
            BlobId blob,
            long size,
            String qetag,
            String md5,
            long time,
            long expiresAt,
            @Nullable BlockHashes blocks)
            implements PartEvent {}

    /** An object was made of it. */
    record UploadCompleted(long expiresAt) implements PartEvent {}

    /** Nothing is to be made of it. */
    record UploadAborted(long expiresAt) implements PartEvent {}

    String CATEGORY = "storage.upload";

    /** By these names they are kept, for ever. */
    EventTypes<PartEvent> TYPES =
            new EventTypes<>(
                    EventType.of("UploadBegun", UploadBegun.class),
                    EventType.of("UploadPartTaken", PartTaken.class),
                    EventType.of("UploadCompleted", UploadCompleted.class),
                    EventType.of("UploadAborted", UploadAborted.class));

    static StreamId stream(String upload) {
        return new StreamId(CATEGORY, upload);
    }
}
