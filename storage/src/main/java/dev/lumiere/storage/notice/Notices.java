package dev.lumiere.storage.notice;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.notice.NoticePosts.Outcome;
import dev.lumiere.storage.notice.PostPlaces.Place;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.upload.CallbackSender;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells others what becomes of objects, as the rules of buckets say: each change that was answered
 * after the rule was made, at least once, those of one object in their order. Of nodes that share a
 * log one tells of a change, that which owns its partition. Some are told at once, so that who does
 * not answer keeps nobody waiting.
 */
public final class Notices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final Duration LOOK_EACH = Duration.ofMillis(250);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Duration UP_TO_DATE_WITHIN = Duration.ofSeconds(2);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final Catalog catalog;
    private final EventLog log;
    private final Matching matching;
    private final NoticePosts posts;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final NoticeCounts counts;
    private final Map<Integer, FollowedPartition> followed = new TreeMap<>();
    private final Map<Integer, Instant> notBefore = new HashMap<>();
    private final PostPlaces places = new PostPlaces();
    private final Memory memory = new Memory(Memory.MAX_CHARS);
    private final Queue<Done> done = new ConcurrentLinkedQueue<>();
    private final ExecutorService runs = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("notices").daemon().factory());
    private int turn;

    private record Done(Due due, Place place, Outcome outcome) {}

    private record Due(FollowedPartition partition, Lane lane) {}

    /**
     * Begins to tell.
     *
     * @param sender bounds how long one takes
     * @param ids of events, each another
     */
    public Notices(
            Catalog catalog,
            EventLog log,
            KeyRing keys,
            CallbackSender sender,
            MeterRegistry meters,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.catalog = catalog;
        this.log = log;
        this.clock = clock;
        this.ids = ids;
        matching = new Matching(catalog.buckets(), log);
        posts = new NoticePosts(catalog.buckets(), keys, sender, clock);
        counts = new NoticeCounts(meters);
        var _ =
                looks.scheduleWithFixedDelay(
                        this::look, 0, LOOK_EACH.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            takeDone();
            for (var partition = 0; partition < log.partitions(); partition++) {
                follow(partition);
            }
            begin();
        } catch (InterruptedException _) {
            // it is closed
        } catch (RuntimeException e) {
            LOG.error("others are not told; the next try is in {}", LOOK_EACH, e);
        }
    }

    private void takeDone() {
        for (var next = done.poll(); next != null; next = done.poll()) {
            places.give(next.place);
            var lane = next.due.lane;
            counts.count(lane, next.outcome, next.due.partition.done(lane, next.outcome));
        }
    }

    private void follow(int partition) throws InterruptedException {
        if (!log.owns(partition)) {
            leave(partition);
            return;
        }
        var isNothing = !followed.containsKey(partition) && matching.isNothing();
        if (isNothing || clock.instant().isBefore(notBefore.getOrDefault(partition, Instant.MIN))) {
            return;
        }
        try {
            var one = followed.get(partition);
            if (one == null) {
                one = opened(partition);
                followed.put(partition, one);
            }
            one.step();
            if (!one.write()) {
                forget(partition, "how far it is cannot be written");
            }
        } catch (IOException | RuntimeException e) {
            forget(partition, String.valueOf(e.getMessage()));
        }
    }

    private FollowedPartition opened(int partition) throws IOException, InterruptedException {
        return new FollowedPartition(
                log,
                partition,
                matching,
                this::isUpToDate,
                Reached.read(log, partition, clock, ids),
                memory,
                clock);
    }

    private void leave(int partition) {
        var left = followed.remove(partition);
        if (left != null) {
            left.leave();
        }
    }

    /** Begins again a moment later, from what is written. */
    private void forget(int partition, String why) {
        LOG.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("reason", why)
                .log("others are not told of a partition now");
        leave(partition);
        notBefore.put(partition, clock.instant().plus(RETRY_AFTER));
    }

    private boolean isUpToDate() throws IOException, InterruptedException {
        return log.catchUp(UP_TO_DATE_WITHIN)
                && catalog.view().waitFor(log.end(), UP_TO_DATE_WITHIN);
    }

    /** Begins what is due, each time from another one on. */
    private void begin() {
        var now = clock.instant();
        var due = new ArrayList<Due>();
        for (var partition : followed.values()) {
            for (var lane : partition.lanes()) {
                if (lane.isDue(now)) {
                    due.add(new Due(partition, lane));
                }
            }
        }
        if (due.isEmpty()) {
            return;
        }
        Collections.rotate(due, turn++);
        for (var each : due) {
            var place = place(each.lane);
            var notice = places.isFree(place) ? each.lane.begin(now) : null;
            if (notice != null) {
                places.take(place);
                runs.execute(() -> run(each, place, notice));
            }
        }
    }

    private Place place(Lane lane) {
        var bucket = catalog.buckets().find(lane.bucket());
        return new Place(bucket == null ? "" : bucket.account(), lane.name());
    }

    private void run(Due due, Place place, Notice notice) {
        var lane = due.lane;
        Outcome outcome;
        try {
            outcome = posts.post(lane.bucket(), lane.rule(), notice);
        } catch (InterruptedException _) {
            return; // it is closed, and told by whoever comes next
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("rule", lane.name()).setCause(e).log("a notice failed");
            outcome = new Outcome.Failed("internal error");
        }
        done.add(new Done(due, place, outcome));
        try {
            looks.execute(this::look);
        } catch (RejectedExecutionException _) {
            // it is closed
        }
    }

    /** Ends what is under way, which is told again after the next start. */
    @Override
    public void close() {
        looks.shutdownNow();
        runs.shutdownNow();
        try {
            if (!looks.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)
                    || !runs.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("notices have not ended within {}", DRAIN);
                return;
            }
            takeDone();
            for (var partition : followed.values()) {
                partition.writeNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
