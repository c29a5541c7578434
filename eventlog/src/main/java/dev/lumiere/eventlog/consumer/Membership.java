package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.EventLog;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one member shares the partitions with the others of its name, of whom it sees only what they
 * have written. It takes what nobody has and what the dead have, asks who has more than it, and
 * gives who asks.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

    /** After so many silent leases who has stopped is asked again. */
    private static final int LEASES_BETWEEN_PROBES = 10;

    private final EventLog log;
    private final String member;
    private final Settings settings;
    private final Checkpoints checkpoints;
    private final Holdings held;
    private final Map<Integer, Watched> watched = new TreeMap<>();
    private boolean hasProbed;
    private @Nullable String trouble;

    Membership(
            EventLog log,
            String member,
            Settings settings,
            Checkpoints checkpoints,
            Holdings held) {
        this.log = log;
        this.member = member;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.held = held;
    }

    /**
     * Sees what the others did, and does its part.
     *
     * @return why not all of it could be done; null if it could
     */
    @Nullable String look() throws IOException, InterruptedException {
        trouble = null;
        for (var partition = 0; partition < log.partitions(); partition++) {
            try {
                see(partition);
            } catch (CorruptLogException e) {
                trouble = "partition %d: %s".formatted(partition, e.getMessage());
            }
        }
        takeFree();
        askForMore();
        probe();
        return trouble;
    }

    private void see(int partition) throws IOException, InterruptedException {
        var stored = checkpoints.last(partition);
        var now = now();
        var seen = watched.get(partition);
        if (seen == null) {
            seen = new Watched(new Backlog(log, partition), stored, now);
            watched.put(partition, seen);
        }
        seen.saw(stored, now);
        held.meet(partition, stored);
        if (!held.has(partition)) {
            seen.lookForWork(now);
        }
    }

    /** What nobody has, and what the dead have, up to a share of all. */
    private void takeFree() throws IOException, InterruptedException {
        var dead = dead();
        var members = living(dead).size();
        var share = (log.partitions() + members - 1) / members;
        for (var each : watched.entrySet()) {
            var partition = each.getKey();
            var seen = each.getValue();
            if (!held.has(partition)
                    && isFree(seen, dead)
                    && (held.count() < share || isLeftToMe(seen))) {
                take(partition, seen);
            }
        }
    }

    /** Who owes something for a lease time. */
    private Set<String> dead() {
        var dead = new HashSet<String>();
        for (var each : watched.entrySet()) {
            var holder = each.getValue().holder();
            if (holder != null && !held.has(each.getKey()) && isOverdue(each.getValue())) {
                dead.add(holder);
            }
        }
        return dead;
    }

    private boolean isFree(Watched seen, Set<String> dead) {
        return seen.holder() == null || isLeftToMe(seen) || isOfTheDead(seen, dead);
    }

    private boolean isLeftToMe(Watched seen) {
        return seen.checkpoint().member() == null && member.equals(seen.holder());
    }

    /** Also what owes nothing, if it has said nothing either. */
    private boolean isOfTheDead(Watched seen, Set<String> dead) {
        var holder = seen.holder();
        return isOverdue(seen)
                || (holder != null
                        && dead.contains(holder)
                        && seen.isSilent(now(), settings.lease().toNanos()));
    }

    private boolean isOverdue(Watched seen) {
        return seen.isOverdue(now(), settings.lease().toNanos());
    }

    private Set<String> living(Set<String> dead) {
        var members = new HashSet<String>();
        members.add(member);
        for (var each : watched.entrySet()) {
            if (held.has(each.getKey()) || !isOfTheDead(each.getValue(), dead)) {
                var last = each.getValue().checkpoint();
                if (last.member() != null) {
                    members.add(last.member());
                }
                if (last.wantedBy() != null) {
                    members.add(last.wantedBy());
                }
            }
        }
        return members;
    }

    private void take(int partition, Watched free) throws IOException, InterruptedException {
        var last = free.checkpoint();
        if (!isOfThisLog(partition, last)) {
            return;
        }
        var taken = last.takenBy(member, free.version() + 1);
        if (free.version() == 0 && settings.start() == Settings.Start.NEXT) {
            checkpoints.catchUp();
            var end = log.end(partition);
            taken = taken.at(end, checkpoints.id(partition, end), null);
        }
        var before = now();
        if (appended(partition, free, taken)) {
            var stored = new Checkpoints.Stored(taken, free.version());
            var backlog = new Backlog(log, partition);
            held.add(new Holding(partition, checkpoints, settings, backlog, stored, before));
        }
    }

    /** Whether what was handled is still there: a log may have been restored to a position. */
    private boolean isOfThisLog(int partition, Checkpoint last)
            throws IOException, InterruptedException {
        if (last.position() > log.end(partition)) {
            checkpoints.catchUp();
        }
        var found = checkpoints.id(partition, last.position());
        if (last.position() == 0
                || (found != null && (last.last() == null || last.last().equals(found)))) {
            return true;
        }
        trouble =
                "partition %d was handled up to %d, which is not in this log: was it restored?"
                        .formatted(partition, last.position());
        return false;
    }

    /** One after the other of who has most, while that is two more than this member has. */
    private void askForMore() throws IOException, InterruptedException {
        for (var asked = 0; asked < log.partitions(); asked++) {
            var dead = dead();
            var counts = new HashMap<String, Integer>();
            var mine = held.count();
            for (var each : watched.entrySet()) {
                var last = each.getValue().checkpoint();
                if (held.has(each.getKey()) || isOfTheDead(each.getValue(), dead)) {
                    continue;
                }
                if (member.equals(last.wantedBy())) {
                    mine++;
                } else if (last.member() != null && last.wantedBy() == null) {
                    counts.merge(last.member(), 1, Integer::sum);
                }
            }
            var most = counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(null);
            if (most == null || most.getValue() < mine + 2 || !ask(most.getKey())) {
                return;
            }
        }
    }

    /** For any of its partitions. */
    private boolean ask(String other) throws IOException, InterruptedException {
        for (var each : watched.entrySet()) {
            var last = each.getValue().checkpoint();
            if (other.equals(last.member())
                    && last.wantedBy() == null
                    && !held.has(each.getKey())) {
                return appended(each.getKey(), each.getValue(), last.wantedBy(member));
            }
        }
        return false;
    }

    /**
     * Asks who owes nothing whether they are there, since they may have died with nothing to do:
     * all of them once, when it begins, and then now and then who has stopped.
     */
    private void probe() throws IOException, InterruptedException {
        var isKnown = true;
        var owing = new HashSet<String>();
        for (var seen : watched.values()) {
            if (seen.isOwing() || seen.checkpoint().wantedBy() != null) {
                owing.add(String.valueOf(seen.holder()));
            }
        }
        for (var each : watched.entrySet()) {
            var last = each.getValue().checkpoint();
            if (!held.has(each.getKey())
                    && last.member() != null
                    && (!hasProbed || isStoppedForLong(each.getValue()))
                    && owing.add(last.member())) {
                isKnown &=
                        switch (append(each.getKey(), each.getValue(), last.probedBy(member))) {
                            case AppendOutcome.Appended _, AppendOutcome.Conflict _ -> true;
                            default -> false; // asked again
                        };
            }
        }
        hasProbed |= isKnown;
    }

    private boolean isStoppedForLong(Watched seen) {
        return seen.checkpoint().stopped() != null
                && seen.isSilent(now(), LEASES_BETWEEN_PROBES * settings.lease().toNanos());
    }

    private boolean appended(int partition, Watched seen, Checkpoint next)
            throws IOException, InterruptedException {
        return append(partition, seen, next) instanceof AppendOutcome.Appended;
    }

    private AppendOutcome append(int partition, Watched seen, Checkpoint next)
            throws IOException, InterruptedException {
        var outcome = checkpoints.append(partition, seen.version(), next);
        switch (outcome) {
            case AppendOutcome.Appended _ ->
                    seen.saw(new Checkpoints.Stored(next, seen.version() + 1), now());
            case AppendOutcome.Conflict _ -> seen.saw(checkpoints.caughtUp(partition), now());
            default ->
                    LOG.info("{} could not write of partition {}: {}", member, partition, outcome);
        }
        return outcome;
    }

    private long now() {
        return settings.ticker().getAsLong();
    }
}
