package dev.lumiere.deploy;

import dev.lumiere.service.file.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The short-lived files of one node, closed to other users:
 *
 * <pre>
 * source/s.sock     the node's source socket, which every sandbox sees
 * source/s.sock.d   beside it, where sources are handed out as descriptors
 * ID/w.sock         what instance ID listens on; ID/ is all it can write to besides its scratch
 * ID.pid            which process it is, out of its reach
 * lock              held as long as the node runs
 * </pre>
 *
 * What a killed node left is removed when the next one opens it, its processes first.
 */
final class RuntimeFolder {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeFolder.class);
    private static final String PID = ".pid";
    private static final String LOCK = "lock";
    private static final Pattern PID_TEXT = Pattern.compile("(\\d{1,10}) (.+)");

    private final Path folder;
    private final FileChannel lock;

    private RuntimeFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Makes the folder, or takes it over and empties it.
     *
     * @throws IOException if it is not a folder that only this user can use, or if another node
     *     uses it
     */
    static RuntimeFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.getOwner(folder).equals(Files.getOwner(Path.of("/proc/self")))) {
            throw new IOException("runtime folder belongs to another user: " + folder);
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        var opened = new RuntimeFolder(folder, locked(folder));
        opened.killStale();
        opened.clear();
        Files.createDirectory(opened.source());
        Files.setPosixFilePermissions(
                opened.source(), PosixFilePermissions.fromString("rwxr-xr-x"));
        return opened;
    }

    private static FileChannel locked(Path folder) throws IOException {
        var channel =
                FileChannel.open(
                        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // Held by this very process.
        }
        channel.close();
        throw new IOException("another node runs its instances in " + folder);
    }

    Path source() {
        return folder.resolve("source");
    }

    Path sourceSocket() {
        return source().resolve("s.sock");
    }

    /** Where the seccomp program lies. */
    Path filter() {
        return folder.resolve("seccomp.bpf");
    }

    Path instance(String id) {
        return folder.resolve(id);
    }

    Path socket(String id) {
        return instance(id).resolve("w.sock");
    }

    /**
     * Makes an instance's folder.
     *
     * @param user who it is given to, null for the node's own
     */
    void create(String id, @Nullable Integer user) throws IOException {
        var made = Files.createDirectory(instance(id));
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
        if (user != null) {
            Files.setAttribute(made, "unix:uid", user);
            Files.setAttribute(made, "unix:gid", user);
        }
    }

    /**
     * Takes an instance's folder back once it listens, so that it cannot put a link to another
     * socket of the host in place of its own.
     *
     * @return whether what is there is a socket
     */
    boolean seal(String id, boolean given) {
        try {
            if (given) {
                Files.setAttribute(instance(id), "unix:uid", 0);
                Files.setAttribute(instance(id), "unix:gid", 0);
                Files.setPosixFilePermissions(
                        instance(id), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return Files.readAttributes(
                            socket(id), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
        } catch (IOException _) {
            return false; // It ended meanwhile, and its folder with it.
        }
    }

    void writePid(String id, long pid) throws IOException {
        Files.writeString(folder.resolve(id + PID), pid + " " + ProcessTree.stamp(pid));
    }

    void remove(String id) {
        delete(instance(id));
        delete(folder.resolve(id + PID));
    }

    /** Removes everything. */
    void close() {
        delete(folder);
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("cannot close the lock of {}: {}", folder, e.toString());
        }
    }

    private void killStale() throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*" + PID)) {
            for (var file : files) {
                var m = PID_TEXT.matcher(Files.readString(file));
                if (m.matches()) {
                    killIfSame(Long.parseLong(m.group(1)), m.group(2));
                }
            }
        }
    }

    private static void killIfSame(long pid, String stamp) {
        if (stamp.equals(ProcessTree.stamp(pid))) {
            LOG.info("killing what an earlier node left, pid={}", pid);
            ProcessTree.kill(pid);
        }
    }

    private void clear() throws IOException {
        try (var inside = Files.newDirectoryStream(folder)) {
            for (var path : inside) {
                if (!path.endsWith(LOCK)) {
                    delete(path);
                }
            }
        }
    }

    private static void delete(Path path) {
        try {
            FileTree.delete(path);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", path, e.toString());
        }
    }
}
