package dev.lumiere.platform.node;

import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogSnapshots;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves snapshots of the catalog for nodes to come, as soon as there is enough that is new. */
final class SnapshotUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotUpkeep.class);
    private static final Duration EACH = Duration.ofMinutes(1);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);

    private final CatalogSnapshots snapshots;
    private final Catalog catalog;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("catalog-snapshots").daemon().factory());

    /** Of what a node has of the catalog, once it is started. */
    SnapshotUpkeep(CatalogSnapshots snapshots, Catalog catalog) {
        this.snapshots = snapshots;
        this.catalog = catalog;
    }

    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::take, EACH.toSeconds(), EACH.toSeconds(), TimeUnit.SECONDS);
    }

    private void take() {
        try {
            catalog.leaveSnapshots(snapshots);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it is closed
        } catch (IOException | RuntimeException e) {
            if (!thread.isShutdown()) {
                LOG.warn("no snapshot of the catalog; the next try is in {}", EACH, e);
            }
        }
    }

    /** Interrupts what is going on, and waits for it a little. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("a snapshot of the catalog has not ended within {}", END_WITHIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
