package dev.lumiere.platform.storage;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder and of all within it, in order. Links and what is no file are left out;
 * what cannot be looked at is among them, and says why when it is read.
 */
final class FolderFiles extends SimpleFileVisitor<Path> {
    private final List<Path> files = new ArrayList<>();

    private FolderFiles() {}

    /** Of a folder that is no link. */
    static List<Path> of(Path folder) throws IOException {
        var visitor = new FolderFiles();
        Files.walkFileTree(folder, visitor);
        return visitor.files.stream().sorted().toList();
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (attributes.isRegularFile()) {
            files.add(file);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
        files.add(file);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
        if (failure != null) {
            files.add(folder);
        }
        return FileVisitResult.CONTINUE;
    }
}
