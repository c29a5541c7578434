package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Closed ranges of a log as flat files in a folder, each whole by itself, with every event as it
 * was and its checksum: to be kept elsewhere, or to be read when the log has it no more. A file is
 * written beside its place and moved there when it is durable.
 */
public final class Archive {
    private static final int CHUNK = 1000;

    private final Path folder;
    private final ConcurrentHashMap<Integer, NavigableMap<Long, ArchiveFile>> files =
            new ConcurrentHashMap<>();

    /**
     * What is in a folder, which is made if it is not there.
     *
     * @throws CorruptLogException if a file there is not whole
     */
    public Archive(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        try (var paths = Files.list(folder)) {
            for (var path : paths.filter(ArchiveFile::isOne).sorted().toList()) {
                add(ArchiveFile.open(path));
            }
        }
    }

    private void add(ArchiveFile file) {
        files.computeIfAbsent(file.partition(), _ -> new ConcurrentSkipListMap<>())
                .put(file.from(), file);
    }

    /**
     * The last position of a partition that is here, with all before it that were not deleted; 0 if
     * there is none.
     */
    public long last(int partition) {
        var last = 0L;
        for (var file : files.getOrDefault(partition, new TreeMap<>()).values()) {
            if (last > 0 && file.from() != last + 1) {
                break;
            }
            last = file.to();
        }
        return last;
    }

    /**
     * Whether what is here comes of that log, as it does not when the log was restored to a
     * position before: then others have the same places.
     *
     * @throws IOException naming the place, if it does not
     */
    void check(EventLog log) throws IOException {
        for (var partition = 0; partition < log.partitions(); partition++) {
            var last = last(partition);
            if (last > 0) {
                var mine = read(partition, last, 1).getFirst();
                var its = log.read(partition, last, 1);
                if (its.isEmpty() || !its.getFirst().data().id().equals(mine.data().id())) {
                    throw new IOException(
                            "the archive in %s is of another history: partition %d position %d"
                                    .formatted(folder, partition, last));
                }
            }
        }
    }

    /**
     * Takes over what the log has and this has not, in whole ranges.
     *
     * @param events in a file, at least 1; what is left of a partition after the last whole range
     *     stays where it is
     * @return how many events were taken over
     * @throws IOException if what was archived is of another history of the log, or what is to be
     *     archived is not in the log any more; nothing is lost or replaced
     */
    public long takeOver(EventLog log, int events) throws IOException {
        if (events < 1) {
            throw new IllegalArgumentException("a file of " + events + " events");
        }
        check(log);
        var taken = 0L;
        for (var partition = 0; partition < log.partitions(); partition++) {
            for (var last = last(partition);
                    last + events <= log.end().of(partition);
                    last += events) {
                add(write(log, partition, last + 1, last + events));
                taken += events;
            }
        }
        return taken;
    }

    private ArchiveFile write(EventLog log, int partition, long from, long to) throws IOException {
        var path = folder.resolve(ArchiveFile.name(partition, from, to));
        var beside = folder.resolve(path.getFileName() + ".new");
        try (var writing = new ArchiveFile.Writing(beside, partition, from, to)) {
            for (var next = from; next <= to; ) {
                var chunk = log.read(partition, next, (int) Math.min(CHUNK, to - next + 1));
                if (chunk.isEmpty()) {
                    throw new CorruptLogException(
                            "partition " + partition + " position " + next, "nothing is there");
                }
                for (var event : chunk) {
                    if (event.data().isRemoved()) {
                        throw new IOException(
                                "not archived from partition %d position %d on: it is gone"
                                        .formatted(partition, event.position()));
                    }
                    writing.add(event);
                }
                next = chunk.getLast().position() + 1;
            }
            writing.finish();
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
        try (var entries = FileChannel.open(folder, StandardOpenOption.READ)) {
            entries.force(true);
        }
        return ArchiveFile.open(path);
    }

    /**
     * Events of a partition in their order, as they were when they were taken over.
     *
     * @param from position of the first, at least 1
     * @return as many as there are, at most that; empty if the first is not here
     * @throws CorruptLogException if one is not as it was written
     */
    public List<Event> read(int partition, long from, int max) throws IOException {
        var events = new ArrayList<Event>();
        for (var next = from; events.size() < max; next = events.getLast().position() + 1) {
            var file = file(partition, next);
            if (file == null) {
                break;
            }
            events.addAll(file.read(next, max - events.size()));
        }
        return List.copyOf(events);
    }

    private @Nullable ArchiveFile file(int partition, long position) {
        var mine = files.get(partition);
        var entry = mine == null ? null : mine.floorEntry(position);
        return entry == null || entry.getValue().to() < position ? null : entry.getValue();
    }

    /** Deletes the files of a partition that hold nothing after a position. */
    public void deleteUpTo(int partition, long position) throws IOException {
        var mine = files.getOrDefault(partition, new TreeMap<>());
        for (var file : List.copyOf(mine.values())) {
            if (file.to() <= position) {
                mine.remove(file.from());
                Files.deleteIfExists(file.path());
            }
        }
    }
}
