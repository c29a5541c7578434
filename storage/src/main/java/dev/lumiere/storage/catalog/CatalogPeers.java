package dev.lumiere.storage.catalog;

/** The other nodes of a log, as far as they tell of the catalog. */
@FunctionalInterface
public interface CatalogPeers {
    /**
     * A partition, as another node has it if it does. Nothing is asked yet.
     *
     * @param address where that node takes appends
     */
    CatalogPartition partition(String address, int partition);
}
