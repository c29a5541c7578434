package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.Chunk;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.DelegatingLogDevice;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A device together with an archive: what the device has let go is read from there, so that readers
 * see all that ever was. Who reads what is damaged there is told of the file; all else is read.
 */
public final class ArchivedLogDevice extends DelegatingLogDevice {
    private final Archive archive;

    /** The device is closed with this. */
    public ArchivedLogDevice(LogDevice device, Archive archive) {
        super(device);
        this.archive = archive;
    }

    /** Those without content are small: with it, fewer are within the bound. */
    private List<Event> withArchived(List<Event> events, Bound bound) throws IOException {
        if (events.stream().noneMatch(event -> event.data().isRemoved())) {
            return events;
        }
        var whole = new Chunk(bound);
        try {
            while (whole.size() < events.size() && !whole.isFull()) {
                var event = events.get(whole.size());
                if (event.data().isRemoved()) {
                    for (var original : originals(events, whole.size(), bound.bytes())) {
                        if (!whole.isFull()) {
                            whole.add(original);
                        }
                    }
                } else {
                    whole.add(event);
                }
            }
        } catch (CorruptLogException e) {
            if (whole.size() == 0) {
                throw e;
            } // else who reads on is told
        }
        return whole.events();
    }

    /** Of the first, and of those behind it whose places follow; at least one. */
    private List<Event> originals(List<Event> removed, int first, long bytes) throws IOException {
        var after = first + 1;
        while (after < removed.size() && isNext(removed.get(after - 1), removed.get(after))) {
            after++;
        }
        var run = removed.subList(first, after);
        var at = run.getFirst();
        var found = archive.read(at.partition(), at.position(), new Bound(run.size(), bytes));
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
        return withArchived(super.read(partition, from, bound), bound);
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, Bound bound) throws IOException {
        return withArchived(super.readStream(stream, from, bound), bound);
    }

    @Override
    public List<Event> readStreamBackwards(StreamId stream, long from, Bound bound)
            throws IOException {
        return withArchived(super.readStreamBackwards(stream, from, bound), bound);
    }
}
