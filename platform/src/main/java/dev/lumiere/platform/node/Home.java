package dev.lumiere.platform.node;

import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds all state of one node, for one node at a time. The lock is the kernel's, so
 * it is free again however the node ended.
 */
public final class Home implements AutoCloseable {
    private static final int MAX_LOCK_BYTES = 512;

    private final Path directory;
    private final FileChannel lockFile;

    private Home(Path directory, FileChannel lockFile) {
        this.directory = directory;
        this.lockFile = lockFile;
    }

    /**
     * Makes the folder where it is missing, and takes it.
     *
     * @throws StartFailure if another node has it, or it cannot be written
     */
    public static Home open(Path directory) {
        try {
            DurableFiles.createFolders(directory);
            var lockFile =
                    FileChannel.open(
                            directory.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (tryLock(lockFile) == null) {
                var owner = owner(lockFile);
                lockFile.close();
                throw new StartFailure(
                        "home %s is in use by another node, process %s"
                                .formatted(directory, owner.process));
            }
            var home = new Home(directory.toAbsolutePath().normalize(), lockFile);
            home.tell("");
            return home;
        } catch (IOException e) {
            throw StartFailure.cannotUse("home " + directory, e);
        }
    }

    /**
     * Who has a home.
     *
     * @param api where its control plane is; empty while it starts
     */
    public record Owner(String process, String api) {}

    /**
     * Who has it now; null if nobody has, or there is no such home.
     *
     * @throws StartFailure if it cannot be read
     */
    public static @Nullable Owner ownerOf(Path directory) {
        var file = directory.resolve("lock");
        if (!Files.exists(file)) {
            return null;
        }
        try (var lockFile =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return tryLock(lockFile) == null ? owner(lockFile) : null;
        } catch (IOException e) {
            throw StartFailure.cannotUse("home " + directory, e);
        }
    }

    /** Lets others know where this node's control plane is. */
    void tell(String api) {
        var text = ProcessHandle.current().pid() + "\n" + api + "\n";
        try {
            lockFile.truncate(0);
            lockFile.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            throw StartFailure.cannotUse("home " + directory, e);
        }
    }

    /** What the node itself logs; those of its workers lie beside it. */
    public Path log() {
        return directory.resolve("log/node.log");
    }

    /** For what is gone with its request; what a killed node left there is removed. */
    Path emptyScratch() {
        var scratch = directory.resolve("scratch");
        try {
            Files.createDirectories(scratch);
            try (var left = Files.newDirectoryStream(scratch)) {
                for (var file : left) {
                    Files.delete(file);
                }
            }
            return scratch;
        } catch (IOException e) {
            throw StartFailure.cannotUse(scratch.toString(), e);
        }
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    private static Owner owner(FileChannel channel) throws IOException {
        var bytes = ByteBuffer.allocate(MAX_LOCK_BYTES);
        channel.read(bytes, 0);
        var lines = StandardCharsets.US_ASCII.decode(bytes.flip()).toString().split("\n", -1);
        return new Owner(lines[0], lines.length > 1 ? lines[1] : "");
    }
}
