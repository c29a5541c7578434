package dev.lumiere.service.file;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder with all that is in it. */
public final class FileTree {
    private FileTree() {}

    /** Deletes a folder, or a file; nothing if it is not there. A link is deleted, not followed. */
    public static void delete(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.walkFileTree(path, new Deletion());
        }
    }

    /**
     * Deletes a folder, or a file, so that never a part of it is found there, also by who comes
     * after a kill: it is renamed before, to a name that ends with {@code .gone}.
     */
    public static void discard(Path path) throws IOException {
        var gone = path.resolveSibling(path.getFileName() + ".gone");
        delete(gone); // of a process that was killed
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(path, gone, StandardCopyOption.ATOMIC_MOVE);
            delete(gone);
        }
    }

    /** What others delete meanwhile is gone as well. */
    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(path);
            return FileVisitResult.CONTINUE;
        }
    }
}
