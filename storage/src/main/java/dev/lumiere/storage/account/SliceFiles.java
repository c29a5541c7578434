package dev.lumiere.storage.account;

import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has of slices, in a folder of its home, a file for each account, so that the next
 * start gives back what a node that was killed had left. A file that cannot be written costs at
 * most that slice, so nobody waits for it.
 */
final class SliceFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SliceFiles.class);
    private static final String BEGINNING = ".new";

    private final Path folder;

    /**
     * What is left of a slice.
     *
     * @param id by which it is given back once
     * @param credits at least so many
     */
    record Left(String account, UUID id, long credits) {}

    SliceFiles(Path folder) {
        this.folder = folder;
    }

    /** All there are. */
    List<Left> read() {
        var all = new ArrayList<Left>();
        if (!Files.isDirectory(folder)) {
            return all;
        }
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                var words = Files.readString(file).strip().split(" ", -1);
                if (words.length == 2 && !name.endsWith(BEGINNING)) {
                    all.add(new Left(name, UUID.fromString(words[0]), Long.parseLong(words[1])));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("what is left of slices in {} cannot be read: {}", folder, e.toString());
        }
        return all;
    }

    /** Survives the process, not the machine. */
    void write(Left left) {
        try {
            DurableFiles.createFolders(folder);
            var beginning = folder.resolve(left.account + BEGINNING);
            Files.writeString(beginning, left.id + " " + left.credits + "\n");
            Files.move(
                    beginning,
                    folder.resolve(left.account),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("what is left of a slice is not kept: {}", e.toString());
        }
    }

    void delete(String account) {
        try {
            Files.deleteIfExists(folder.resolve(account));
        } catch (IOException e) {
            LOG.warn("a slice that was given back is still in {}: {}", folder, e.toString());
        }
    }
}
