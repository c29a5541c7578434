package dev.lumiere.storage.blob.care;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Deletes contents that nobody refers to: those that are old, in the order of their ids, a page at
 * a time. One node of all that share a store has one, for one thread at a time.
 *
 * <p>A content is safe while an event in the log refers to it, and for the grace after it was
 * written or renewed. So whoever has written one appends the event that refers to it within the
 * grace, and whoever moves a reference appends the new one before the end of the old.
 */
public final class Sweeper {
    /** For the slowest upload from its last byte to its event, and clocks that differ. */
    private static final Duration LEAST_GRACE = Duration.ofHours(1);

    private static final int PAGE = 1000;

    /** Pages that are passed over; with another the pass ends. */
    private static final int MAX_FAILURES = 10;

    private static final Duration AT_MOST = Duration.ofMinutes(1);
    static final StreamId STREAM = new StreamId("storage.sweep", "blobs");

    private final BlobStore store;
    private final EventLog log;
    private final References references;
    private final CatchUp catchUp;
    private final Duration grace;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /** Who knows them, by the events that were taken in. */
    @FunctionalInterface
    public interface References {
        /**
         * Which of these contents an object or an upload in progress has, or anything else refers
         * to.
         *
         * @throws IOException if that is not known of all of them now
         */
        Set<BlobId> of(List<BlobId> blobs) throws IOException;
    }

    /** Waits until who knows the references has taken in everything up to there; a view does. */
    @FunctionalInterface
    public interface CatchUp {
        /** Whether it has. */
        boolean to(PositionVector end, Duration atMost) throws InterruptedException;
    }

    /**
     * Deletes nothing yet.
     *
     * @param grace how old a content must be, at least an hour
     * @param ids of events, each another
     */
    public Sweeper(
            BlobStore store,
            EventLog log,
            References references,
            CatchUp catchUp,
            Duration grace,
            InstantSource clock,
            Supplier<UUID> ids) {
        if (grace.compareTo(LEAST_GRACE) < 0) {
            throw new IllegalArgumentException("grace below %s: %s".formatted(LEAST_GRACE, grace));
        }
        this.store = store;
        this.log = log;
        this.references = references;
        this.catchUp = catchUp;
        this.grace = grace;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Goes through the whole store once.
     *
     * @return how many contents were deleted
     * @throws IOException if the store or the log fails, or who knows the references; what was not
     *     deleted is left for the next
     */
    public long pass() throws IOException, InterruptedException {
        var deleted = 0L;
        var failures = new ArrayList<IOException>();
        for (var page = store.list(null, PAGE);
                !page.isEmpty();
                page = store.list(page.getLast().id(), PAGE)) {
            try {
                deleted += new Sweep(page).whole();
            } catch (IOException e) { // of other pages it may be known
                failures.add(e);
                if (failures.size() > MAX_FAILURES) {
                    break;
                }
            }
        }
        store.deleteUnfinished(clock.instant().minus(grace));
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return deleted;
    }

    /** What is done about a page, in the order of the steps. */
    final class Sweep {
        private final Instant before = clock.instant().minus(grace);
        private final List<BlobId> doomed = new ArrayList<>();

        Sweep(List<BlobStore.Kept> page) {
            for (var kept : page) {
                if (kept.written().isBefore(before)) {
                    doomed.add(kept.id());
                }
            }
        }

        long whole() throws IOException, InterruptedException {
            look();
            announce();
            lookAgain();
            return delete();
        }

        void look() throws IOException {
            if (doomed.isEmpty()) {
                return;
            }
            doomed.removeAll(references.of(List.copyOf(doomed)));
        }

        /** When this returns, what was in the log before is known to who knows the references. */
        void announce() throws IOException, InterruptedException {
            if (doomed.isEmpty()) {
                return;
            }
            append(new SweepAnnounced(doomed, before.getEpochSecond()));
            if (!log.catchUp(AT_MOST) || !catchUp.to(log.end(), AT_MOST)) {
                throw new IOException("the catalog is too far behind to sweep");
            }
        }

        /** A reference that had moved to where the first look did not see it is seen now. */
        void lookAgain() throws IOException {
            look();
        }

        long delete() throws IOException {
            var deleted = 0L;
            for (var id : doomed) {
                if (store.deleteIfOlder(id, before)) {
                    deleted++;
                }
            }
            return deleted;
        }
    }

    private void append(SweepAnnounced event) throws IOException, InterruptedException {
        var data =
                SweepAnnounced.TYPES.data(
                        ids.get(), clock.instant(), EventData.Context.NONE, event);
        var outcome = log.append(Append.to(STREAM, Expected.any(), List.of(data)), AT_MOST);
        if (!(outcome instanceof AppendOutcome.Appended)) {
            throw new IOException("a sweep cannot be announced: " + outcome);
        }
    }
}
