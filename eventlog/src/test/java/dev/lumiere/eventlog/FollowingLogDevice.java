package dev.lumiere.eventlog;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a node sees of a log whose partitions are all another node's: what was there when it last
 * caught up. Use {@link #open}.
 */
public final class FollowingLogDevice implements LogDevice {
    private final EventLog owner;
    private @Nullable Candidate candidate;
    private volatile PositionVector seen;
    private volatile boolean canCatchUp = true;
    private volatile boolean canRead = true;
    private final AtomicInteger caughtUp = new AtomicInteger();

    public FollowingLogDevice(EventLog owner) {
        this.owner = owner;
        seen = PositionVector.start(owner.partitions());
    }

    /** A log of such a node, which passes appends on and sees what came of its own. */
    public EventLog open() throws IOException {
        return EventLog.open(
                this,
                "follower",
                (_, append, atMost) -> {
                    var outcome = owner.appendHere(append, atMost);
                    if (outcome instanceof AppendOutcome.Appended) {
                        follow();
                    }
                    return outcome;
                });
    }

    /** From now on, or not any more. */
    public void canCatchUp(boolean can) {
        canCatchUp = can;
    }

    /** How often it was asked to. */
    public int timesCaughtUp() {
        return caughtUp.get();
    }

    /** From now on, or not any more: a partition's events. */
    public void canRead(boolean can) {
        canRead = can;
    }

    private void follow() {
        seen = owner.end();
        if (candidate != null) {
            for (var partition = 0; partition < partitions(); partition++) {
                candidate.moved(partition, seen.of(partition));
            }
        }
    }

    @Override
    public boolean catchUp(Duration atMost) {
        caughtUp.incrementAndGet();
        if (canCatchUp) {
            follow();
        }
        return canCatchUp;
    }

    @Override
    public void seek(Candidate newCandidate) {
        candidate = newCandidate;
    }

    @Override
    public String owner(int partition) {
        return "owner";
    }

    @Override
    public int partitions() {
        return owner.partitions();
    }

    @Override
    public long last(int partition) {
        return seen.of(partition);
    }

    @Override
    public long version(StreamId stream) throws IOException {
        var last = readStreamBackwards(stream, Long.MAX_VALUE, new Bound(1, 1));
        return last.isEmpty() ? 0 : last.getFirst().version();
    }

    @Override
    public Event.@Nullable Place find(UUID id) throws IOException {
        var place = owner.find(id);
        return place != null && seen.includes(place) ? place : null;
    }

    @Override
    public List<Event> read(int partition, long from, Bound bound) throws IOException {
        if (!canRead) {
            throw new IOException("away");
        }
        return seen(owner.read(partition, from, bound.events()));
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, Bound bound) throws IOException {
        return seen(owner.readStream(stream, from, bound.events()));
    }

    @Override
    public List<Event> readStreamBackwards(StreamId stream, long from, Bound bound)
            throws IOException {
        return seen(owner.readStreamBackwards(stream, from, 4096)).stream()
                .limit(bound.events())
                .toList();
    }

    @Override
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        return owner.streams(prefix, after, max);
    }

    private List<Event> seen(List<Event> events) {
        return events.stream().filter(event -> seen.includes(event.place())).toList();
    }

    @Override
    public void close() {
        // it is the owner's
    }
}
