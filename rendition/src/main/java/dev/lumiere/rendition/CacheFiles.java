package dev.lumiere.rendition;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How results lie in a folder: one file for each, named by its key's 64 hex digits, in the
 * subfolder of the first two. A file appears under its name when it is whole.
 */
final class CacheFiles {
    /** A bigger body is not read into memory but sent from its file. */
    static final int MAX_IN_MEMORY_BYTES = MemoryCache.MAX_ENTRY_BYTES;

    private static final int SUBFOLDERS = 256;
    private static final int PORTION_BYTES = 64 << 10;

    private final Path folder;
    private final Path unfinished;

    /** A file that was found whole, and what to do with it. */
    sealed interface Reading {
        /** The body's checksum was looked at if the caller wished, or the body is in memory. */
        record Whole(Rendition rendition) implements Reading {}

        /** It is torn, damaged or not ours. */
        record Corrupt() implements Reading {}

        record Gone() implements Reading {}
    }

    /**
     * Makes the subfolders where they are missing.
     *
     * @throws IOException if the folder cannot be written
     */
    CacheFiles(Path folder) throws IOException {
        this.folder = folder.toAbsolutePath();
        unfinished = this.folder.resolve("unfinished");
        for (var i = 0; i < SUBFOLDERS; i++) {
            Files.createDirectories(subfolder(i));
        }
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished);
    }

    Path file(Key key) {
        var name = key.toString();
        return folder.resolve(name.substring(0, 2), name);
    }

    /** In bytes; negative if there is no such file. */
    long size(Key key) {
        try {
            var file = file(key);
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : -1;
        } catch (IOException _) {
            return -1;
        }
    }

    /**
     * Writes the file for a result where nobody reads it, one at a time.
     *
     * @return whether it is to be published; not if it has too much to say of itself
     */
    boolean write(Key key, Rendition rendition, ByteBuffer body) throws IOException {
        var head = CacheFile.head(key, rendition, body);
        if (head == null) {
            return false;
        }
        try (var file =
                FileChannel.open(
                        unfinished,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            var parts = new ByteBuffer[] {head, body.duplicate()};
            while (parts[0].hasRemaining() || parts[1].hasRemaining()) {
                file.write(parts);
            }
            return true;
        } catch (IOException e) {
            delete(unfinished);
            throw e;
        }
    }

    /** Puts what was written last in its place, at once for all who look. */
    void publish(Key key) throws IOException {
        Files.move(unfinished, file(key), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Reads a result, its body too if that is small.
     *
     * @param verify whether to look at the checksum of a body that is not small as well
     */
    Reading read(Key key, boolean verify) throws IOException {
        var path = file(key);
        try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
            var start = ByteBuffer.allocate(CacheFile.MAX_HEAD_BYTES);
            fill(file, start, 0);
            var head = CacheFile.read(start.flip());
            if (head == null
                    || !head.key().equals(key)
                    || head.bodyBytes() < 0
                    || file.size() - head.headBytes() != head.bodyBytes()) {
                return new Reading.Corrupt();
            }
            if (head.bodyBytes() > MAX_IN_MEMORY_BYTES) {
                return verify && checksum(file, head.headBytes()) != head.bodyChecksum()
                        ? new Reading.Corrupt()
                        : new Reading.Whole(
                                head.with(
                                        new Body.OnDisk(path, head.headBytes(), head.bodyBytes())));
            }
            var body = ByteBuffer.allocate((int) head.bodyBytes());
            fill(file, body, head.headBytes());
            return body.hasRemaining() || CacheFile.checksum(body.flip()) != head.bodyChecksum()
                    ? new Reading.Corrupt()
                    : new Reading.Whole(head.with(new Body.InMemory(Buffer.buffer(body.array()))));
        } catch (NoSuchFileException _) {
            return new Reading.Gone();
        }
    }

    void delete(Key key) {
        delete(file(key));
    }

    /** Tells of every file that is named like a result; what bears another name is left alone. */
    void scan(Consumer<Key> found) throws IOException {
        for (var i = 0; i < SUBFOLDERS && !Thread.currentThread().isInterrupted(); i++) {
            try (var files = Files.newDirectoryStream(subfolder(i))) {
                for (var file : files) {
                    var key = keyNamed(file.getFileName().toString());
                    if (key != null && file(key).equals(file)) {
                        found.accept(key);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
    }

    private static @Nullable Key keyNamed(String name) {
        try {
            var key = Key.parse(name);
            return key.toString().equals(name) ? key : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private Path subfolder(int number) {
        return folder.resolve(HexFormat.of().toHexDigits((byte) number));
    }

    private static void fill(FileChannel file, ByteBuffer buffer, long offset) throws IOException {
        var at = offset;
        while (buffer.hasRemaining()) {
            var n = file.read(buffer, at);
            if (n < 0) {
                return;
            }
            at += n;
        }
    }

    private static int checksum(FileChannel file, long offset) throws IOException {
        var sum = new CRC32C();
        var portion = ByteBuffer.allocateDirect(PORTION_BYTES);
        var at = offset;
        for (var n = file.read(portion, at); n >= 0; n = file.read(portion.clear(), at)) {
            sum.update(portion.flip());
            at += n;
        }
        return (int) sum.getValue();
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // It is found again, and counted, when the folder is next scanned.
        }
    }
}
