package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of a {@link BlueGreenView} on disk. Each has a folder: {@code 3-v2} is the third, of
 * version 2. The file {@code live} names the one that is read. All are one view's until it is
 * closed.
 */
final class Generations implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("([1-9][0-9]{0,8})-v([1-9][0-9]{0,8})");

    private final Path home;
    private final FileChannel lock;

    /**
     * One of them.
     *
     * @param number from 1
     * @param version of the projection that it is of
     */
    record Generation(int number, int version) {
        @Override
        public String toString() {
            return number + "-v" + version;
        }
    }

    /**
     * Of a folder that is made if it is not there.
     *
     * @throws IOException if another process has it open, or another view here
     */
    Generations(Path home) throws IOException {
        this.home = home;
        DurableFiles.createFolders(home);
        lock =
                FileChannel.open(
                        home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var locked = false;
        try {
            locked = lock.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            // it is open in this process
        } finally {
            if (!locked) {
                lock.close();
            }
        }
        if (!locked) {
            throw new IOException("the view in " + home + " is open elsewhere");
        }
    }

    /** Those there are, the oldest first. */
    private List<Generation> all() throws IOException {
        var all = new ArrayList<Generation>();
        try (var files = Files.newDirectoryStream(home)) {
            for (var file : files) {
                var name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    all.add(
                            new Generation(
                                    Integer.parseInt(name.group(1)),
                                    Integer.parseInt(name.group(2))));
                }
            }
        }
        all.sort(Comparator.comparingInt(Generation::number));
        return all;
    }

    /** The one that is read; of those whose file was lost, the oldest; null if there is none. */
    @Nullable Generation live() throws IOException {
        var file = home.resolve("live");
        var name = Files.exists(file) ? Files.readString(file).strip() : "";
        var all = all();
        for (var generation : all) {
            if (generation.toString().equals(name)) {
                return generation;
            }
        }
        return all.isEmpty() ? null : all.getFirst();
    }

    /** The one of that version: it is live, was begun beside that, or is new. */
    Generation beside(Generation live, int version) throws IOException {
        if (live.version == version) {
            return live;
        }
        var last = live.number;
        for (var generation : all()) {
            if (generation.number > live.number && generation.version == version) {
                return generation;
            }
            last = generation.number;
        }
        return new Generation(last + 1, version);
    }

    /** From now on it is read, also after a power cut. */
    void makeLive(Generation generation) throws IOException {
        ViewFiles.write(home.resolve("live"), generation.toString());
    }

    Path folder(Generation generation) {
        return home.resolve(generation.toString());
    }

    void discard(Generation generation) throws IOException {
        ViewFiles.discard(folder(generation));
    }

    /** Leaves nothing of others, also not of what was being discarded. */
    void keepOnly(Generation live, Generation beside) throws IOException {
        for (var generation : all()) {
            if (!generation.equals(live) && !generation.equals(beside)) {
                discard(generation);
            }
        }
        ViewFiles.discardRest(home);
    }

    /** After all that is in the folders. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
