package dev.lumiere.storage.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.eventlog.view.CatchUp;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.NotKept;
import dev.lumiere.storage.bucket.KnownBuckets;
import dev.lumiere.storage.catalog.ObjectEvent.ObjectMoved;
import dev.lumiere.storage.rule.ObjectKey;
import dev.lumiere.storage.rule.Quota;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps buckets within their quotas. Those without one cost a look into memory; of the others it is
 * known here how much is in them, a {@link Room} each, while they are written to.
 */
final class Quotas {
    /** Longer than any change is under way. */
    private static final Duration KEPT_FOR = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);

    private final KnownBuckets buckets;
    private final CatalogIndex index;
    private final CatchUp others;
    private final Cache<String, Room> rooms =
            Caffeine.newBuilder().expireAfterAccess(KEPT_FOR).executor(Runnable::run).build();

    Quotas(KnownBuckets buckets, CatalogIndex index, CatchUp others) {
        this.buckets = buckets;
        this.index = index;
        this.others = others;
    }

    private Quota quota(String bucket) {
        var known = buckets.find(bucket);
        return known == null ? Quota.NONE : known.settings().quota();
    }

    private Room room(String bucket) {
        return rooms.get(bucket, name -> new Room(name, new Counted(name)));
    }

    private final class Counted implements Room.Counting {
        private final String bucket;

        Counted(String bucket) {
            this.bucket = bucket;
        }

        @Override
        public Usage count() throws IOException, InterruptedException {
            return index.usage(bucket);
        }

        @Override
        public Duration age() {
            return index.usageAge();
        }

        @Override
        public boolean catchUp() throws InterruptedException {
            return others.now();
        }
    }

    /**
     * Whether there is room for an object, as things stand.
     *
     * @param key null if it is not known; then it may take the place of anything
     * @param bytes of it, at least
     * @throws Problem.Refused 403 if there surely is none
     */
    void require(String bucket, @Nullable String key, long bytes) {
        var quota = quota(bucket);
        if (quota.equals(Quota.NONE)) {
            return;
        }
        var room = room(bucket);
        var object = new Usage(bytes, 1);
        try {
            if (key == null) {
                room.requireWhole(quota, object);
            } else if (ObjectKey.fits(key)) {
                requireInPlace(room, quota, bucket, key, object);
            }
        } catch (IOException e) {
            LOG.debug("an upload begins without a look at what it replaces", e);
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    /** What it takes the place of may be another node's, and known only once that is caught up. */
    private void requireInPlace(Room room, Quota quota, String bucket, String key, Usage object)
            throws IOException, InterruptedException {
        var known = Usage.of(index.find(bucket, key));
        try {
            room.require(quota, object.minus(known));
        } catch (Problem.Refused e) {
            var now = Usage.of(index.find(bucket, key));
            if (now.equals(known)) {
                throw e;
            }
            room.require(quota, object.minus(now));
        }
    }

    private static Problem.Refused interrupted() {
        Thread.currentThread().interrupt();
        return NotKept.because("it cannot be kept now", "interrupted");
    }

    /** Begins a change of an object in a bucket, which may be decided more than once. */
    Change begin(String bucket) {
        var quota = quota(bucket);
        return quota.equals(Quota.NONE) ? Change.FREE : new Change(quota, room(bucket));
    }

    /** One that was begun; what became of it is not known before it is {@link #done}. */
    static final class Change implements AutoCloseable {
        private static final Change FREE = new Change(Quota.NONE, null);

        private final Quota quota;
        private final @Nullable Room room;
        private Room.@Nullable Change entered;

        private Change(Quota quota, @Nullable Room room) {
            this.quota = quota;
            this.room = room;
        }

        /**
         * Lets an event in; one that was let in before did not come to be.
         *
         * @param before the last event of the object; null if there is none
         * @param event null for none
         * @throws Problem.Refused 403 if there is no room for what it brings
         */
        @Nullable ObjectEvent enter(@Nullable ObjectEvent before, @Nullable ObjectEvent event) {
            if (room == null) {
                return event;
            }
            if (entered != null) {
                room.giveUp(entered);
                entered = null;
            }
            if (event == null) {
                return null;
            }
            var after = Usage.of(ObjectEvent.after(event));
            var usage = after.minus(Usage.of(ObjectEvent.after(before)));
            if (!usage.equals(Usage.NONE)) {
                var needed = isWithinBucket(event) ? usage.minus(after) : usage;
                try {
                    entered = room.enter(quota, usage, needed);
                } catch (InterruptedException _) {
                    throw interrupted();
                }
            }
            return event;
        }

        /** What is moved within a bucket is in it twice for a moment. */
        private static boolean isWithinBucket(ObjectEvent event) {
            return event instanceof ObjectMoved moved
                    && moved.fromBucket().equals(moved.object().bucket());
        }

        void done() {
            leave(true);
        }

        private void leave(boolean isKnown) {
            if (room != null && entered != null) {
                room.leave(entered, isKnown);
                entered = null;
            }
        }

        @Override
        public void close() {
            leave(false);
        }
    }
}
