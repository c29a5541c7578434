package dev.lumiere.storage.upload;

import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlockHashes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of a block of a resumable upload of the first kind. */
sealed interface BlockEvent {
    /**
     * One more chunk of it has come in.
     *
     * @param account whose key signed the token
     * @param blockBytes how long the block is to be
     * @param offset up to where it is there
     * @param blob all of it up to there
     * @param qetag of that
     * @param expiresAt second since 1970
     * @param blocks of the blob; null as older nodes have written it
     */
    record ChunkTaken(
            String account,
            long blockBytes,
            long offset,
            BlobId blob,
            String qetag,
            long expiresAt,
            @Nullable BlockHashes blocks)
            implements BlockEvent {}

    /**
     * An object was made of this block and others.
     *
     * @param blocks all of them
     * @param expiresAt when the last of them would have
     */
    record BlocksJoined(List<String> blocks, long expiresAt) implements BlockEvent {
        public BlocksJoined {
            blocks = List.copyOf(blocks);
        }
    }

    String CATEGORY = "storage.block";

    /** By these names they are kept, for ever. */
    EventTypes<BlockEvent> TYPES =
            new EventTypes<>(
                    EventType.of("BlockChunkTaken", ChunkTaken.class),
                    EventType.of("BlocksJoined", BlocksJoined.class));

    static StreamId stream(String block) {
        return new StreamId(CATEGORY, block);
    }
}
