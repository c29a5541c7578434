package dev.lumiere.eventlog.retention;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the content of events out of a log by rules, one for a category at most. What a rule takes
 * of a stream is always its beginning, so that what is left is whole. To be run now and then, by
 * one node; what was interrupted goes on with the next run.
 */
public final class Retention {
    private static final int CHUNK = 500;
    private static final int STREAMS = 500;
    private static final long MAX_BYTES = 1 << 20;

    private final EventLog log;
    private final LogDevice device;
    private final List<Rule> rules;
    private final @Nullable Archive archive;

    /**
     * What stays of the streams of one category: an event goes when it is too old or too many newer
     * ones are in its stream.
     *
     * @param maxAge by the times of events; null for any. An event is taken to be as old as those
     *     after it in its stream at least.
     * @param keepLast how many of a stream at most, at least 1; null for any. With 1 the category
     *     is compacted: the last event of a stream is its state.
     */
    public record Rule(String category, @Nullable Duration maxAge, @Nullable Integer keepLast) {
        public Rule {
            if (maxAge == null && keepLast == null) {
                throw new IllegalArgumentException("a rule that keeps all of " + category);
            }
            if (maxAge != null && (maxAge.isNegative() || maxAge.isZero())) {
                throw new IllegalArgumentException("maxAge not above 0: " + maxAge);
            }
            if (keepLast != null && keepLast < 1) {
                throw new IllegalArgumentException("keepLast below 1: " + keepLast);
            }
        }
    }

    /**
     * By these rules.
     *
     * @param device that the log is on, by itself: what went is not read from an archive again
     * @param archive nothing goes that is not there; null to let go without
     */
    public Retention(EventLog log, LogDevice device, List<Rule> rules, @Nullable Archive archive) {
        this.log = log;
        this.device = device;
        this.rules = List.copyOf(rules);
        this.archive = archive;
        var categories = new HashSet<String>();
        for (var rule : rules) {
            if (!categories.add(rule.category)) {
                throw new IllegalArgumentException("two rules for " + rule.category);
            }
        }
    }

    /**
     * Applies all rules.
     *
     * @return of how many events the content was taken out
     */
    public long apply(Instant now) throws IOException {
        WholeFiles archived = null;
        if (archive != null) {
            archive.check(log);
            archived = new WholeFiles(archive);
        }
        var removed = 0L;
        for (var rule : rules) {
            StreamId last = null;
            for (var heads = streams(rule, null); !heads.isEmpty(); heads = streams(rule, last)) {
                for (var head : heads) {
                    removed += apply(rule, head, now, archived);
                }
                last = heads.getLast().stream();
            }
        }
        return removed;
    }

    private List<StreamHead> streams(Rule rule, @Nullable StreamId after) throws IOException {
        return log.streams(rule.category + "-", after, STREAMS);
    }

    private long apply(Rule rule, StreamHead head, Instant now, @Nullable WholeFiles archived)
            throws IOException {
        var goes = 0L; // all up to this version
        if (rule.keepLast != null) {
            goes = head.version() - rule.keepLast;
        }
        if (rule.maxAge != null) {
            goes = Math.max(goes, olderThan(now.minus(rule.maxAge), head));
        }
        return goes < 1 ? 0 : remove(head.stream(), firstLeft(head.stream(), goes), goes, archived);
    }

    /** The last version that is older, by halves. */
    private long olderThan(Instant time, StreamHead head) throws IOException {
        var older = 0L;
        var newer = head.version() + 1;
        while (newer - older > 1) {
            var middle = (older + newer) >>> 1;
            var event = device.readStream(head.stream(), middle, bound(1));
            if (!event.isEmpty() && event.getFirst().data().time().isBefore(time)) {
                older = middle;
            } else {
                newer = middle;
            }
        }
        return older;
    }

    /** The first version up to another from which on not all is gone, as earlier runs left it. */
    private long firstLeft(StreamId stream, long upTo) throws IOException {
        var first = upTo + 1;
        while (first > 1) {
            var chunk = device.readStreamBackwards(stream, first - 1, bound(CHUNK));
            if (chunk.stream().allMatch(Retention::isGone)) {
                break;
            }
            first = chunk.getLast().version();
        }
        return first;
    }

    private static LogDevice.Bound bound(long events) {
        return new LogDevice.Bound((int) events, MAX_BYTES);
    }

    private static boolean isGone(Event event) {
        return event.data().isRemoved();
    }

    /** The oldest first, so that an interruption leaves a beginning gone. */
    private long remove(StreamId stream, long from, long upTo, @Nullable WholeFiles archived)
            throws IOException {
        var removed = 0L;
        for (var next = from; next <= upTo; ) {
            var chunk = device.readStream(stream, next, bound(Math.min(CHUNK, upTo - next + 1)));
            if (chunk.isEmpty()) {
                break;
            }
            var positions = new ArrayList<Long>();
            for (var event : chunk) {
                if (!isGone(event) && (archived == null || archived.hold(event))) {
                    positions.add(event.position());
                }
            }
            if (!positions.isEmpty()) {
                log.remove(log.partition(stream), positions);
            }
            removed += positions.size();
            next = chunk.getLast().version() + 1;
        }
        return removed;
    }
}
