package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.Candidate;
import dev.lumiere.eventlog.Claim;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.file.DurableFiles;
import dev.lumiere.eventlog.file.FreeSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A log in a folder of one process, each batch written with one sync. It has no replica: what is
 * lost with the disk is lost, but for a backup.
 */
public final class RocksLogDevice implements LogDevice {
    private final RocksStore store;
    private final FreeSpace space;

    /**
     * Opens a log, or begins one where there is none.
     *
     * @param partitions how many a new one has, 1 to 1024
     * @throws CorruptLogException if it is damaged
     * @throws IOException if it cannot be opened, as while another process has it, or if it has
     *     another number of partitions
     */
    public RocksLogDevice(Path folder, int partitions) throws IOException {
        this(folder, partitions, 0);
    }

    /**
     * The same, which is {@link #full} before the disk is: a write that finds no room is its last.
     *
     * @param reserveBytes of the file system that are left free
     */
    public RocksLogDevice(Path folder, int partitions, long reserveBytes) throws IOException {
        this(
                new RocksStore(DurableFiles.createFolders(folder), partitions),
                new FreeSpace(folder, reserveBytes));
    }

    private RocksLogDevice(RocksStore store, FreeSpace space) {
        this.store = store;
        this.space = space;
    }

    /**
     * Opens a log as it is now, only to be read; also while another process has it.
     *
     * @throws CorruptLogException if it is damaged
     * @throws IOException if it cannot be opened, or nothing is there
     */
    public static RocksLogDevice readOnly(Path folder) throws IOException {
        return new RocksLogDevice(RocksStore.readOnly(folder), new FreeSpace(folder, 0));
    }

    @Override
    public int partitions() {
        return store.partitions();
    }

    @Override
    public long last(int partition) throws IOException {
        return store.reads().last(partition);
    }

    @Override
    public long version(StreamId stream) throws IOException {
        return store.reads().version(stream);
    }

    @Override
    public Event.@Nullable Place find(UUID id) throws IOException {
        return store.reads().find(id);
    }

    /**
     * All partitions, for as long as this is open, since the folder has one process at a time; none
     * if it is only to be read.
     */
    @Override
    public void seek(Candidate candidate) throws IOException {
        if (store.isReadOnly()) {
            for (var partition = 0; partition < partitions(); partition++) {
                candidate.moved(partition, last(partition));
            }
        } else {
            candidate.granted(new Everything());
        }
    }

    @Override
    public @Nullable String full() {
        return space.missing();
    }

    RocksStore store() {
        return store;
    }

    private final class Everything implements Claim {
        @Override
        public List<Integer> partitions() {
            return IntStream.range(0, store.partitions()).boxed().toList();
        }

        @Override
        public void write(List<Event> batch) throws IOException {
            store.write(batch, null, true);
        }

        @Override
        public Prepared prepare() {
            return store.begin();
        }

        @Override
        public boolean isForLife() {
            return true;
        }

        @Override
        public void release() {
            // there is nobody else
        }
    }

    @Override
    public @Nullable String owner(int partition) {
        return null; // a node that has it need not ask
    }

    @Override
    public boolean catchUp(Duration atMost) {
        return true;
    }

    @Override
    public List<Event> read(int partition, long from, Bound bound) throws IOException {
        return store.reads().read(partition, from, bound);
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, Bound bound) throws IOException {
        return store.reads().readStream(stream, from, bound);
    }

    @Override
    public List<Event> readStreamBackwards(StreamId stream, long from, Bound bound)
            throws IOException {
        return store.reads().readStreamBackwards(stream, from, bound);
    }

    /** Files hold it until they are compacted, which {@link #compact} does at once. */
    @Override
    public void remove(int partition, List<Long> positions) throws IOException {
        store.remove(partition, positions);
    }

    /**
     * Rewrites all files, so that what was removed is in none of them, and the room it took is
     * free.
     */
    public void compact() throws IOException {
        store.compact();
    }

    @Override
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        return store.reads().streams(prefix, after, max);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
