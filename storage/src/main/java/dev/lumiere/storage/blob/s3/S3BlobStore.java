package dev.lumiere.storage.blob.s3;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlobWriter;
import dev.lumiere.storage.blob.folder.Incoming;
import dev.lumiere.storage.blob.folder.LocalCopies;
import dev.lumiere.storage.blob.folder.Spool;
import dev.lumiere.storage.blob.folder.SpoolingWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * Contents as objects of an S3 bucket, which any number of nodes share: {@code blobs/} and the id.
 * A content on its way in is gathered in a local folder first, as its name is known at its end. One
 * that is read is copied there, held against its hash, and stays a while.
 *
 * <p>An object cannot be touched, so a renewal is an empty object, {@code renewed/} and the id. How
 * nodes agree about deletions: {@link S3SweepMarks}.
 */
public final class S3BlobStore implements BlobStore {
    private static final String BLOBS = "blobs/";
    private static final String RENEWED = "renewed/";
    private static final int PAGE = 1000;
    private static final int ATTEMPTS = 3;

    private final S3Objects objects;
    private final S3Upload upload;
    private final S3SweepMarks marks;
    private final Incoming incoming;
    private final LocalCopies copies;

    /**
     * Opens the bucket.
     *
     * @param clock compared to the server's: whose differ by minutes, those of nodes included, must
     *     not share a bucket
     * @throws IOException if it cannot be reached or listed, or another store has the folder open
     */
    public S3BlobStore(S3BlobConfig config, InstantSource clock) throws IOException {
        objects = new S3Objects(config);
        upload = new S3Upload(objects);
        marks = new S3SweepMarks(objects, clock);
        try {
            incoming = new Incoming(config.folder(), 0);
        } catch (IOException e) {
            objects.close();
            throw e;
        }
        try {
            copies =
                    new LocalCopies(
                            config.folder().resolve("copies"), config.maxLocalBytes(), this::fetch);
            var _ = objects.list(BLOBS, BLOBS, 1);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public BlobWriter begin() throws IOException {
        return new SpoolingWriter(incoming, this::keep);
    }

    /**
     * The server copies; each of the contents but the last must be of a size it takes as a part.
     */
    @Override
    public boolean join(Blob blob, List<BlobId> pieces) throws IOException {
        var sources = pieces.stream().map(piece -> BLOBS + piece).toList();
        if (!upload.canJoin(sources)) {
            return false;
        }
        keep(blob, true, () -> upload.join(BLOBS + blob.id(), sources));
        return true;
    }

    private interface Sending {
        void send() throws IOException;
    }

    private void keep(Blob blob, Spool spool) throws IOException {
        keep(blob, !spool.isInMemory(), () -> upload.send(BLOBS + blob.id(), spool));
    }

    private void keep(Blob blob, boolean isLarge, Sending sending) throws IOException {
        for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (isLarge && isWhole(blob)) { // to ask costs as much as to send a little
                touch(blob.id());
            } else {
                sending.send();
            }
            marks.awaitNone(blob.id());
            if (isWhole(blob)) {
                return;
            }
        }
        throw new IOException("it was deleted again and again: " + blob.id());
    }

    private boolean isWhole(Blob blob) throws IOException {
        var facts = objects.find(BLOBS + blob.id());
        return facts != null && facts.size() == blob.size();
    }

    private void touch(BlobId id) throws IOException {
        objects.put(RENEWED + id, RequestBody.empty());
    }

    @Override
    public @Nullable OpenFile open(BlobId id) throws IOException {
        return copies.open(id);
    }

    private boolean fetch(BlobId id, Path to) throws IOException {
        try (var file = FileChannel.open(to, CREATE_NEW, WRITE)) {
            var read = new S3Download(objects, BLOBS + id, bytes -> write(bytes, file)).run();
            if (!read.equals(id)) {
                throw new IOException("damaged, not what was written: " + id);
            }
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private static void write(ByteBuffer bytes, FileChannel file) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public boolean has(BlobId id) throws IOException {
        return objects.find(BLOBS + id) != null;
    }

    @Override
    public boolean renew(BlobId id) throws IOException {
        if (!has(id)) {
            return false;
        }
        touch(id);
        marks.awaitNone(id);
        return has(id);
    }

    @Override
    public void delete(BlobId id) throws IOException {
        copies.forget(id);
        objects.delete(BLOBS + id);
        objects.delete(RENEWED + id);
    }

    @Override
    public boolean deleteIfOlder(BlobId id, Instant than) throws IOException {
        if (!isOlder(id, than)) {
            return false;
        }
        marks.set(id);
        var inDoubt = false;
        try {
            if (!isOlder(id, than)) {
                return false;
            }
            inDoubt = true;
            delete(id);
            inDoubt = false;
            return true;
        } finally {
            if (!inDoubt) { // else nobody knows what is still on its way, and the mark stays
                marks.lift(id);
            }
        }
    }

    private boolean isOlder(BlobId id, Instant than) throws IOException {
        var blob = objects.find(BLOBS + id);
        if (blob == null || !blob.written().isBefore(than)) {
            return false;
        }
        var renewed = objects.find(RENEWED + id);
        return renewed == null || renewed.written().isBefore(than);
    }

    @Override
    public void deleteUnfinished(Instant before) throws IOException {
        objects.abortOlder(BLOBS, before);
    }

    @Override
    public List<Kept> list(@Nullable BlobId after, int max) throws IOException {
        if (max < 1) {
            throw new IllegalArgumentException("below 1: " + max);
        }
        var page = new ArrayList<Kept>();
        var last = after == null ? "" : after.text();
        while (page.size() < max) {
            var found = objects.list(BLOBS, BLOBS + last, Math.min(PAGE, max - page.size()));
            if (found.isEmpty()) {
                break;
            }
            var end = name(found.getLast(), BLOBS);
            var renewed = renewed(last, end);
            for (var blob : found) {
                var name = name(blob, BLOBS);
                if (BlobId.isOne(name)) {
                    var written = later(blob.written(), renewed.get(name));
                    page.add(new Kept(new BlobId(name), blob.size(), written));
                }
            }
            last = end;
        }
        return page;
    }

    private Map<String, Instant> renewed(String after, String end) throws IOException {
        var renewed = new HashMap<String, Instant>();
        var last = after;
        while (last.compareTo(end) < 0) {
            var found = objects.list(RENEWED, RENEWED + last, PAGE);
            if (found.isEmpty()) {
                break;
            }
            found.forEach(mark -> renewed.put(name(mark, RENEWED), mark.written()));
            last = name(found.getLast(), RENEWED);
        }
        return renewed;
    }

    private static String name(S3Objects.Facts object, String below) {
        return object.key().substring(below.length());
    }

    private static Instant later(Instant one, @Nullable Instant other) {
        return other == null || one.isAfter(other) ? one : other;
    }

    @Override
    public boolean verify(BlobId id, Pace pace) throws IOException {
        return new S3Download(objects, BLOBS + id, bytes -> pace.read(bytes.remaining()))
                .run()
                .equals(id);
    }

    @Override
    public void close() {
        objects.close();
        incoming.close();
    }
}
