package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.PositionVector;

/** The other nodes of a log, as far as they tell of the catalog. */
@FunctionalInterface
public interface CatalogPeers {
    /**
     * A partition, as another node has it if it does. Nothing is asked yet.
     *
     * @param address where that node takes appends
     * @param end of the log, as far as it is known here: by all events up to there
     */
    CatalogPartition partition(String address, int partition, PositionVector end);
}
