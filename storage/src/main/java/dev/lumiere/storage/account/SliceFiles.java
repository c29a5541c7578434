package dev.lumiere.storage.account;

import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has of slices, in a folder of its home, so that the next start gives back what a node
 * that was killed had left. A slice in use is in a file of its account's name, one that is to be
 * given back in {@code account.id}; a file that makes no sense is set aside, as {@code
 * NAME.malformed}. One that cannot be written costs at most that slice, so nobody waits for it.
 */
final class SliceFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SliceFiles.class);
    private static final String BEGINNING = ".new";
    private static final String ASIDE = ".malformed";
    private static final Pattern NAME =
            Pattern.compile("(?<account>[a-z0-9][a-z0-9-]{0,63})(\\.[0-9a-f-]{36})?");
    private static final int MAX_BYTES = 100;

    private final Path folder;

    /**
     * What is left of a slice.
     *
     * @param id by which it is given back once
     * @param credits at least so many
     */
    record Left(String account, UUID id, long credits) {
        private String file() {
            return account + "." + id;
        }
    }

    SliceFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * All that former starts have left, so named from now on that new slices are not in their way.
     */
    List<Left> takeOver() {
        var all = new ArrayList<Left>();
        if (!Files.isDirectory(folder)) {
            return all;
        }
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                if (!name.endsWith(BEGINNING) && !name.endsWith(ASIDE)) {
                    var left = takeOver(file, name);
                    if (left != null) {
                        all.add(left);
                    }
                }
            }
        } catch (IOException e) {
            LOG.warn("what is left of slices in {} cannot be read: {}", folder, e.toString());
        }
        return all;
    }

    /** Null, and set aside, if it is malformed; if it cannot be read now the next start does. */
    private @Nullable Left takeOver(Path file, String name) {
        try {
            var left = read(file, name);
            move(file, left.file());
            return left;
        } catch (IllegalArgumentException | CharacterCodingException e) {
            setAside(file, e.toString());
        } catch (IOException e) {
            leave(file, name, e);
        }
        return null;
    }

    /** Out of the way of a new slice of that account. */
    private void leave(Path file, String name, IOException why) {
        LOG.warn("what is left of a slice cannot be read now: {}", file, why);
        var named = NAME.matcher(name);
        try {
            if (named.matches()) {
                move(file, named.group("account") + "." + UUID.randomUUID());
            }
        } catch (IOException e) {
            LOG.warn("and cannot be put out of the way: {}", e.toString());
        }
    }

    private static Left read(Path file, String name) throws IOException {
        var named = NAME.matcher(name);
        if (!named.matches()) {
            throw new IllegalArgumentException("no name of an account");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IllegalArgumentException("over " + MAX_BYTES + " bytes");
        }
        var words = Files.readString(file).strip().split(" ", -1);
        if (words.length != 2) {
            throw new IllegalArgumentException("not an id and a number");
        }
        var credits = Long.parseLong(words[1]);
        if (credits < 0) {
            throw new IllegalArgumentException("credits below 0: " + credits);
        }
        return new Left(named.group("account"), UUID.fromString(words[0]), credits);
    }

    private void setAside(Path file, String why) {
        try {
            LOG.warn("what is left of a slice is not given back: {}: {}", file, why);
            move(file, file.getFileName() + ASIDE);
        } catch (IOException e) {
            LOG.warn("it cannot be set aside: {}", e.toString());
        }
    }

    private void move(Path file, String name) throws IOException {
        Files.move(
                file,
                folder.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** What was taken over is given back. */
    void forget(Left left) {
        delete(left.file());
    }

    /** Of a slice in use. Survives the process, not the machine. */
    void write(Left left) {
        try {
            DurableFiles.createFolders(folder);
            var beginning = folder.resolve(left.account + BEGINNING);
            Files.writeString(beginning, left.id + " " + left.credits + "\n");
            move(beginning, left.account);
        } catch (IOException e) {
            LOG.warn("what is left of a slice is not kept: {}", e.toString());
        }
    }

    /** Of a slice that was in use. */
    void delete(String account) {
        try {
            Files.deleteIfExists(folder.resolve(account));
        } catch (IOException e) {
            LOG.warn("a slice that was given back is still in {}: {}", folder, e.toString());
        }
    }
}
