package dev.lumiere.storage.catalog;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.EventType;
import dev.lumiere.eventlog.aggregate.EventTypes;
import dev.lumiere.eventlog.aggregate.UnreadableEventException;
import dev.lumiere.eventlog.view.PackedSnapshot;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.service.file.FileTree;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlobWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots of the catalog's views, which nodes leave for those that come to the log later: each is
 * a content like that of an object, and an event that names it, in a stream for each form of the
 * view. The last {@value #KEPT} count, for {@link #KEPT_FOR}; the contents of others are swept.
 */
public final class CatalogSnapshots implements CatalogLayout.Seeding {
    private static final String CATEGORY = "storage.snapshot";
    private static final int KEPT = 2;
    private static final Duration KEPT_FOR = Duration.ofDays(30);

    /** So much of all there is must have come since the last one. */
    private static final int GROWTH = 10;

    private static final long MAX_BYTES = 64L << 30;
    private static final int PAGE = 100;
    private static final Duration APPENDED_WITHIN = Duration.ofSeconds(10);

    /** As a replica of a large log takes to be filled. */
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(CatalogSnapshots.class);

    /**
     * Where one is.
     *
     * @param position up to which it has all events, at least
     * @param sha256 of the packed files, 64 hexadecimal digits
     * @param bytes of the files, unpacked
     */
    record SnapshotTaken(String position, BlobId blob, String sha256, long bytes) {
        /** By that name they are kept, for ever. */
        static final EventTypes<SnapshotTaken> TYPES =
                new EventTypes<>(EventType.of("SnapshotTaken", SnapshotTaken.class));
    }

    private final EventLog log;
    private final BlobStore blobs;
    private final Path folder;
    private final long least;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * Of a log.
     *
     * @param folder of this object alone, for what is on its way
     * @param least how many events must have come since the last for another to be taken
     * @param ids of events, each another
     */
    public CatalogSnapshots(
            EventLog log,
            BlobStore blobs,
            Path folder,
            long least,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.log = log;
        this.blobs = blobs;
        this.folder = folder;
        this.least = least;
        this.clock = clock;
        this.ids = ids;
    }

    /** Of one projection, so that none waits for another. */
    private Path folder(Projection projection) {
        return folder.resolve(projection.name());
    }

    private static StreamId stream(Projection projection) {
        return new StreamId(CATEGORY, projection.name() + "-" + projection.version());
    }

    /**
     * Brings the newest there is, for a view that is not there yet to begin with. One that is of no
     * use is passed over with a warning; with none the view is made of all events, which only takes
     * longer.
     *
     * @param views the folder that it is to be opened in
     */
    @Override
    public void seed(Path views, Projection projection) throws IOException, InterruptedException {
        if (View.isIn(views, projection) || !log.catchUp(CAUGHT_UP_WITHIN)) {
            return;
        }
        for (var taken : lastForSeed(stream(projection))) {
            try {
                bring(taken, views, projection);
                LOG.info("the catalog begins with a snapshot of {}", taken.position);
                return;
            } catch (IOException e) {
                LOG.warn(
                        "the snapshot {} of the catalog is of no use: {}",
                        taken.blob,
                        String.valueOf(e));
            }
        }
    }

    private List<SnapshotTaken> lastForSeed(StreamId stream) {
        try {
            return last(stream);
        } catch (IOException e) {
            LOG.warn("it is not known which snapshots of the catalog there are", e);
            return List.of();
        }
    }

    private void bring(SnapshotTaken taken, Path views, Projection projection)
            throws IOException, InterruptedException {
        var folder = folder(projection);
        FileTree.delete(folder);
        try (var file = blobs.open(taken.blob)) {
            if (file == null) {
                throw new IOException("it is not there any more");
            }
            var digest = sha256();
            var read = new DigestInputStream(Channels.newInputStream(file.channel()), digest);
            PackedSnapshot.unpack(read, folder, taken.bytes);
            read.transferTo(OutputStream.nullOutputStream());
            if (!taken.sha256.equals(HexFormat.of().formatHex(digest.digest()))) {
                throw new IOException("it is not as it was written");
            }
            View.begin(views, log, projection, folder);
        } finally {
            FileTree.delete(folder);
        }
    }

    /**
     * Takes one if enough has come since the last. Of all nodes only one does.
     *
     * @param view of the projection
     * @return whether it did
     */
    boolean take(View view, CatalogProjection projection) throws IOException, InterruptedException {
        var stream = stream(projection);
        if (!log.owns(projection.led(log.partition(stream)))) {
            return false;
        }
        var version = log.version(stream);
        var last = last(stream);
        var position = view.position();
        if (!isDue(last.isEmpty() ? null : last.getFirst(), position)) {
            return false;
        }
        var folder = folder(projection);
        FileTree.delete(folder);
        try {
            view.snapshot(folder);
            var bytes = PackedSnapshot.size(folder);
            if (bytes > MAX_BYTES) {
                LOG.warn("the catalog has {} bytes, too many for a snapshot", bytes);
                return false;
            }
            return append(stream, packed(folder, position, bytes), version);
        } finally {
            FileTree.delete(folder);
        }
    }

    private boolean isDue(@Nullable SnapshotTaken last, PositionVector position) {
        var start = PositionVector.start(log.partitions());
        var since = position.since(last == null ? start : PositionVector.parse(last.position));
        return since >= Math.max(least, position.since(start) / GROWTH);
    }

    private SnapshotTaken packed(Path folder, PositionVector position, long bytes)
            throws IOException {
        var digest = sha256();
        try (var writer = blobs.begin()) {
            PackedSnapshot.pack(folder, new DigestOutputStream(into(writer), digest));
            return new SnapshotTaken(
                    position.toString(),
                    writer.finish().id(),
                    HexFormat.of().formatHex(digest.digest()),
                    bytes);
        }
    }

    private static OutputStream into(BlobWriter writer) {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                writer.write(ByteBuffer.wrap(bytes, from, length));
            }
        };
    }

    /** If nobody else was faster; else the content is swept some day. */
    private boolean append(StreamId stream, SnapshotTaken taken, long version)
            throws InterruptedException {
        var data =
                SnapshotTaken.TYPES.data(ids.get(), clock.instant(), EventData.Context.NONE, taken);
        var append = Append.to(stream, Expected.version(version), List.of(data));
        var outcome = log.append(append, APPENDED_WITHIN);
        if (!(outcome instanceof AppendOutcome.Appended)) {
            LOG.warn("a snapshot of the catalog was taken in vain: {}", outcome);
            return false;
        }
        LOG.info("a snapshot of the catalog of {} bytes, of {}", taken.bytes, taken.position);
        return true;
    }

    /** The contents of all snapshots that a node may begin with. */
    public Set<BlobId> contents() throws IOException {
        var contents = new HashSet<BlobId>();
        var page = log.streams(CATEGORY + "-", null, PAGE);
        while (!page.isEmpty()) {
            for (var each : page) {
                last(each.stream()).forEach(taken -> contents.add(taken.blob));
            }
            page = log.streams(CATEGORY + "-", page.getLast().stream(), PAGE);
        }
        return contents;
    }

    /** Those that count, the newest first. */
    private List<SnapshotTaken> last(StreamId of) throws IOException {
        var oldest = clock.instant().minus(KEPT_FOR);
        var last = new ArrayList<SnapshotTaken>();
        for (var event : log.readStreamBackwards(of, Long.MAX_VALUE, KEPT)) {
            SnapshotTaken taken;
            try {
                taken = SnapshotTaken.TYPES.event(event.data());
            } catch (UnreadableEventException e) {
                throw new IOException(e.getMessage(), e);
            }
            if (taken != null && event.data().time().isAfter(oldest)) {
                last.add(taken);
            }
        }
        return last;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
