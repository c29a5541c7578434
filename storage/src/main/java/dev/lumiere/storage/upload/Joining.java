package dev.lumiere.storage.upload;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlockHashes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one content of several that are kept. Those of whole blocks of 4 MiB, as SDKs send them,
 * are not read again: what there is to know of the whole follows from what was known of them.
 */
final class Joining {
    private final BlobStore blobs;

    /**
     * A content that becomes a part of another.
     *
     * @param size in bytes
     * @param blocks null if nobody has written them down
     */
    record Piece(BlobId blob, long size, @Nullable BlockHashes blocks) {}

    Joining(BlobStore blobs) {
        this.blobs = blobs;
    }

    /** Null if one of them is not there any more. */
    @Nullable Content joined(List<Piece> pieces) {
        var blob = known(pieces);
        return blob != null && isMade(blob, pieces) ? content(blob, pieces) : copied(pieces);
    }

    /** What they make; null if that cannot be told without reading them. */
    private static @Nullable Blob known(List<Piece> pieces) {
        var hashes = new ArrayList<BlockHashes>();
        var size = 0L;
        for (var piece : pieces) {
            if (piece.blocks == null || size % BlockHashes.BLOCK_BYTES != 0) {
                return null;
            }
            hashes.add(piece.blocks);
            size += piece.size;
        }
        return Blob.joined(BlockHashes.joined(hashes), size);
    }

    private boolean isMade(Blob blob, List<Piece> pieces) {
        return ContentWriter.stored(
                () -> blobs.join(blob, pieces.stream().map(Piece::blob).toList()));
    }

    private @Nullable Content content(Blob blob, List<Piece> pieces) {
        if (pieces.isEmpty()) {
            return new Content(blob, null);
        }
        var head = ContentWriter.stored(() -> head(pieces.getFirst().blob));
        return head == null ? null : new Content(blob, SniffedType.of(head));
    }

    private byte @Nullable [] head(BlobId id) throws IOException {
        try (var file = blobs.open(id)) {
            return file == null ? null : ContentWriter.head(file);
        }
    }

    private @Nullable Content copied(List<Piece> pieces) {
        try (var writer = new ContentWriter(blobs)) {
            for (var piece : pieces) {
                if (!writer.take(piece.blob)) {
                    return null;
                }
            }
            return writer.finish();
        }
    }
}
