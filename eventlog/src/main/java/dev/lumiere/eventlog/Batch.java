package dev.lumiere.eventlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written together: appends that are decided, one after the other, on what the log
 * holds, what is being written before this, and each other.
 */
final class Batch implements AutoCloseable {
    private final Known known;
    private final List<Wish> wishes = new ArrayList<>();
    private final List<AppendOutcome> outcomes = new ArrayList<>();
    private final Claim.Prepared prepared;
    private final Map<Integer, Long> last = new HashMap<>();
    private final Map<StreamId, Long> changed = new HashMap<>();
    private final Map<UUID, Found> byId = new HashMap<>();
    private long bytes;

    /** What is before a batch, written or being written. */
    interface Known {
        long last(int partition);

        long version(StreamId stream) throws IOException;

        /**
         * The event of an id; null may mean that it is not known.
         *
         * @param absentAt of the {@link Wish}
         */
        @Nullable Found find(UUID id, long absentAt) throws IOException;

        /** The event of an id; null if it is not in the log. */
        @Nullable Found findForCertain(UUID id) throws IOException;
    }

    /** Where an event of some id is. */
    record Found(StreamId stream, Event.Place place) {}

    /** Empty, to be written by that. */
    Batch(Known known, Claim.Prepared prepared) {
        this.known = known;
        this.prepared = prepared;
    }

    /** In their order. */
    List<Wish> wishes() {
        return wishes;
    }

    /** As decided, each if all events become durable. */
    List<AppendOutcome> outcomes() {
        return outcomes;
    }

    /** The last position of each partition that is written to. */
    Map<Integer, Long> last() {
        return last;
    }

    /** The version of each stream that is. */
    Map<StreamId, Long> changed() {
        return changed;
    }

    /** Its events by their ids. */
    Map<UUID, Found> ids() {
        return byId;
    }

    /** Of all wishes. */
    long bytes() {
        return bytes;
    }

    /** Whether nothing of it is to be written. */
    boolean isEmpty() {
        return last.isEmpty();
    }

    /** Makes all of it durable, as {@link Claim#write} does. */
    void write() throws IOException {
        prepared.write();
    }

    @Override
    public void close() {
        prepared.close();
    }

    /** Decides one more. If the log cannot be read it is refused. */
    void add(Wish wish) {
        wishes.add(wish);
        bytes += wish.bytes();
        AppendOutcome outcome;
        try {
            var repeated = repeated(wish, false);
            outcome = repeated == null ? added(wish) : repeated;
        } catch (IOException e) {
            outcome = new AppendOutcome.Refused("the log cannot be read: " + e.getMessage());
        }
        outcomes.add(outcome);
    }

    /** Null if none of the events is in the log. */
    private @Nullable AppendOutcome repeated(Wish wish, boolean isCertain) throws IOException {
        List<Event.Place> places = List.of();
        AppendOutcome.@Nullable IdTaken taken = null;
        var same = true;
        for (var change : wish.append().changes()) {
            for (var data : change.events()) {
                var found = find(wish, data.id(), isCertain);
                if (found == null) {
                    same = false;
                    continue;
                }
                if (taken == null) {
                    taken = new AppendOutcome.IdTaken(data.id(), found.place());
                    places = new ArrayList<>();
                }
                same &=
                        found.stream().equals(change.stream())
                                && (places.isEmpty()
                                        || places.getLast().position() < found.place().position());
                places.add(found.place());
            }
        }
        if (taken == null) {
            return null;
        }
        if (!same && !isCertain) {
            return repeated(wish, true); // what is not known may be there as well
        }
        return same ? new AppendOutcome.Appended(places, true) : taken;
    }

    private @Nullable Found find(Wish wish, UUID id, boolean isCertain) throws IOException {
        var found = byId.get(id);
        if (found != null) {
            return found;
        }
        return isCertain ? known.findForCertain(id) : known.find(id, wish.absentAt());
    }

    private AppendOutcome added(Wish wish) throws IOException {
        var changes = wish.append().changes();
        var before = new long[changes.size()];
        for (var i = 0; i < before.length; i++) {
            var change = changes.get(i);
            before[i] = version(change.stream());
            if (!change.expected().admits(before[i])) {
                var repeated = repeated(wish, true); // with which the stream came so far
                return repeated != null
                        ? repeated
                        : new AppendOutcome.Conflict(change.stream(), change.expected(), before[i]);
            }
        }
        var places = new ArrayList<Event.Place>();
        for (var i = 0; i < before.length; i++) {
            var stream = changes.get(i).stream();
            var version = before[i];
            for (var data : changes.get(i).events()) {
                version++;
                var position = nextPosition(wish.partition());
                var event = new Event(wish.partition(), position, stream, version, data);
                prepared.add(event);
                byId.put(data.id(), new Found(stream, event.place()));
                places.add(event.place());
            }
            if (version > before[i]) {
                changed.put(stream, version);
            }
        }
        return new AppendOutcome.Appended(places, false);
    }

    private long version(StreamId stream) throws IOException {
        var version = changed.get(stream);
        return version != null ? version : known.version(stream);
    }

    private long nextPosition(int partition) {
        var before = last.get(partition);
        var position = (before != null ? before : known.last(partition)) + 1;
        last.put(partition, position);
        return position;
    }
}
