package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.service.file.FileTree;
import dev.lumiere.storage.bucket.BucketIndex;
import dev.lumiere.storage.bucket.KnownBuckets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** Opens the views of a catalog, or begins them, and discards those of the other layout. */
final class CatalogViews {
    /** Of the views of partitions. */
    private static final String PARTS = "objects";

    private final Path folder;
    private final EventLog log;
    private final KnownBuckets known;

    /**
     * Of a log.
     *
     * @param known is told of all buckets
     */
    CatalogViews(Path folder, EventLog log, KnownBuckets known) {
        this.folder = folder;
        this.log = log;
        this.known = known;
    }

    CatalogIndex open(CatalogLayout layout, InstantSource clock)
            throws IOException, InterruptedException {
        return switch (layout) {
            case CatalogLayout.Whole(var seeding) -> whole(seeding);
            case CatalogLayout.Partitioned parts -> partitioned(parts, clock);
        };
    }

    private CatalogIndex whole(CatalogLayout.Seeding seeding)
            throws IOException, InterruptedException {
        var whole = open(CatalogProjection.whole(known), seeding);
        FileTree.discard(folder.resolve(PARTS));
        return new WholeCatalog(whole);
    }

    private CatalogIndex partitioned(CatalogLayout.Partitioned layout, InstantSource clock)
            throws IOException, InterruptedException {
        var common = open(CatalogProjection.common(known), layout.seeding());
        var held = new HeldPartitions(folder.resolve(PARTS), log, layout.seeding(), clock);
        var placement = new Placement(log, layout.copies());
        var index = new PartitionedCatalog(log, common, placement, held, layout.peers());
        View.discard(folder, CatalogProjection.whole(known));
        index.start();
        return index;
    }

    private CatalogIndex.Part open(CatalogProjection projection, CatalogLayout.Seeding seeding)
            throws IOException, InterruptedException {
        seeding.seed(folder, projection);
        View.discardOlder(folder, projection);
        var view = View.open(folder, log, projection);
        var told = false;
        try {
            told =
                    view.read(index -> {
                        BucketIndex.tell(index, known);
                        return true;
                    });
        } finally {
            if (!told) {
                view.close();
            }
        }
        return new CatalogIndex.Part(projection, view);
    }
}
