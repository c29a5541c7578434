package dev.lumiere.platform.node;

import dev.lumiere.api.storage.UploadHandler;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.view.UnusableViewException;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.service.Health.Status;
import dev.lumiere.service.file.FileTree;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.account.Accounts;
import dev.lumiere.storage.account.FirstAccount;
import dev.lumiere.storage.account.Meter;
import dev.lumiere.storage.account.SecretSeal;
import dev.lumiere.storage.account.Slices;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.blob.s3.S3BlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogLayout;
import dev.lumiere.storage.catalog.CatalogPeers;
import dev.lumiere.storage.catalog.CatalogSnapshots;
import dev.lumiere.storage.source.FetchesWaiting;
import dev.lumiere.storage.upload.BlockUploads;
import dev.lumiere.storage.upload.CallbackSender;
import dev.lumiere.storage.upload.Completion;
import dev.lumiere.storage.upload.MediaFacts;
import dev.lumiere.storage.upload.PartUploads;
import dev.lumiere.storage.upload.UploadsInProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node stores: the bytes, and what it has made of the log: catalog, accounts, uploads. */
final class NodeStorage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStorage.class);

    /** How long nothing of an upload may arrive. */
    private static final Duration UPLOAD_PATIENCE = Duration.ofSeconds(60);

    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(30);

    /** Of ten million objects it takes some minutes. */
    private static final Duration FOLDED_WITHIN = Duration.ofHours(1);

    private final Parts parts = new Parts();
    private final BlobStore blobs;
    private final Accounts accounts;
    private final FirstAccount first;
    private final Meter meter;
    private final Catalog catalog;
    private final UploadsInProgress uploads;
    private final FetchesWaiting fetches;
    private final Buckets buckets;
    private final Set<String> folders;

    private NodeStorage(
            NodeConfig config,
            EventLog log,
            CatalogPeers peers,
            SecretSeal seal,
            SecureRandom random,
            InstantSource clock)
            throws IOException, InterruptedException {
        var done = false;
        try {
            var views = config.home().resolve("views");
            blobs = parts.add(open(config.blobs(), clock));
            accounts =
                    parts.add(
                            anyhow(
                                    views.resolve("accounts"),
                                    v -> Accounts.open(v, log, seal, random, clock)));
            first = FirstAccount.in(config.home(), accounts);
            meter =
                    parts.add(
                            new Slices(
                                    accounts,
                                    config.metering().slice(),
                                    config.hostname(),
                                    config.home().resolve("slices")));
            var snapshots =
                    new CatalogSnapshots(
                            log,
                            blobs,
                            views.resolve("snapshot"),
                            config.snapshotEvents(),
                            clock,
                            UUID::randomUUID);
            folders = config.storage().buckets().keySet();
            catalog =
                    parts.add(
                            anyhow(
                                    views.resolve("catalog"),
                                    v ->
                                            catalog(
                                                    v,
                                                    log,
                                                    config.catalogCopies(),
                                                    peers,
                                                    snapshots,
                                                    folders::contains,
                                                    clock)));
            uploads =
                    parts.add(
                            anyhow(
                                    views.resolve("uploads"),
                                    v -> UploadsInProgress.open(v, log, clock)));
            fetches = parts.add(anyhow(views.resolve("fetches"), v -> FetchesWaiting.open(v, log)));
            buckets = new Buckets(config.storage(), catalog, blobs, clock);
            catalog.keptIn(blobs);
            catalog.buckets().urlKeys().sealedBy(seal);
            catalog.buckets().domains().reserve(config::isOwnHost);
            awaitViews(log);
            hidden().forEach(name -> LOG.warn("a folder hides the bucket {}", name));
            parts.add(new StorageUpkeep(log, catalog, uploads, snapshots, blobs, clock)).start();
            if (config.isShared() && config.snapshotEvents() > 0) {
                parts.add(new SnapshotUpkeep(snapshots, catalog)).start();
            }
            done = true;
        } finally {
            if (!done) {
                parts.close();
            }
        }
    }

    /**
     * Opens it, and makes the first account where there is none.
     *
     * @param peers the other nodes of the log
     * @throws StartFailure if it is interrupted
     */
    static NodeStorage open(
            NodeConfig config,
            EventLog log,
            CatalogPeers peers,
            SecretSeal seal,
            SecureRandom random,
            InstantSource clock)
            throws IOException {
        try {
            return new NodeStorage(config, log, peers, seal, random, clock);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while the catalog was opened");
        }
    }

    /** What is not known yet is not told to be not there. */
    private void awaitViews(EventLog log) throws IOException, InterruptedException {
        log.catchUp(CAUGHT_UP_WITHIN);
        var end = log.end();
        for (var view : views()) {
            if (!view.waitFor(end, FOLDED_WITHIN)) {
                throw new IOException(
                        "a view is at %s, the log at %s".formatted(view.position(), end));
            }
        }
    }

    private List<View> views() {
        return List.of(catalog.view(), accounts.view(), uploads.view(), fetches.view());
    }

    private static Catalog catalog(
            Path views,
            EventLog log,
            int copies,
            CatalogPeers peers,
            CatalogSnapshots snapshots,
            Predicate<String> isTaken,
            InstantSource clock)
            throws IOException, InterruptedException {
        var layout =
                copies == 0
                        ? new CatalogLayout.Whole(snapshots)
                        : new CatalogLayout.Partitioned(copies, peers, snapshots);
        return Catalog.open(views, log, layout, isTaken, clock, UUID::randomUUID);
    }

    private static BlobStore open(BlobsConfig config, InstantSource clock) throws IOException {
        return switch (config) {
            case BlobsConfig.Directory(var folder, var reserveBytes) ->
                    new DirectoryBlobStore(folder, clock, reserveBytes);
            case BlobsConfig.S3(var s3) -> new S3BlobStore(s3, clock);
        };
    }

    private interface Opening<T> {
        T open(Path folder) throws IOException, InterruptedException;
    }

    /** A view that is of no use, as after the log was restored, is made of the log again. */
    private static <T> T anyhow(Path folder, Opening<T> opening)
            throws IOException, InterruptedException {
        try {
            return opening.open(folder);
        } catch (UnusableViewException e) {
            LOG.warn("the view in {} is made of the log anew: {}", folder, e.getMessage());
            FileTree.discard(folder);
            return opening.open(folder);
        }
    }

    Catalog catalog() {
        return catalog;
    }

    BlobStore blobs() {
        return blobs;
    }

    Accounts accounts() {
        return accounts;
    }

    /** The account that was there first. */
    FirstAccount first() {
        return first;
    }

    /** Those that have not ended. */
    FetchesWaiting fetches() {
        return fetches;
    }

    /** Of the accounts' credits. */
    Meter meter() {
        return meter;
    }

    /** Names of folders that are those of buckets too, which are not served then. */
    List<String> hidden() {
        return folders.stream().filter(name -> catalog.buckets().find(name) != null).toList();
    }

    Buckets buckets() {
        return buckets;
    }

    /** All ways to upload into it. */
    UploadHandler uploadHandler(
            EventLog log,
            CallbackSender sender,
            MediaFacts facts,
            InstantSource clock,
            SecureRandom random) {
        var completion = new Completion(catalog, sender, facts, clock, UUID::randomUUID);
        return new UploadHandler(
                accounts,
                blobs,
                completion,
                new BlockUploads(log, blobs, completion, clock, UUID::randomUUID, random),
                new PartUploads(log, blobs, completion, clock, UUID::randomUUID, random),
                UPLOAD_PATIENCE);
    }

    /** Whether the views follow the log. */
    Status status() {
        for (var view : Stream.concat(views().stream(), catalog.views().stream()).toList()) {
            var stopped = view.stopped();
            if (stopped != null) {
                return Status.down("a view follows the log no more: " + stopped);
            }
        }
        return Status.up("the catalog is %d events behind the log".formatted(catalog.lag()));
    }

    @Override
    public void close() {
        parts.close();
    }
}
