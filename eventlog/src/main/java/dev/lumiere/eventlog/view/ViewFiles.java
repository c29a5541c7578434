package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Folders of views: there whole, or not at all. */
final class ViewFiles {
    private static final String GONE = ".gone";

    private ViewFiles() {}

    /** Says no by throwing. */
    @FunctionalInterface
    interface Check {
        void accept(Path folder) throws IOException, InterruptedException;
    }

    /** Copies the files of a folder to where nothing is, if the copy passes the check. */
    static void copy(Path from, Path to, Check check) throws IOException, InterruptedException {
        var beginning = to.resolveSibling(to.getFileName() + ".new");
        delete(beginning); // of a process that was killed
        DurableFiles.createFolders(beginning);
        try {
            try (var files = Files.newDirectoryStream(from)) {
                for (var file : files) {
                    Files.copy(file, beginning.resolve(file.getFileName()));
                }
            }
            check.accept(beginning);
            try (var files = Files.newDirectoryStream(beginning)) {
                for (var file : files) {
                    DurableFiles.sync(file);
                }
            }
            DurableFiles.replace(to, beginning);
        } finally {
            delete(beginning);
        }
    }

    /** Writes a small file whole, durably, in place of what is there. */
    static void write(Path file, String text) throws IOException {
        var beginning = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(beginning, text);
        DurableFiles.replace(file, beginning);
    }

    /** Deletes a folder so that nobody ever finds a part of it; nothing if it is not there. */
    static void discard(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        var gone = folder.resolveSibling(folder.getFileName() + GONE);
        delete(gone);
        Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncFolderOf(gone);
        delete(gone);
    }

    /** Deletes what a process that was killed has not discarded to the end. */
    static void discardRest(Path home) throws IOException {
        try (var files = Files.newDirectoryStream(home, "*" + GONE)) {
            for (var gone : files) {
                delete(gone);
            }
        }
    }

    /** With all in it; nothing if it is not there. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failed) throws IOException {
                        if (failed != null) {
                            throw failed;
                        }
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
