package dev.lumiere.storage.upload;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.rule.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Objects that were made of others here, put as an upload would be, in place of whatever has their
 * key. One that is there already as it is to be is left alone. Blocks; any thread may use it.
 */
public final class SavedResults {
    private final Catalog catalog;
    private final BlobStore blobs;
    private final InstantSource clock;

    /**
     * What is to be put.
     *
     * @param bucket of whom has asked for it, which is for the caller to know
     * @param hash QETag of its bytes
     * @param size in bytes
     * @param days after which it is deleted; 0 for never
     */
    public record Result(
            String bucket, String key, String hash, long size, String mimeType, int days) {}

    /** Where its bytes are. */
    @FunctionalInterface
    public interface Source {
        /** To be read once and closed; null if they are not there any more. */
        @Nullable InputStream open() throws IOException;
    }

    /** In a catalog, and its blobs. */
    public SavedResults(Catalog catalog, BlobStore blobs, InstantSource clock) {
        this.catalog = catalog;
        this.blobs = blobs;
        this.clock = clock;
    }

    /**
     * Puts it.
     *
     * @return false if its bytes are not there any more, or not those of the hash; then nothing is
     *     put
     * @throws Problem.Refused 400 if it cannot have that key, 631 if there is no such bucket, 503
     *     if it cannot be kept now
     * @throws IOException if the source cannot be read
     */
    public boolean put(Result result, Source source) throws IOException {
        ObjectKey.checkedNew(result.key);
        var now = clock.instant();
        var end = CatalogObject.expiry(result.days, now);
        catalog.catchUp();
        if (isThere(result, end)) {
            return true;
        }
        try (var in = source.open();
                var writer = new ContentWriter(blobs)) {
            if (in == null) {
                return false;
            }
            var blob = writer.take(in, Long.MAX_VALUE).finish().blob();
            if (!blob.qetag().equals(result.hash)) {
                return false;
            }
            catalog.put(
                    CatalogObject.of(result.bucket, result.key, blob, result.mimeType, now)
                            .expiringAt(end),
                    IfExists.REPLACE);
            return true;
        }
    }

    /** Also if its owner has changed since what else is known of it. */
    private boolean isThere(Result result, long end) {
        var there = catalog.find(result.bucket, result.key);
        return there != null
                && there.hash().equals(result.hash)
                && there.size() == result.size
                && there.mimeType().equals(result.mimeType)
                && there.expiresAt() == end;
    }
}
