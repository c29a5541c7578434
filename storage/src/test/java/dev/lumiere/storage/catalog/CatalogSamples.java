package dev.lumiere.storage.catalog;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlockHashes;
import java.time.Instant;

/** Objects and contents that are as good as any; the same number is the same content. */
public final class CatalogSamples {
    private CatalogSamples() {}

    public static BlobId blob(long content) {
        return new BlobId("%064x".formatted(content));
    }

    /** One whose size is the number of its content. */
    public static CatalogObject object(String bucket, String key, long content, Instant put) {
        var blob = new Blob(blob(content), content, "hash" + content, 0, "", new BlockHashes(""));
        return CatalogObject.of(bucket, key, blob, "image/jpeg", put);
    }
}
