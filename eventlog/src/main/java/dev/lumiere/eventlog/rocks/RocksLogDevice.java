package dev.lumiere.eventlog.rocks;

import dev.lumiere.eventlog.Candidate;
import dev.lumiere.eventlog.Claim;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamId;
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

    /**
     * Opens a log, or begins one where there is none.
     *
     * @param partitions how many a new one has, 1 to 1024
     * @throws CorruptLogException if it is damaged
     * @throws IOException if it cannot be opened, as while another process has it, or if it has
     *     another number of partitions
     */
    public RocksLogDevice(Path folder, int partitions) throws IOException {
        store = new RocksStore(folder, partitions);
    }

    @Override
    public int partitions() {
        return store.partitions();
    }

    @Override
    public long last(int partition) throws IOException {
        return store.last(partition);
    }

    @Override
    public long version(StreamId stream) throws IOException {
        return store.version(stream);
    }

    @Override
    public Event.@Nullable Place find(UUID id) throws IOException {
        return store.find(id);
    }

    /** All partitions, for as long as this is open: the folder has one process at a time. */
    @Override
    public void seek(Candidate candidate) throws IOException {
        candidate.granted(new Everything());
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
        return store.read(partition, from, bound);
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, Bound bound) throws IOException {
        return store.readStream(stream, from, bound);
    }

    @Override
    public List<Event> readStreamBackwards(StreamId stream, long from, Bound bound)
            throws IOException {
        return store.readStreamBackwards(stream, from, bound);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
