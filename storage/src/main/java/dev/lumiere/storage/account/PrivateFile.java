package dev.lumiere.storage.account;

import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A short text that only its owner may read, written once and whole. */
final class PrivateFile {
    private static final int MAX_BYTES = 4096;

    private final Path folder;
    private final Path path;

    PrivateFile(Path folder, String name) {
        this.folder = folder;
        path = folder.resolve(name);
    }

    /**
     * What is in it; null if it is not there.
     *
     * @throws IOException if others than its owner may read it, or it is long
     */
    @Nullable String read() throws IOException {
        if (!Files.exists(path)) {
            return null;
        }
        var others = EnumSet.noneOf(PosixFilePermission.class);
        others.addAll(Files.getPosixFilePermissions(path));
        others.removeAll(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
        if (!others.isEmpty()) {
            throw new IOException("%s is not of mode 0600: %s".formatted(path, others));
        }
        if (Files.size(path) > MAX_BYTES) {
            throw new IOException("%s is over %d bytes".formatted(path, MAX_BYTES));
        }
        return Files.readString(path);
    }

    /**
     * Writes it, durable when this returns, unless it is there.
     *
     * @return whether it was not
     */
    boolean write(String text) throws IOException {
        DurableFiles.createFolders(folder);
        var beginning = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(beginning); // of a process that was killed
        Files.createFile(
                beginning,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var channel = FileChannel.open(beginning, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            Files.createLink(path, beginning); // which, unlike a move, replaces nothing
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } finally {
            Files.delete(beginning);
            DurableFiles.syncFolderOf(path);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
