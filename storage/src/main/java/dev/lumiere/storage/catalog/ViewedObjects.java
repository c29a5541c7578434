package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The objects that a view of this node has, as far as that has come. */
record ViewedObjects(View view) implements CatalogPartition {
    private static final Duration COMES_WITHIN = Duration.ofSeconds(2);

    /**
     * The same, by all events up to there.
     *
     * @throws IOException if the view does not come so far in time
     */
    ViewedObjects upTo(PositionVector end) throws IOException, InterruptedException {
        if (!view.waitFor(end, COMES_WITHIN)) {
            throw new IOException("it is at %s, not at %s".formatted(view.position(), end));
        }
        return this;
    }

    @Override
    public @Nullable CatalogObject find(String bucket, String key) throws IOException {
        var packed = view.get(ObjectIndex.objectKey(bucket, key));
        return packed == null ? null : CatalogEntry.unpacked(bucket, key, packed).object();
    }

    @Override
    public Catalog.Page page(Listing listing, String marker) throws IOException {
        return view.read(index -> listing.page(index, marker));
    }

    @Override
    public Set<BlobId> referredTo(Collection<BlobId> blobs) throws IOException {
        return view.read(index -> {
            var found = new HashSet<BlobId>();
            for (var blob : blobs) {
                if (!index.scan(ObjectIndex.referenceKeys(blob), "", 1).isEmpty()) {
                    found.add(blob);
                }
            }
            return found;
        });
    }

    @Override
    public Usage usage(String bucket) throws IOException {
        var counted = view.get(ObjectIndex.usageKey(bucket));
        return counted == null ? Usage.NONE : Usage.unpacked(counted);
    }
}
