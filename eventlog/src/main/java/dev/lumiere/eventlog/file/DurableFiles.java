package dev.lumiere.eventlog.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.List;

/**
 * Files and folders that are there after a power cut too: a new name lasts when the folder it is in
 * was synced, which syncing the file does not do.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fsync.2.html">fsync(2)</a>
 */
public final class DurableFiles {
    private DurableFiles() {}

    /**
     * Makes a folder, and those above it, where they are not there; durable when this returns.
     *
     * @param attributes of those that are made
     * @return the folder
     */
    public static Path createFolders(Path folder, FileAttribute<?>... attributes)
            throws IOException {
        var missing = missing(folder);
        Files.createDirectories(folder, attributes);
        for (var made : missing) {
            syncFolderOf(made);
        }
        return folder;
    }

    /** What is not there of a folder and those above it, the outermost first. */
    static List<Path> missing(Path folder) {
        var missing = new ArrayList<Path>();
        for (var path = folder.toAbsolutePath().normalize();
                path != null && !Files.exists(path);
                path = path.getParent()) {
            missing.addFirst(path);
        }
        return missing;
    }

    /**
     * Puts a file in the place of another, or a folder where none or an empty one is, whole or not
     * at all; durable when this returns.
     */
    public static void replace(Path file, Path by) throws IOException {
        sync(by);
        Files.move(by, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolderOf(file);
    }

    /** Makes names in the folder that a file is in last, or be gone. */
    public static void syncFolderOf(Path file) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            sync(folder);
        }
    }

    /** Makes what is in a file last, or the names in a folder. */
    public static void sync(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
