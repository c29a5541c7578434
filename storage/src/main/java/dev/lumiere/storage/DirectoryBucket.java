package dev.lumiere.storage;

import dev.lumiere.service.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory, served read-only: a key is a path below it. Symbolic links count where they end, and
 * only inside of the directory; only regular files are objects.
 */
final class DirectoryBucket {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryBucket.class);
    private static final Lookup NO_SUCH_KEY = new Lookup.NoSuchKey();
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Set<OpenOption> READ_NO_LINK =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,isRegularFile";
    private static final Set<String> NOT_THERE =
            Set.of(
                    "Not a directory",
                    "File name too long",
                    "Too many levels of symbolic links",
                    "Too many levels of symbolic links or unable to access attributes of symbolic"
                            + " link");

    private final String name;
    private final Path root;

    /**
     * Links on the way to the directory are followed now, once.
     *
     * @throws IOException if there is no such directory
     */
    DirectoryBucket(String name, Path directory) throws IOException {
        this.name = name;
        root = directory.toRealPath();
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
    }

    /**
     * Looks on the disk.
     *
     * @throws Problem.Refused 503 if the disk fails
     */
    Lookup find(String key) {
        if (!ObjectKey.namesFile(key)) {
            return NO_SUCH_KEY;
        }
        try {
            var file = root.resolve(key).toRealPath();
            if (!file.startsWith(root)) {
                return NO_SUCH_KEY;
            }
            return found(key, file);
        } catch (InvalidPathException
                | NoSuchFileException
                | AccessDeniedException
                | FileSystemLoopException
                | NotDirectoryException _) {
            return NO_SUCH_KEY;
        } catch (FileSystemException e) {
            if (NOT_THERE.contains(e.getReason())) {
                return NO_SUCH_KEY;
            }
            throw failed(key, e);
        } catch (IOException e) {
            throw failed(key, e);
        }
    }

    /**
     * Opens exactly the file that was found: every directory on the way is opened from the one
     * before and no link is followed, so whoever may write here cannot lead it elsewhere meanwhile.
     *
     * @return null if it is not there any more as it was
     * @throws Problem.Refused 404 if it may not be read, 503 if the disk fails
     */
    @Nullable FileChannel open(StoredObject object) {
        var way = root.relativize(object.file());
        try (var directory = Files.newDirectoryStream(root)) {
            return open(object, directory, way);
        } catch (AccessDeniedException _) {
            throw Problem.notFound("no such object: " + object.key()).refused();
        } catch (NoSuchFileException | NotDirectoryException | FileSystemLoopException _) {
            return null;
        } catch (FileSystemException e) {
            if (NOT_THERE.contains(e.getReason())) {
                return null;
            }
            throw failed(object.key(), e);
        } catch (IOException e) {
            throw failed(object.key(), e);
        }
    }

    private @Nullable FileChannel open(
            StoredObject object, DirectoryStream<Path> directory, Path way) throws IOException {
        if (!(directory instanceof SecureDirectoryStream<Path> secure)) {
            throw new IOException("directories cannot be opened one from the other here");
        }
        if (way.getNameCount() > 1) {
            try (var next = secure.newDirectoryStream(way.getName(0), LinkOption.NOFOLLOW_LINKS)) {
                return open(object, next, way.subpath(1, way.getNameCount()));
            }
        }
        if (!isStill(object, secure, way)) {
            return null;
        }
        var file = (FileChannel) secure.newByteChannel(way, READ_NO_LINK);
        if (isStill(object, secure, way)
                && file.size() == object.size()
                && version(facts(object.file())).equals(object.version())) {
            return file;
        }
        file.close();
        return null;
    }

    /** Whether there is a regular file of that size and time; not a pipe, whose opening waits. */
    private static boolean isStill(
            StoredObject object, SecureDirectoryStream<Path> directory, Path name)
            throws IOException {
        var facts =
                directory
                        .getFileAttributeView(
                                name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes();
        return facts.isRegularFile()
                && facts.size() == object.size()
                && facts.lastModifiedTime().toInstant().equals(object.modified());
    }

    private Problem.Refused failed(String key, IOException e) {
        LOG.atError()
                .addKeyValue("bucket", name)
                .addKeyValue("key", key)
                .setCause(e)
                .log("the disk fails");
        return Problem.unavailable("storage fails", RETRY_AFTER).refused();
    }

    /** Whether what the object was found as is still there; its file is named without any link. */
    boolean isUnchanged(StoredObject object) {
        try {
            return version(facts(object.file())).equals(object.version());
        } catch (IOException _) {
            return false;
        }
    }

    private Lookup found(String key, Path file) throws IOException {
        var facts = facts(file);
        if (!Boolean.TRUE.equals(facts.get("isRegularFile"))) {
            return NO_SUCH_KEY;
        }
        return new Lookup.Found(
                new StoredObject(
                        name,
                        key,
                        version(facts),
                        (long) value(facts, "size"),
                        ((FileTime) value(facts, "lastModifiedTime")).toInstant(),
                        ContentTypes.of(key),
                        file));
    }

    private static Map<String, Object> facts(Path file) throws IOException {
        return Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }

    /** Device, inode, size and time. */
    private static String version(Map<String, Object> facts) {
        var modified = (FileTime) value(facts, "lastModifiedTime");
        return Long.toHexString((long) value(facts, "dev"))
                + "-"
                + Long.toHexString((long) value(facts, "ino"))
                + "-"
                + Long.toHexString((long) value(facts, "size"))
                + "-"
                + Long.toHexString(modified.to(TimeUnit.NANOSECONDS));
    }

    private static Object value(Map<String, Object> facts, String name) {
        var value = facts.get(name);
        if (value == null) {
            throw new IllegalStateException("the file system does not tell: " + name);
        }
        return value;
    }
}
