package dev.lumiere.storage.catalog;

import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The objects of some partition of the log, or of all, wherever they are looked up. */
public interface CatalogPartition {
    /**
     * An object, also one that has expired; null if there is none.
     *
     * @throws NotHeldException if it has to be asked of another node
     * @throws IOException if it cannot be read or asked now
     */
    @Nullable CatalogObject find(String bucket, String key)
            throws IOException, InterruptedException;

    /**
     * A page of those it has.
     *
     * @param marker where to go on, as a page before said; empty to begin
     * @throws NotHeldException if it has to be asked of another node
     * @throws IOException if it cannot be read or asked now
     */
    Catalog.Page page(Listing listing, String marker) throws IOException, InterruptedException;

    /**
     * Which of these contents its objects have.
     *
     * @throws NotHeldException if it has to be asked of another node
     * @throws IOException if it cannot be read or asked now
     */
    Set<BlobId> referredTo(Collection<BlobId> blobs) throws IOException, InterruptedException;

    /**
     * How much of a bucket it has; none if there is no such bucket.
     *
     * @throws NotHeldException if it has to be asked of another node
     * @throws IOException if it cannot be read or asked now
     */
    Usage usage(String bucket) throws IOException, InterruptedException;
}
