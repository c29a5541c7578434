package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.view.Projection;
import java.io.IOException;
import java.nio.file.Path;

/** How much of the catalog a node has. All nodes of a log have to agree. */
public sealed interface CatalogLayout {
    /** All of it, begun from the log. */
    CatalogLayout WHOLE = new Whole((_, _) -> {});

    /** What views that are not there yet begin with. */
    Seeding seeding();

    /** All of it. */
    record Whole(Seeding seeding) implements CatalogLayout {}

    /**
     * Some of its partitions, as they fall to this node; others are asked for the rest.
     *
     * @param copies nodes that have each partition, at least 1
     * @param peers the other nodes
     */
    record Partitioned(int copies, CatalogPeers peers, Seeding seeding) implements CatalogLayout {}

    /** Brings what a view that is not there yet may begin with; nothing if there is nothing. */
    @FunctionalInterface
    interface Seeding {
        /** Of one view, in a folder of views. */
        void seed(Path views, Projection projection) throws IOException, InterruptedException;
    }
}
