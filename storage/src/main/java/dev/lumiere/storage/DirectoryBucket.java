package dev.lumiere.storage;

import dev.lumiere.service.Problem;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.Content.InFolder;
import dev.lumiere.storage.rule.ObjectKey;
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
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory, served read-only: a key is a path below it. Symbolic links count where they end, and
 * only inside of the directory; only regular files are objects.
 */
final class DirectoryBucket implements BucketObjects {
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

    @Override
    public Lookup find(String key) {
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
     * Exactly the file that was found: no link is followed on the way, so whoever may write here
     * cannot lead it elsewhere meanwhile.
     *
     * @return null if it is not there any more as it was
     * @throws Problem.Refused 404 if it may not be read, 503 if the disk fails
     */
    @Nullable OpenFile open(StoredObject object) {
        try {
            var file = opened(root.relativize(file(object)));
            if (version(file.facts()).equals(object.version())) {
                return file;
            }
            file.close();
            return null;
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

    private OpenFile opened(Path way) throws IOException {
        try {
            return OpenFile.beneath(root, way);
        } catch (UnsupportedOperationException _) {
            try (var directory = Files.newDirectoryStream(root)) {
                return stepwise(directory, way, root.resolve(way));
            }
        }
    }

    /** Where the system has no call for it: every directory is opened from the one before. */
    private static OpenFile stepwise(DirectoryStream<Path> directory, Path way, Path file)
            throws IOException {
        if (!(directory instanceof SecureDirectoryStream<Path> secure)) {
            throw new IOException("directories cannot be opened one from the other here");
        }
        if (way.getNameCount() > 1) {
            try (var next = secure.newDirectoryStream(way.getName(0), LinkOption.NOFOLLOW_LINKS)) {
                return stepwise(next, way.subpath(1, way.getNameCount()), file);
            }
        }
        if (!attributes(secure, way).isRegularFile()) { // a pipe's opening would wait
            throw new NoSuchFileException(file.toString());
        }
        var channel = (FileChannel) secure.newByteChannel(way, READ_NO_LINK);
        try {
            var facts = facts(file);
            var there = attributes(secure, way);
            if (channel.size() == facts.size()
                    && there.size() == facts.size()
                    && there.lastModifiedTime().toInstant().equals(facts.modified())) {
                return OpenFile.of(channel, facts);
            }
            throw new NoSuchFileException(file.toString());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> in, Path name)
            throws IOException {
        return in.getFileAttributeView(
                        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
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
    @Override
    public boolean isUnchanged(StoredObject object) {
        try {
            return version(facts(file(object))).equals(object.version());
        } catch (IOException _) {
            return false;
        }
    }

    private Lookup found(String key, Path file) throws IOException {
        OpenFile.Facts facts;
        try {
            facts = facts(file);
        } catch (NoSuchFileException _) {
            return NO_SUCH_KEY;
        }
        return new Lookup.Found(
                new StoredObject(
                        name,
                        key,
                        version(facts),
                        facts.size(),
                        facts.modified(),
                        ContentTypes.of(key),
                        new InFolder(file)));
    }

    private static Path file(StoredObject object) {
        if (object.content() instanceof InFolder(var file)) {
            return file;
        }
        throw new IllegalArgumentException("not of a folder: " + object);
    }

    /**
     * What the file system says of a regular file.
     *
     * @throws NoSuchFileException if it is something else
     */
    private static OpenFile.Facts facts(Path file) throws IOException {
        var facts = Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(facts.get("isRegularFile"))) {
            throw new NoSuchFileException(file.toString());
        }
        return new OpenFile.Facts(
                (long) value(facts, "dev"),
                (long) value(facts, "ino"),
                (long) value(facts, "size"),
                ((FileTime) value(facts, "lastModifiedTime")).toInstant());
    }

    /** Device, inode, size and time. */
    private static String version(OpenFile.Facts facts) {
        var modified = facts.modified();
        return Long.toHexString(facts.device())
                + "-"
                + Long.toHexString(facts.inode())
                + "-"
                + Long.toHexString(facts.size())
                + "-"
                + Long.toHexString(modified.getEpochSecond() * 1_000_000_000L + modified.getNano());
    }

    private static Object value(Map<String, Object> facts, String name) {
        var value = facts.get(name);
        if (value == null) {
            throw new IllegalStateException("the file system does not tell: " + name);
        }
        return value;
    }
}
