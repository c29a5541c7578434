package dev.lumiere.storage.notice;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.storage.catalog.ObjectChanges;
import dev.lumiere.storage.notice.NoticeEvent.NoticesReached;
import dev.lumiere.storage.notice.NoticePosts.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * A partition that this node owns: what is in it is looked at once, and put into lanes. For one
 * thread. Lanes that are full are left behind, and brought on later from where they stopped.
 */
final class FollowedPartition {
    private static final int CHUNK = 256;
    private static final int CHUNKS_A_STEP = 16;

    private static final Duration WRITE_EACH = Duration.ofSeconds(1);

    /** What was looked at in vain is looked at again after a stop; so much of it. */
    static final long WRITE_AFTER = 1000;

    private final EventLog log;
    private final int partition;
    private final Matching matching;
    private final UpToDate upToDate;
    private final Reached reached;
    private final Lanes lanes;
    private final InstantSource clock;
    private long position;

    /** Where a start from what is written would begin. */
    private long begun;

    private boolean isCurrent;
    private boolean isBegun;
    private boolean isChanged;
    private Instant writeAt = Instant.MIN;

    /** Whether this node knows all rules that were made before now; waits for it. */
    @FunctionalInterface
    interface UpToDate {
        boolean now() throws IOException, InterruptedException;
    }

    FollowedPartition(
            EventLog log,
            int partition,
            Matching matching,
            UpToDate upToDate,
            Reached reached,
            Memory memory,
            InstantSource clock) {
        this.log = log;
        this.partition = partition;
        this.matching = matching;
        this.upToDate = upToDate;
        this.reached = reached;
        lanes = new Lanes(memory);
        this.clock = clock;
        var last = reached.last();
        if (last != null) {
            position = last.position();
            begun = position;
            lanes.restore(last.behind());
        }
    }

    List<Lane> lanes() {
        return lanes.all();
    }

    /** Looks at what has come. */
    void step() throws IOException, InterruptedException {
        if (!isCurrent) {
            isCurrent = upToDate.now(); // what was left here may be by rules that are new to it
            if (!isCurrent) {
                return;
            }
        }
        position = Math.min(position, log.end(partition)); // if it was restored to one before
        if (log.end(partition) > position && skip()) {
            for (var chunks = 0; chunks < CHUNKS_A_STEP; chunks++) {
                if (!readOn()) {
                    break;
                }
            }
        }
        for (var lane : lanes()) {
            bringOn(lane);
        }
        lanes.removeDone();
    }

    /**
     * Goes to where the first rule was made.
     *
     * @return false if there is none, or that is not known now
     */
    private boolean skip() throws IOException, InterruptedException {
        if (matching.isNothing()) {
            isBegun = false;
            return false;
        }
        if (!isBegun) {
            if (!upToDate.now()) {
                return false;
            }
            var earliest = Math.min(matching.earliest(partition), log.end(partition));
            position = Math.max(position, earliest);
            if (reached.last() == null) {
                begun = position; // where it began by itself is not worth an event
            }
            isBegun = true;
        }
        return true;
    }

    /** Whether there may be more. */
    private boolean readOn() throws IOException, InterruptedException {
        if (lanes.areTooMany()) {
            return false;
        }
        var events = log.read(partition, position + 1, CHUNK);
        if (events.isEmpty()) {
            return false;
        }
        if (events.stream().anyMatch(event -> ObjectChanges.bucket(event) != null)
                && !upToDate.now()) {
            return false;
        }
        for (var event : events) {
            var match = matching.of(event);
            if (match != null) {
                lanes.offer(match, event.position());
            }
            position = event.position();
        }
        return true;
    }

    /** Reads on for a lane that is behind, up to where all others are. */
    private void bringOn(Lane lane) throws IOException {
        for (var chunks = 0; chunks < CHUNKS_A_STEP; chunks++) {
            if (!lane.isBehind() || lane.size() > 0) {
                return;
            }
            var events = log.read(partition, lane.behind(), CHUNK);
            if (events.isEmpty()) {
                lane.readUpTo(0);
            }
            for (var event : events) {
                if (event.position() > position) {
                    lane.readUpTo(0);
                    break;
                }
                var isOfBucket = lane.bucket().equals(ObjectChanges.bucket(event));
                var match = isOfBucket ? matching.of(event) : null;
                if (match != null
                        && match.rule().equals(lane.rule())
                        && !lanes.add(lane, match.notice())) {
                    break;
                }
                lane.readUpTo(event.position() + 1);
            }
            if (lane.behind() > position) {
                lane.readUpTo(0);
            }
        }
    }

    /**
     * Takes what became of the first notice of a lane.
     *
     * @return whether it is given up
     */
    boolean done(Lane lane, Outcome outcome) {
        if (!lanes.has(lane)) {
            return false; // the partition was another node's meanwhile
        }
        var first = lane.first();
        var isGivenUp = lanes.done(lane, outcome, clock.instant());
        isChanged |= first != lane.first();
        return isGivenUp;
    }

    /** Gives the memory back that it takes; nothing of it counts any more. */
    void leave() {
        lanes.clear();
    }

    /**
     * Writes how far it is, if it is time to.
     *
     * @return false if that is not possible, and all of this to be forgotten
     */
    boolean write() throws InterruptedException {
        var isFar = position - begun >= WRITE_AFTER;
        var isDue = isChanged && !clock.instant().isBefore(writeAt);
        return !(isFar || isDue) || writeAll();
    }

    /** The same, before it is left. */
    boolean writeNow() throws InterruptedException {
        return (reached.last() == null && !isChanged) || writeAll();
    }

    private boolean writeAll() throws InterruptedException {
        isChanged = false;
        begun = position;
        writeAt = clock.instant().plus(WRITE_EACH);
        return reached.write(new NoticesReached(position, lanes.behind()));
    }
}
