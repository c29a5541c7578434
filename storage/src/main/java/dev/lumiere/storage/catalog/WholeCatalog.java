package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The catalog in one view, that of a node which asks nobody. */
record WholeCatalog(Part common) implements CatalogIndex {
    /** A look into memory, mostly; so that many at once share it. */
    private static final Duration USAGE_AGE = Duration.ofMillis(20);

    @Override
    public List<Part> parts() {
        return List.of(common);
    }

    @Override
    public List<View> views() {
        return List.of(common.view());
    }

    @Override
    public @Nullable Part held(int partition) {
        return null;
    }

    @Override
    public @Nullable CatalogObject find(String bucket, String key) throws IOException {
        return common.objects().find(bucket, key);
    }

    @Override
    public Catalog.Page page(Listing listing, String marker) throws IOException {
        return common.objects().page(listing, marker);
    }

    @Override
    public Set<BlobId> referredTo(Collection<BlobId> blobs) throws IOException {
        return common.objects().referredTo(blobs);
    }

    @Override
    public Usage usage(String bucket) throws IOException {
        return common.objects().usage(bucket);
    }

    @Override
    public Duration usageAge() {
        return USAGE_AGE;
    }

    @Override
    public View.@Nullable Stop stopped() {
        return common.view().stopped();
    }

    @Override
    public boolean waitFor(Event.Place place, Duration atMost) throws InterruptedException {
        return common.view().waitFor(place, atMost);
    }

    @Override
    public boolean waitFor(PositionVector position, Duration atMost) throws InterruptedException {
        return common.view().waitFor(position, atMost);
    }

    @Override
    public void close() {
        common.view().close();
    }
}
