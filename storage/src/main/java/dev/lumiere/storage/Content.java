package dev.lumiere.storage;

import dev.lumiere.storage.blob.BlobId;
import java.nio.file.Path;

/** Where the bytes of an object are. */
public sealed interface Content {
    /** A file of a folder that is served. */
    record InFolder(Path file) implements Content {}

    /**
     * A blob.
     *
     * @param qetag of its bytes
     */
    record InStore(BlobId blob, String qetag) implements Content {}
}
