package dev.lumiere.storage.notice;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.storage.catalog.ObjectChanges;
import dev.lumiere.storage.notice.Matching.Match;
import dev.lumiere.storage.notice.NoticeEvent.NoticesReached;
import dev.lumiere.storage.notice.NoticePosts.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A partition that this node owns: what is in it is looked at once, and put into lanes. For one
 * thread. Lanes that are full are left behind, and brought on later from where they stopped.
 */
final class FollowedPartition {
    private static final int CHUNK = 256;
    private static final int CHUNKS_A_STEP = 16;

    /**
     * With more that have something left, nothing more is looked at before some have ended: all of
     * them are named in one event.
     */
    static final int MAX_LANES = 2000;

    private static final Duration WRITE_EACH = Duration.ofSeconds(1);

    /** What was looked at in vain is looked at again after a stop; so much of it. */
    static final long WRITE_AFTER = 1000;

    private final EventLog log;
    private final int partition;
    private final Matching matching;
    private final UpToDate upToDate;
    private final Reached reached;
    private final Memory memory;
    private final InstantSource clock;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();
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
        this.memory = memory;
        this.clock = clock;
        var last = reached.last();
        if (last != null) {
            position = last.position();
            begun = position;
            last.behind().forEach((name, from) -> lanes.put(name, Lane.named(name, from)));
        }
    }

    List<Lane> lanes() {
        return List.copyOf(lanes.values());
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
            if (lane.isDone()) {
                lanes.remove(lane.name());
            }
        }
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
        if (lanes.size() >= MAX_LANES) {
            lanes.values().removeIf(Lane::isDone);
        }
        if (lanes.size() >= MAX_LANES) {
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
                offer(match, event);
            }
            position = event.position();
        }
        return true;
    }

    private void offer(Match match, Event event) {
        var lane =
                lanes.computeIfAbsent(
                        Lane.name(match.bucket(), match.rule()),
                        _ -> new Lane(match.bucket(), match.rule(), 0));
        if (lane.isBehind()) {
            return;
        }
        if (hasPlace(lane)) {
            add(lane, match);
        } else {
            lane.fallBehind(event.position());
        }
    }

    /** One always has, so that those that keep the memory full do not stop the others. */
    private boolean hasPlace(Lane lane) {
        return lane.size() == 0 || (lane.hasPlace() && !memory.isFull());
    }

    private void add(Lane lane, Match match) {
        lane.add(match.notice());
        memory.take(match.notice().body().length());
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
                if (match != null && match.rule().equals(lane.rule())) {
                    if (!hasPlace(lane)) {
                        break;
                    }
                    add(lane, match);
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
        if (lanes.get(lane.name()) != lane) {
            return false; // the partition was another node's meanwhile
        }
        var first = lane.first();
        var before = lane.chars();
        var isGivenUp = false;
        switch (outcome) {
            case Outcome.Told _, Outcome.Unwanted _ -> lane.told();
            case Outcome.Failed _ -> isGivenUp = lane.failed(clock.instant());
        }
        memory.give(before - lane.chars());
        isChanged |= first != lane.first();
        return isGivenUp;
    }

    /** Gives the memory back that it takes; nothing of it counts any more. */
    void leave() {
        lanes.values().forEach(lane -> memory.give(lane.chars()));
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
        var behind = new HashMap<String, Long>();
        for (var lane : lanes.values()) {
            if (!lane.isDone()) {
                behind.put(lane.name(), lane.first());
            }
        }
        isChanged = false;
        begun = position;
        writeAt = clock.instant().plus(WRITE_EACH);
        return reached.write(new NoticesReached(position, behind));
    }
}
