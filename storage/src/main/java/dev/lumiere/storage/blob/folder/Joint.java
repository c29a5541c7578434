package dev.lumiere.storage.blob.folder;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.lumiere.storage.blob.BlobId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file made of blobs one after the other, which the system copies; file systems that can do so
 * share their bytes. Nothing is made before it is asked for. One thread at a time.
 */
final class Joint implements AutoCloseable {
    /** A thread that is interrupted goes on for no more than this. */
    private static final long PORTION_BYTES = 64 << 20;

    private final Path file;
    private final BlobFolders folders;
    private final List<BlobId> pieces;
    private final long size;
    private boolean isMade;

    /**
     * Of a size.
     *
     * @param file of a name that nobody else uses; gone when this is closed, unless it was moved
     */
    Joint(Path file, BlobFolders folders, List<BlobId> pieces, long size) {
        this.file = file;
        this.folders = folders;
        this.pieces = pieces;
        this.size = size;
    }

    /**
     * The file with all of it, whose bytes last.
     *
     * @throws NoSuchFileException naming a piece that is not there
     */
    Path syncedFile() throws IOException {
        if (!isMade) {
            try (var out = FileChannel.open(file, CREATE_NEW, WRITE)) {
                for (var piece : pieces) {
                    append(piece, out);
                }
                if (out.position() != size) {
                    throw new IOException("of %d bytes, not %d".formatted(out.position(), size));
                }
                out.force(false);
            }
            isMade = true;
        }
        return file;
    }

    private void append(BlobId piece, FileChannel out) throws IOException {
        try (var in = folders.open(piece)) {
            if (in == null) {
                throw new NoSuchFileException(piece.text());
            }
            for (var at = 0L; at < in.size(); ) {
                var n = in.channel().transferTo(at, Math.min(PORTION_BYTES, in.size() - at), out);
                if (n <= 0) {
                    throw new EOFException("blob ends at byte %d: %s".formatted(at, piece));
                }
                at += n;
            }
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
