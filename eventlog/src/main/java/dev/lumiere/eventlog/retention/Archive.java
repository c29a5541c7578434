package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.Chunk;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.file.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Closed ranges of a log as flat files in a folder, each whole by itself, with every event as it
 * was and its checksum: to be kept elsewhere, or to be read when the log has it no more. A file is
 * written beside its place and moved there when it is durable. One that is damaged, or is missing
 * between others, takes with it only what it held.
 */
public final class Archive {
    private static final int CHUNK = 1000;
    private static final LogDevice.Bound ONE = new LogDevice.Bound(1, 0);

    private final Path folder;
    private final Map<Integer, NavigableMap<Long, ArchiveFile>> files = new ConcurrentHashMap<>();

    /** What is in a folder; it is made with the first file. */
    public Archive(Path folder) throws IOException {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var paths = Files.list(folder)) {
            paths.forEach(this::add);
        }
    }

    private void add(Path path) {
        var file = ArchiveFile.of(path);
        if (file != null) {
            files.computeIfAbsent(file.partition(), _ -> new ConcurrentSkipListMap<>())
                    .put(file.from(), file);
        }
    }

    CorruptLogException missing(int partition, long from, long to) {
        return new CorruptLogException(
                folder.toString(),
                "the file of partition %d positions %d to %d is missing"
                        .formatted(partition, from, to));
    }

    Path folder() {
        return folder;
    }

    /** Those of which something is here. */
    Collection<Integer> partitions() {
        return files.keySet().stream().sorted().toList();
    }

    /** In their order. */
    Collection<ArchiveFile> files(int partition) {
        return of(partition).values();
    }

    private NavigableMap<Long, ArchiveFile> of(int partition) {
        return files.getOrDefault(partition, Collections.emptyNavigableMap());
    }

    /** The last position of a partition that is here, whatever is missing before; 0 if none is. */
    long end(int partition) {
        var last = of(partition).lastEntry();
        return last == null ? 0 : last.getValue().to();
    }

    /**
     * The last position of a partition that is here, with all before it that were not deleted; 0 if
     * there is none.
     */
    public long last(int partition) {
        var last = 0L;
        for (var file : files(partition)) {
            if (last > 0 && file.from() > last + 1) {
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
            var mine = lastThatCanBeRead(partition);
            if (mine == null) {
                continue;
            }
            var its = log.read(partition, mine.position(), 1);
            if (its.isEmpty() || !its.getFirst().data().id().equals(mine.data().id())) {
                throw new IOException(
                        "the archive in %s is of another history: partition %d position %d"
                                .formatted(folder, partition, mine.position()));
            }
        }
    }

    private @Nullable Event lastThatCanBeRead(int partition) throws IOException {
        for (var file : of(partition).descendingMap().values()) {
            try {
                return read(partition, file.to(), ONE).getFirst();
            } catch (CorruptLogException _) {
                // the one before, then
            }
        }
        return null;
    }

    /**
     * Takes over what the log has and this has not, in whole ranges. A partition of which nothing
     * is here begins behind the events that are gone from its start.
     *
     * @param events in a file, at least 1; what is left of a partition after the last whole range
     *     stays where it is
     * @return how many events were taken over
     * @throws IOException if what was archived is of another history of the log, or what is to be
     *     archived is not in the log any more; nothing is lost or replaced, and of the other
     *     partitions all was taken over
     */
    public long takeOver(EventLog log, int events) throws IOException {
        if (events < 1) {
            throw new IllegalArgumentException("a file of " + events + " events");
        }
        check(log);
        var taken = 0L;
        var failures = new ArrayList<IOException>();
        for (var partition = 0; partition < log.partitions(); partition++) {
            try {
                taken += takeOver(log, partition, events);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        if (failures.isEmpty()) {
            return taken;
        }
        var first = failures.removeFirst();
        failures.forEach(first::addSuppressed);
        throw first;
    }

    private long takeOver(EventLog log, int partition, int events) throws IOException {
        var taken = 0L;
        var last = files(partition).isEmpty() ? lastOfThoseGone(log, partition) : last(partition);
        for (; last + events <= log.end(partition); last = last(partition)) {
            add(write(log, partition, last + 1, last + events));
            taken += events;
        }
        return taken;
    }

    /** Of those from the start on. */
    private static long lastOfThoseGone(EventLog log, int partition) throws IOException {
        var last = 0L;
        while (last < log.end(partition)) {
            for (var event : log.read(partition, last + 1, CHUNK)) {
                if (!event.data().isRemoved()) {
                    return last;
                }
                last = event.position();
            }
        }
        return last;
    }

    private Path write(EventLog log, int partition, long from, long to) throws IOException {
        DurableFiles.createFolders(folder);
        var path = folder.resolve(ArchiveFile.name(partition, from, to));
        var beside = folder.resolve(path.getFileName() + ".new");
        try (var writer = new ArchiveFileWriter(beside, partition, from, to)) {
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
                    writer.add(event);
                }
                next = chunk.getLast().position() + 1;
            }
            writer.finish();
        }
        DurableFiles.replace(path, beside);
        return path;
    }

    /**
     * Events of a partition in their order, as they were when they were taken over.
     *
     * @param from position of the first, at least 1
     * @return as many as can be read within the bound; empty if the first is not here
     * @throws CorruptLogException naming the file, if the first is not as it was written, or its
     *     file is missing between others
     */
    public List<Event> read(int partition, long from, LogDevice.Bound bound) throws IOException {
        var events = new Chunk(bound);
        var next = from;
        var file = file(partition, next);
        if (file == null) {
            failIfMissing(partition, next);
        }
        while (file != null && !events.isFull()) {
            try {
                file.read(next, events);
            } catch (CorruptLogException e) {
                if (events.size() == 0) {
                    throw e;
                }
                break;
            }
            next = from + events.size();
            file = file(partition, next);
        }
        return events.events();
    }

    /** Null if the position is in none. */
    @Nullable ArchiveFile file(int partition, long position) {
        var entry = of(partition).floorEntry(position);
        return entry == null || entry.getValue().to() < position ? null : entry.getValue();
    }

    private void failIfMissing(int partition, long position) throws CorruptLogException {
        var before = of(partition).lowerEntry(position);
        var after = of(partition).higherEntry(position);
        if (before != null && after != null) {
            throw missing(partition, before.getValue().to() + 1, after.getKey() - 1);
        }
    }

    /** Deletes the files of a partition that hold nothing after a position. */
    public void deleteUpTo(int partition, long position) throws IOException {
        var mine = of(partition);
        for (var file : List.copyOf(mine.values())) {
            if (file.to() <= position) {
                mine.remove(file.from());
                Files.deleteIfExists(file.path());
            }
        }
    }
}
