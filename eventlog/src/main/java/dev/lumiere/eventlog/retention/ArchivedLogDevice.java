package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.Candidate;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A device together with an archive: what the device has let go is read from there, so that readers
 * see all that ever was. Who reads what is damaged there is told of the file; all else is read.
 */
public final class ArchivedLogDevice implements LogDevice {
    private final LogDevice device;
    private final Archive archive;

    /** The device is closed with this. */
    public ArchivedLogDevice(LogDevice device, Archive archive) {
        this.device = device;
        this.archive = archive;
    }

    private List<Event> withArchived(List<Event> events) throws IOException {
        if (events.stream().noneMatch(event -> event.data().isRemoved())) {
            return events;
        }
        var whole = new ArrayList<Event>(events.size());
        try {
            while (whole.size() < events.size()) {
                var event = events.get(whole.size());
                if (event.data().isRemoved()) {
                    whole.addAll(originals(events, whole.size()));
                } else {
                    whole.add(event);
                }
            }
        } catch (CorruptLogException e) {
            if (whole.isEmpty()) {
                throw e;
            } // else who reads on is told
        }
        return List.copyOf(whole);
    }

    /** Of the first, and of those behind it whose places follow; at least one. */
    private List<Event> originals(List<Event> removed, int first) throws IOException {
        var after = first + 1;
        while (after < removed.size() && isNext(removed.get(after - 1), removed.get(after))) {
            after++;
        }
        var run = removed.subList(first, after);
        var at = run.getFirst();
        var found = archive.read(at.partition(), at.position(), run.size());
        if (found.isEmpty()) {
            return List.of(at); // the archive does not have it
        }
        var originals = new ArrayList<Event>(found.size());
        for (var i = 0; i < found.size(); i++) {
            originals.add(isSame(found.get(i), run.get(i)) ? found.get(i) : run.get(i));
        }
        return originals;
    }

    private static boolean isNext(Event one, Event next) {
        return next.data().isRemoved() && next.position() == one.position() + 1;
    }

    /** Whether they are of the same place in a stream and of the same id. */
    static boolean isSame(Event one, Event other) {
        return one.data().id().equals(other.data().id())
                && one.stream().equals(other.stream())
                && one.version() == other.version();
    }

    @Override
    public List<Event> read(int partition, long from, Bound bound) throws IOException {
        return withArchived(device.read(partition, from, bound));
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, Bound bound) throws IOException {
        return withArchived(device.readStream(stream, from, bound));
    }

    @Override
    public List<Event> readStreamBackwards(StreamId stream, long from, Bound bound)
            throws IOException {
        return withArchived(device.readStreamBackwards(stream, from, bound));
    }

    @Override
    public int partitions() {
        return device.partitions();
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
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        return device.streams(prefix, after, max);
    }

    @Override
    public void remove(int partition, List<Long> positions) throws IOException {
        device.remove(partition, positions);
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
