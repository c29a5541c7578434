package dev.lumiere.storage.blob.folder;

import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlobWriter;
import dev.lumiere.storage.blob.TreeHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Contents as files of a directory that belongs to one process: {@code blobs/abc/abc…} by the first
 * digits of the id, in {@code incoming} while they are written. A file gets its name when its bytes
 * last, so what has a name is whole; when it was written is its modification time.
 */
public final class DirectoryBlobStore implements BlobStore {
    private final BlobFolders folders;
    private final Incoming incoming;
    private final InstantSource clock;
    private final IdLocks locks = new IdLocks();

    /** As {@link #DirectoryBlobStore(Path, InstantSource, long)}, to the last byte of the disk. */
    public DirectoryBlobStore(Path directory, InstantSource clock) throws IOException {
        this(directory, clock, 0);
    }

    /**
     * Opens the directory, makes it if it is not there, and removes what writers that were killed
     * have left.
     *
     * @param reserveBytes of the file system that are left free by what is written
     * @throws IOException if another store has it open, or the disk fails
     */
    public DirectoryBlobStore(Path directory, InstantSource clock, long reserveBytes)
            throws IOException {
        this.clock = clock;
        incoming = new Incoming(directory, reserveBytes);
        try {
            folders = new BlobFolders(directory.resolve("blobs"));
        } catch (IOException e) {
            incoming.close();
            throw e;
        }
    }

    @Override
    public BlobWriter begin() throws IOException {
        return new SpoolingWriter(incoming, (blob, spool) -> keep(blob, spool::syncedFile));
    }

    @Override
    public boolean join(Blob blob, List<BlobId> pieces) throws IOException {
        for (var piece : pieces) {
            if (!has(piece)) {
                return false;
            }
        }
        incoming.space().check(blob.size());
        try (var joint = new Joint(incoming.next(), folders, pieces, blob.size())) {
            keep(blob, joint::syncedFile);
            return true;
        }
    }

    private interface Made {
        Path syncedFile() throws IOException;
    }

    private void keep(Blob blob, Made made) throws IOException {
        var file = folders.file(blob.id());
        if (!isWhole(file, blob)) {
            var _ = made.syncedFile(); // here, as it may take long
        }
        try (var _ = locks.hold(blob.id())) {
            if (isWhole(file, blob)) {
                Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
                return;
            }
            var written = made.syncedFile();
            Files.setLastModifiedTime(written, FileTime.from(clock.instant()));
            folders.put(file, written);
        }
    }

    /** One that was cut short is not, and written anew. */
    private static boolean isWhole(Path file, Blob blob) throws IOException {
        var facts = facts(file);
        return facts != null && facts.size() == blob.size();
    }

    private static @Nullable BasicFileAttributes facts(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    @Override
    public @Nullable OpenFile open(BlobId id) throws IOException {
        return folders.open(id);
    }

    @Override
    public boolean has(BlobId id) throws IOException {
        return facts(folders.file(id)) != null;
    }

    @Override
    public boolean renew(BlobId id) throws IOException {
        try (var _ = locks.hold(id)) {
            Files.setLastModifiedTime(folders.file(id), FileTime.from(clock.instant()));
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    @Override
    public void delete(BlobId id) throws IOException {
        try (var _ = locks.hold(id)) {
            Files.deleteIfExists(folders.file(id));
        }
    }

    @Override
    public boolean deleteIfOlder(BlobId id, Instant than) throws IOException {
        var file = folders.file(id);
        try (var _ = locks.hold(id)) {
            var facts = facts(file);
            if (facts == null || !facts.lastModifiedTime().toInstant().isBefore(than)) {
                return false;
            }
            Files.delete(file); // should it come back after a power cut, it goes the next time
            return true;
        }
    }

    @Override
    public List<Kept> list(@Nullable BlobId after, int max) throws IOException {
        if (max < 1) {
            throw new IllegalArgumentException("below 1: " + max);
        }
        var page = new ArrayList<Kept>();
        for (var folder : folders.from(after)) {
            for (var id : folders.in(folder, after)) {
                var facts = facts(folders.file(id));
                if (facts != null) {
                    page.add(new Kept(id, facts.size(), facts.lastModifiedTime().toInstant()));
                }
                if (page.size() == max) {
                    return page;
                }
            }
        }
        return page;
    }

    @Override
    public boolean verify(BlobId id, Pace pace) throws IOException {
        try (var file = open(id)) {
            if (file == null) {
                throw new NoSuchFileException(id.text());
            }
            var hash = new TreeHash();
            var portion = ByteBuffer.allocate(Spool.MEMORY_BYTES);
            var channel = file.channel();
            for (var n = channel.read(portion); n >= 0; n = channel.read(portion)) {
                hash.update(portion.flip());
                portion.clear();
                pace.read(n);
            }
            return hash.finish().equals(id);
        }
    }

    @Override
    public void close() {
        incoming.close();
    }
}
