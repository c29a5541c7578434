package dev.lumiere.eventlog;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A device that is another one, but for what a subclass says otherwise. */
public abstract class DelegatingLogDevice implements LogDevice {
    private final LogDevice device;

    /** The other is closed with this. */
    protected DelegatingLogDevice(LogDevice device) {
        this.device = device;
    }

    @Override
    public int partitions() {
        return device.partitions();
    }

    @Override
    public @Nullable String full() {
        return device.full();
    }

    @Override
    public long last(int partition) throws IOException {
        return device.last(partition);
    }

    @Override
    public long version(StreamId stream) throws IOException {
        return device.version(stream);
    }

    @Override
    public Event.@Nullable Place find(UUID id) throws IOException {
        return device.find(id);
    }

    @Override
    public Event.@Nullable Place recall(UUID id) throws IOException {
        return device.recall(id);
    }

    @Override
    public void seek(Candidate candidate) throws IOException {
        device.seek(candidate);
    }

    @Override
    public @Nullable String owner(int partition) throws IOException {
        return device.owner(partition);
    }

    @Override
    public boolean catchUp(Duration atMost) throws IOException, InterruptedException {
        return device.catchUp(atMost);
    }

    @Override
    public List<Event> read(int partition, long from, Bound bound) throws IOException {
        return device.read(partition, from, bound);
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, Bound bound) throws IOException {
        return device.readStream(stream, from, bound);
    }

    @Override
    public List<Event> readStreamBackwards(StreamId stream, long from, Bound bound)
            throws IOException {
        return device.readStreamBackwards(stream, from, bound);
    }

    @Override
    public void remove(int partition, List<Long> positions) throws IOException {
        device.remove(partition, positions);
    }

    @Override
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        return device.streams(prefix, after, max);
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
