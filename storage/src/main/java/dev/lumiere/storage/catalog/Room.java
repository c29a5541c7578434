package dev.lumiere.storage.catalog;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.rule.Quota;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room there is in a bucket with a quota, as far as this node knows: what was counted a moment
 * ago, and what it has itself changed since.
 *
 * <p>Of a change that is under way while the bucket is counted nobody can tell whether it was. So
 * there is a least and a most that may be used: what fits beside the most is let in, what does not
 * fit beside the least is refused, and what is in between waits until what is under way here has
 * ended, and for another count. Where it is not counted in time everything is let in.
 */
final class Room {
    /** So long who is in between waits; then those are preferred who were let in before. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(1);

    /** Between two counts is at least this part of the age that one may have. */
    private static final int PACE = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Room.class);

    private final String bucket;
    private final Counting counting;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Change> underWay = new HashSet<>();

    /** Null while it is not known. */
    private @Nullable Usage counted;

    /** When it was begun to count; of what is not known, when that was found. */
    private long countedAt;

    private boolean wasAsked;
    private boolean isCounting;

    /** What was surely changed after that. */
    private Usage since = Usage.NONE;

    /** What was changed while it was counted, or is not known to have been. */
    private Usage doubtfulGrowth = Usage.NONE;

    private Usage doubtfulLoss = Usage.NONE;

    /** What those under way add. */
    private Usage coming = Usage.NONE;

    /** How a bucket is counted. */
    interface Counting {
        Usage count() throws IOException, InterruptedException;

        /** How old a count may be. */
        Duration age();

        /**
         * Waits until it counts all that other nodes did before.
         *
         * @return false if there is nothing new for sure, or that is not known
         */
        boolean catchUp() throws InterruptedException;
    }

    /** One change that was let in. */
    static final class Change {
        private final Usage usage;
        private boolean isDoubtful;

        private Change(Usage usage, boolean isDoubtful) {
            this.usage = usage;
            this.isDoubtful = isDoubtful;
        }
    }

    /** Of a bucket, which is not counted yet. */
    Room(String bucket, Counting counting) {
        this.bucket = bucket;
        this.counting = counting;
    }

    /**
     * Lets a change in, which then is under way.
     *
     * @param change what it moves
     * @param needed what it needs in the end, as far as that is another thing
     * @throws Problem.Refused 403 if there is no room for it
     */
    Change enter(Quota quota, Usage change, Usage needed) throws InterruptedException {
        lock.lock();
        try {
            require(quota, needed, true);
            var entered = new Change(change, isCounting);
            underWay.add(entered);
            coming = coming.plus(change.growth());
            return entered;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether there is room as things stand.
     *
     * @throws Problem.Refused 403 if there surely is none
     */
    void require(Quota quota, Usage needed) throws InterruptedException {
        lock.lock();
        try {
            require(quota, needed, false);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether it could be all there is.
     *
     * @throws Problem.Refused 403 if it could not
     */
    void requireWhole(Quota quota, Usage all) {
        if (!fits(quota, Usage.NONE, all)) {
            throw full(quota, Usage.NONE, all);
        }
    }

    private void require(Quota quota, Usage needed, boolean waits) throws InterruptedException {
        if (needed.growth().equals(Usage.NONE)) {
            return;
        }
        var begin = System.nanoTime();
        var pace = counting.age().dividedBy(PACE);
        var isCaughtUp = false;
        for (var least = least(counting.age()); least != null; ) {
            if (!fits(quota, least, needed)) {
                if (isCaughtUp) {
                    throw full(quota, least, needed);
                }
                isCaughtUp = true;
                least = catchUp() ? leastFromNow(pace) : least(counting.age());
                continue;
            }
            if (!waits || fits(quota, most(least), needed)) {
                return;
            }
            var left = PATIENCE.toNanos() - (System.nanoTime() - begin);
            if (left <= 0) {
                throw full(quota, most(least), needed);
            }
            var _ = changed.awaitNanos(Math.min(left, pace.toNanos()));
            least = least(isDoubtful() ? pace : counting.age());
            isCaughtUp = false;
        }
    }

    private boolean isDoubtful() {
        return !doubtfulGrowth.equals(Usage.NONE) || !doubtfulLoss.equals(Usage.NONE);
    }

    private static boolean fits(Quota quota, Usage used, Usage needed) {
        return fits(quota.bytes(), used.bytes(), needed.bytes())
                && fits(quota.count(), used.objects(), needed.objects());
    }

    /** What needs no more always does. */
    private static boolean fits(long limit, long used, long needed) {
        return limit < 0 || needed <= 0 || needed <= limit - used;
    }

    private Problem.Refused full(Quota quota, Usage used, Usage needed) {
        return fits(quota.bytes(), used.bytes(), needed.bytes())
                ? full("objects", quota.count(), used.objects(), needed.objects())
                : full("bytes", quota.bytes(), used.bytes(), needed.bytes());
    }

    private Problem.Refused full(String what, long limit, long used, long needed) {
        return Problem.of(
                        403,
                        "quota of bucket %s reached: %d of %d %s are used, %d more do not fit"
                                .formatted(bucket, used, limit, what, needed))
                .refused();
    }

    private boolean catchUp() throws InterruptedException {
        lock.unlock();
        try {
            return counting.catchUp();
        } finally {
            lock.lock();
        }
    }

    /** By a count that is begun after this, for which others may wait too. */
    private @Nullable Usage leastFromNow(Duration pace) throws InterruptedException {
        var now = System.nanoTime();
        var left = countedAt + pace.toNanos() - now;
        while (left > 0 && countedAt - now < 0) {
            var _ = changed.awaitNanos(left);
            left = countedAt + pace.toNanos() - System.nanoTime();
        }
        return least(now, Duration.ZERO);
    }

    /** Null if it is not known. */
    private @Nullable Usage least(Duration age) throws InterruptedException {
        return least(System.nanoTime(), age); // who waits for the same count needs no other
    }

    private @Nullable Usage least(long came, Duration age) throws InterruptedException {
        while (isCounting) {
            if (wasAsked && counted == null) {
                return null; // one finds out whether that is still so, and others do not wait for
                // it
            }
            changed.await();
        }
        var atMost = counted == null ? UNKNOWN_FOR : age;
        if (!wasAsked || came - countedAt > atMost.toNanos()) {
            count();
        }
        return counted == null ? null : counted.plus(since).plus(doubtfulLoss);
    }

    private Usage most(Usage least) {
        return least.minus(doubtfulLoss).plus(doubtfulGrowth).plus(coming);
    }

    /** What has ended before is counted; of what is under way that is not known. */
    private void count() throws InterruptedException {
        isCounting = true;
        since = Usage.NONE;
        doubtfulGrowth = Usage.NONE;
        doubtfulLoss = Usage.NONE;
        underWay.forEach(change -> change.isDoubtful = true);
        var began = System.nanoTime();
        Usage told = null;
        var isAnswered = false; // else it was interrupted, and whoever comes next asks again
        lock.unlock();
        try {
            told = counting.count();
            isAnswered = true;
        } catch (IOException e) {
            LOG.warn("not known how much bucket {} has: {}", bucket, String.valueOf(e));
            isAnswered = true;
        } finally {
            lock.lock();
            counted = told;
            countedAt = told == null ? System.nanoTime() : began;
            wasAsked = isAnswered;
            isCounting = false;
            changed.signalAll();
        }
    }

    /**
     * A change is not under way any more.
     *
     * @param isKnown whether it was surely made, and what counts has it
     */
    void leave(Change change, boolean isKnown) {
        lock.lock();
        try {
            end(change);
            if (isKnown && !change.isDoubtful) {
                since = since.plus(change.usage);
            } else {
                doubtfulGrowth = doubtfulGrowth.plus(change.usage.growth());
                doubtfulLoss = doubtfulLoss.plus(change.usage.loss());
            }
        } finally {
            lock.unlock();
        }
    }

    /** A change was surely not made. */
    void giveUp(Change change) {
        lock.lock();
        try {
            end(change);
        } finally {
            lock.unlock();
        }
    }

    private void end(Change change) {
        underWay.remove(change);
        coming = coming.minus(change.usage.growth());
        changed.signalAll();
    }
}
