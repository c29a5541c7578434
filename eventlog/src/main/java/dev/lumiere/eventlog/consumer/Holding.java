package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A partition that a member has: how far it is, and when that is written. Nothing is given out
 * unless it was written within half a lease that the partition is this member's. What cannot be
 * written now is tried again, after a pause. Its thread changes it; others look.
 */
final class Holding {
    private static final int MAX_TRIES = 10;
    private static final int MAX_REASON = 500;

    /** Few enough to be read again, and so many that checkpoints do not make each other. */
    private static final int MAX_SKIPPED = 1000;

    private final int partition;
    private final Checkpoints checkpoints;
    private final Settings settings;
    private final Backlog backlog;
    private final Backoff backoff = new Backoff();

    /**
     * The last that is known to be written, its version, and when, on the ticker, at the latest.
     */
    private Checkpoint checkpoint;

    private long version;
    private long writtenAt;

    /** How many events were handled since, and how many were none of its business. */
    private int handled;

    private int skipped;
    private @Nullable UUID last;
    private volatile long position;
    private volatile Consumer.@Nullable Stop stop;
    private volatile @Nullable String waitsFor;

    /** What became of a write. */
    enum Written {
        DONE,
        NOT_NOW,
        LOST
    }

    Holding(
            int partition,
            Checkpoints checkpoints,
            Settings settings,
            Backlog backlog,
            Checkpoints.Stored taken,
            long writtenAt) {
        this.partition = partition;
        this.checkpoints = checkpoints;
        this.settings = settings;
        this.backlog = backlog;
        this.writtenAt = writtenAt;
        checkpoint = taken.checkpoint();
        version = taken.version();
        position = checkpoint.position();
        last = checkpoint.last();
    }

    int partition() {
        return partition;
    }

    long position() {
        return position;
    }

    Consumer.@Nullable Stop stop() {
        return stop;
    }

    /** What failed and is tried again; null if all is well. */
    @Nullable String waitsFor() {
        return waitsFor;
    }

    /** Who has it, by what was read last: another, once it is lost. */
    @Nullable String member() {
        return checkpoint.member();
    }

    boolean isWanted() {
        return checkpoint.wantedBy() != null;
    }

    /** Whether it goes on now, and its events are to be read. */
    boolean isGoing() {
        return stop == null && !backoff.isWaiting(now());
    }

    /** Whether an event may be given out: nobody else can have it yet. */
    boolean mayGiveOut() {
        return isGoing()
                && checkpoint.stopped() == null
                && now() - writtenAt < settings.lease().toNanos() / 2;
    }

    /** An event is done. */
    void handled(Event event) {
        handled++;
        passed(event);
    }

    /** An event is none of its business. */
    void skipped(Event event) {
        skipped++;
        passed(event);
    }

    private void passed(Event event) {
        position = event.position();
        last = event.data().id();
        waitsFor = null;
        backoff.succeeded();
    }

    void stop(Event.@Nullable Place at, Throwable cause) {
        var reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        stop = new Consumer.Stop(at, reason);
    }

    void resume() {
        stop = null;
    }

    /** What has to do with the log has failed. */
    void failed(String reason) {
        waitsFor = reason;
        backoff.failed(now());
    }

    /** Whether something is to be written. */
    boolean isDue() {
        var silent = now() - writtenAt;
        if (backoff.isWaiting(now())) {
            return false;
        }
        if (checkpoint.probedBy() != null
                || !Objects.equals(checkpoint.stopped(), stopped())
                || handled >= settings.checkpointEvents()
                || skipped >= MAX_SKIPPED
                || (handled > 0 && silent >= settings.checkpointTime().toNanos())) {
            return true;
        }
        try {
            return silent >= settings.heartbeat().toNanos()
                    && stop == null
                    && backlog.isAfter(position);
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private @Nullable String stopped() {
        var now = stop;
        return now == null
                ? null
                : now.reason().substring(0, Math.min(MAX_REASON, now.reason().length()));
    }

    /** How far it is, and that it is this member's. */
    Written write() throws InterruptedException {
        return write(false);
    }

    /** How far it is, and that it is nobody's, or for who wants it. */
    Written giveUp() throws InterruptedException {
        return write(true);
    }

    private Written write(boolean isLast) throws InterruptedException {
        try {
            for (var tries = 0; tries < MAX_TRIES; tries++) {
                var next =
                        isLast
                                ? checkpoint.givenUpAt(position, last)
                                : checkpoint.at(position, last, stopped());
                var before = now();
                if (isLast) { // it may be another's from now on, whatever the outcome
                    writtenAt = before - settings.lease().toNanos();
                }
                var outcome = checkpoints.append(partition, version, next);
                switch (outcome) {
                    case AppendOutcome.Appended _ -> {
                        written(next, before);
                        return Written.DONE;
                    }
                    case AppendOutcome.Conflict _ -> {
                        if (!adopt(checkpoints.caughtUp(partition))) {
                            return Written.LOST;
                        }
                    }
                    default -> {
                        failed(outcome.toString()); // what is not known the next try tells
                        return Written.NOT_NOW;
                    }
                }
            }
            failed("too many others write");
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        }
        return Written.NOT_NOW;
    }

    private void written(Checkpoint next, long at) {
        checkpoint = next;
        version++;
        writtenAt = at;
        handled = 0;
        skipped = 0;
        waitsFor = null;
        backoff.succeeded();
    }

    /** Takes over what was written since, by who wants it; false if it is another's now. */
    boolean adopt(Checkpoints.Stored stored) {
        if (stored.version() <= version) {
            return true;
        }
        var isStill =
                stored.checkpoint().member() != null
                        && stored.checkpoint().epoch() == checkpoint.epoch();
        checkpoint = stored.checkpoint();
        version = stored.version();
        return isStill;
    }

    private long now() {
        return settings.ticker().getAsLong();
    }
}
