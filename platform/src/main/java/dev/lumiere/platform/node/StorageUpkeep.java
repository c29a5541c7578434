package dev.lumiere.platform.node;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.care.Scrub;
import dev.lumiere.storage.blob.care.Sweeper;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogSnapshots;
import dev.lumiere.storage.catalog.CatalogUpkeep;
import dev.lumiere.storage.catalog.Lifecycle;
import dev.lumiere.storage.upload.UploadsInProgress;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what has expired, and what was moved away by a node that did not come to delete it; each
 * hour what the rules of its bucket keep no longer, and each day contents that nobody refers to,
 * both by the node of all that share a log that has its first partition; and reads all contents
 * slowly, to find those that are damaged.
 */
final class StorageUpkeep implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StorageUpkeep.class);
    private static final Duration EACH = Duration.ofSeconds(30);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    private static final int AT_ONCE = 1000;

    /** How old a content is before it may be swept. */
    private static final Duration GRACE = Duration.ofDays(1);

    private static final Duration RULES_EACH = Duration.ofHours(1);
    private static final Duration SWEPT_EACH = Duration.ofHours(24);
    private static final long SCRUBBED_PER_SECOND = 4 << 20;

    private final EventLog log;
    private final Catalog catalog;
    private final CatalogUpkeep upkeep;
    private final Lifecycle lifecycle;
    private final Sweeper sweeper;
    private final Scrub scrub;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("storage-upkeep").daemon().factory());
    private final ScheduledExecutorService slowThread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("storage-sweep").daemon().factory());

    StorageUpkeep(
            EventLog log,
            Catalog catalog,
            UploadsInProgress uploads,
            CatalogSnapshots snapshots,
            BlobStore blobs,
            InstantSource clock) {
        this.log = log;
        this.catalog = catalog;
        upkeep = new CatalogUpkeep(catalog, clock);
        lifecycle = new Lifecycle(catalog, clock);
        sweeper =
                new Sweeper(
                        blobs,
                        log,
                        ids -> referredTo(ids, uploads, snapshots),
                        (end, atMost) ->
                                catalog.folded().waitFor(end, atMost)
                                        && uploads.view().waitFor(end, atMost),
                        GRACE,
                        clock,
                        UUID::randomUUID);
        scrub = new Scrub(blobs, SCRUBBED_PER_SECOND, clock, Thread::sleep);
    }

    private Set<BlobId> referredTo(
            List<BlobId> blobs, UploadsInProgress uploads, CatalogSnapshots snapshots)
            throws IOException {
        Set<BlobId> found;
        try {
            found = new HashSet<>(catalog.referredTo(blobs));
        } catch (Problem.Refused e) {
            throw new IOException(e.problem().error(), e);
        }
        found.addAll(snapshots.contents());
        for (var blob : blobs) {
            if (!found.contains(blob) && uploads.refersTo(blob)) {
                found.add(blob);
            }
        }
        return found;
    }

    private void sweep() {
        slowly(
                "contents are not swept",
                () -> {
                    if (log.owns(0)) {
                        LOG.info("{} contents deleted that nobody refers to", sweeper.pass());
                    }
                });
        slowly("contents are not read over", this::scrub);
    }

    private void scrub() throws IOException, InterruptedException {
        LOG.info(
                "contents read: {}",
                scrub.pass(finding ->
                        LOG.error(
                                "content {} of {} bytes is damaged: {}",
                                finding.id(),
                                finding.size(),
                                finding.why())));
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void slowly(String failed, Work work) {
        try {
            work.run();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (!slowThread.isShutdown()) {
                LOG.error("{}; the next try is in {}", failed, SWEPT_EACH, e);
            }
        }
    }

    void start() {
        var _ =
                slowThread.scheduleWithFixedDelay(
                        this::sweep, 1, SWEPT_EACH.toHours(), TimeUnit.HOURS);
        var _ =
                thread.scheduleWithFixedDelay(
                        this, EACH.toSeconds(), EACH.toSeconds(), TimeUnit.SECONDS);
        var _ =
                thread.scheduleWithFixedDelay(
                        () -> attempt(this::applyRules, RULES_EACH),
                        1,
                        RULES_EACH.toMinutes(),
                        TimeUnit.MINUTES);
    }

    private void applyRules() {
        if (log.owns(0)) {
            var found = lifecycle.pass();
            if (found > 0) {
                LOG.info(
                        "{} objects deleted, or brought to another class, by the rules of their buckets",
                        found);
            }
        }
    }

    @Override
    public void run() {
        attempt(
                () -> {
                    upkeep.deleteExpired(AT_ONCE);
                    upkeep.changeClasses(AT_ONCE);
                    upkeep.finishMoves(AT_ONCE);
                },
                EACH);
    }

    private void attempt(Runnable work, Duration nextTry) {
        try {
            work.run();
        } catch (Problem.Refused e) {
            LOG.info("not now: {}", e.problem().error());
        } catch (RuntimeException e) {
            if (!thread.isShutdown()) {
                LOG.error("upkeep failed; the next try is in {}", nextTry, e);
            }
        }
    }

    /** Interrupts what is going on, and waits for it a little. */
    @Override
    public void close() {
        thread.shutdownNow();
        slowThread.shutdownNow();
        try {
            if (!thread.awaitTermination(END_WITHIN.toSeconds(), TimeUnit.SECONDS)
                    || !slowThread.awaitTermination(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("upkeep of storage has not ended within {}", END_WITHIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
