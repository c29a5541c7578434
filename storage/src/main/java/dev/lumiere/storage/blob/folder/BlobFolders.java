package dev.lumiere.storage.blob.folder;

import dev.lumiere.eventlog.file.DurableFiles;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of blobs are: 4096 folders named by the first digits of the ids, each made when
 * its first blob comes. Ten million blobs are some 2,500 in each.
 */
final class BlobFolders {
    private static final int DIGITS = 3;
    private static final Predicate<String> FOLDER =
            Pattern.compile("[0-9a-f]{" + DIGITS + "}").asMatchPredicate();

    private final Path root;

    /** Names that a process which was killed has given may not have been synced; they are here. */
    BlobFolders(Path root) throws IOException {
        this.root = DurableFiles.createFolders(root);
        DurableFiles.sync(root);
        for (var folder : from(null)) {
            DurableFiles.sync(folder);
        }
    }

    Path file(BlobId id) {
        return root.resolve(way(id));
    }

    private Path way(BlobId id) {
        return Path.of(id.text().substring(0, DIGITS), id.text());
    }

    /** Gives a file, whose bytes last, its name; it lasts when this returns. */
    void put(Path file, Path written) throws IOException {
        try {
            move(written, file);
        } catch (NoSuchFileException _) {
            DurableFiles.createFolders(Objects.requireNonNull(file.getParent()));
            move(written, file);
        }
        try {
            DurableFiles.syncFolderOf(file);
        } catch (IOException e) {
            Files.deleteIfExists(file); // or the next to write it would take it for durable
            throw e;
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Null if it is not there. */
    @Nullable OpenFile open(BlobId id) throws IOException {
        return open(root, way(id));
    }

    /** Null if it is not there. */
    static @Nullable OpenFile open(Path folder, Path way) throws IOException {
        try {
            return OpenFile.beneath(folder, way);
        } catch (NoSuchFileException _) {
            return null;
        } catch (UnsupportedOperationException _) {
            return openByName(folder.resolve(way));
        }
    }

    /** Where the system has no better call. */
    private static @Nullable OpenFile openByName(Path file) throws IOException {
        try {
            var facts =
                    Files.readAttributes(
                            file, "unix:dev,ino,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            return OpenFile.of(
                    FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS),
                    new OpenFile.Facts(
                            (long) fact(facts, "dev"),
                            (long) fact(facts, "ino"),
                            (long) fact(facts, "size"),
                            ((FileTime) fact(facts, "lastModifiedTime")).toInstant()));
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    private static Object fact(Map<String, Object> facts, String name) {
        return Objects.requireNonNull(facts.get(name), name);
    }

    /** In order, from the one in which {@code after} would be. */
    List<Path> from(@Nullable BlobId after) throws IOException {
        var first = after == null ? "" : after.text().substring(0, DIGITS);
        return names(root, FOLDER.and(name -> name.compareTo(first) >= 0)).stream()
                .map(root::resolve)
                .toList();
    }

    /** In order, those after {@code after}. */
    List<BlobId> in(Path folder, @Nullable BlobId after) throws IOException {
        var last = after == null ? "" : after.text();
        return names(folder, name -> BlobId.isOne(name) && name.compareTo(last) > 0).stream()
                .map(BlobId::new)
                .toList();
    }

    private static List<String> names(Path folder, Predicate<String> wanted) throws IOException {
        var names = new ArrayList<String>();
        try (var paths = Files.newDirectoryStream(folder)) {
            for (var path : paths) {
                var name = Objects.requireNonNull(path.getFileName()).toString();
                if (wanted.test(name)) {
                    names.add(name);
                }
            }
        }
        names.sort(null);
        return names;
    }
}
