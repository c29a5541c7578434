package dev.lumiere.storage.notice;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.aggregate.UnreadableEventException;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.catalog.ObjectChange;
import dev.lumiere.storage.catalog.ObjectChanges;
import dev.lumiere.storage.catalog.ObjectName;
import dev.lumiere.storage.rule.ChangeKind;
import dev.lumiere.storage.rule.EventRule;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which rule, if any, an event of the log is told by, as the rules are now. */
final class Matching {
    private static final Logger LOG = LoggerFactory.getLogger(Matching.class);

    private final BucketCatalog buckets;
    private final ObjectChanges changes;

    Matching(BucketCatalog buckets, EventLog log) {
        this.buckets = buckets;
        changes = new ObjectChanges(log);
    }

    /** What is to be told, and by which rule of which bucket. */
    record Match(String bucket, String rule, Notice notice) {}

    /** Whether there is no rule at all. */
    boolean isNothing() {
        return buckets.watched().isEmpty();
    }

    /**
     * Before which position of a partition no rule tells anything; what is there is not looked at.
     */
    long earliest(int partition) {
        return buckets.watched().stream()
                .flatMap(bucket -> bucket.settings().events().stream())
                .mapToLong(rule -> since(rule, partition))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /**
     * Null if nobody is told.
     *
     * @throws IOException if that cannot be known now
     */
    @Nullable Match of(Event event) throws IOException {
        var name = ObjectChanges.bucket(event);
        var bucket = name == null ? null : buckets.find(name);
        if (bucket == null || bucket.settings().events().isEmpty()) {
            return null;
        }
        var change = change(event);
        if (change == null) {
            return null;
        }
        var rule = EventRule.of(change.kind(), change.key(), rules(bucket, event));
        return rule == null || isToldElsewhere(change, rule)
                ? null
                : new Match(bucket.name(), rule.name(), Notice.of(event, change, bucket.account()));
    }

    private @Nullable ObjectChange change(Event event) throws IOException {
        try {
            return changes.of(event);
        } catch (UnreadableEventException e) {
            LOG.atWarn().addKeyValue("at", event.place()).setCause(e).log("nobody is told of this");
            return null;
        }
    }

    /** Those that were there before it. */
    private static List<EventRule> rules(Bucket bucket, Event event) {
        return bucket.settings().events().stream()
                .filter(rule -> since(rule, event.partition()) < event.position())
                .toList();
    }

    /** Whether a rule was there before what is to be told; a later one of its name was not. */
    static boolean isAfter(EventRule rule, Notice notice) {
        return since(rule, notice.partition()) < notice.position();
    }

    private static long since(EventRule rule, int partition) {
        var positions = PositionVector.parse(rule.since());
        return partition < positions.partitions() ? positions.of(partition) : 0;
    }

    /** A move leaves one name and comes to another; by one rule it is told once, of the latter. */
    private boolean isToldElsewhere(ObjectChange change, EventRule rule) {
        var to = change.to();
        if (change.kind() != ChangeKind.MOVE
                || to == null
                || to.equals(new ObjectName(change.bucket(), change.key()))
                || !to.bucket().equals(change.bucket())) {
            return false;
        }
        var bucket = buckets.find(to.bucket());
        return bucket != null
                && rule.equals(EventRule.of(ChangeKind.MOVE, to.key(), bucket.settings().events()));
    }
}
