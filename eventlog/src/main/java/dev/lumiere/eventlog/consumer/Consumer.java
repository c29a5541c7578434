package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.PositionVector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of those who do one work on all events, each event by one of them: at least once, in
 * order within its partition, exactly once as long as nothing fails. Every partition has one member
 * at a time, which is written in the log: who was taken for dead and is not cannot write how far it
 * has come, and does no more than it was at.
 *
 * <p>One thread does all of a member's partitions in turn; who has more to do joins several times,
 * each by a name of its own. An event that cannot be handled stops its partition, with its place
 * and the reason; {@link #resume} goes on from there. Checkpoints and events whose content was
 * removed are not given out.
 *
 * @see <a href="https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html">
 *     Kleppmann, How to do distributed locking (2016): why a lease needs a fence</a>
 */
public final class Consumer implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMillis(50);
    private static final int MAX_TRIES = 10;
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

    private final EventLog log;
    private final String name;
    private final String member;
    private final Settings settings;
    private final Handler handler;
    private final Checkpoints checkpoints;
    private final Map<Integer, Watched> watched = new HashMap<>();
    private final ConcurrentSkipListMap<Integer, Holding> held = new ConcurrentSkipListMap<>();
    private long lookAt;
    private volatile @Nullable String trouble;
    private volatile boolean closed;
    private @Nullable Thread thread;

    /**
     * Why a partition does not go on.
     *
     * @param at the event that could not be handled; null if it could not even be read
     */
    public record Stop(Event.@Nullable Place at, String reason) {}

    /**
     * A partition that this member has.
     *
     * @param position up to which it is handled
     * @param lag how many events there are after that
     * @param stop why it does not go on; null if it does
     */
    public record Status(long position, long lag, @Nullable Stop stop) {}

    /**
     * How far a partition has come, as it was written last.
     *
     * @param member who has it; null if nobody
     * @param position up to which it is handled
     * @param lag how many events there are after that
     */
    public record Progress(@Nullable String member, long position, long lag) {}

    /**
     * Begins to take part.
     *
     * @param name of the work, the same for all who share it: 1 to 64 letters, digits, {@code _},
     *     {@code .} and {@code -}
     * @param member a name of its own among them, of the same form
     */
    public static Consumer join(
            EventLog log, String name, String member, Settings settings, Handler handler) {
        var consumer = new Consumer(log, name, member, settings, handler);
        consumer.thread =
                Thread.ofVirtual()
                        .name("consumer-" + name + "-" + member)
                        .start(consumer::stepUntilClosed);
        return consumer;
    }

    /** Does something only when it is told to {@link #step}. */
    Consumer(EventLog log, String name, String member, Settings settings, Handler handler) {
        this.log = log;
        this.name = name;
        this.member = Checkpoints.checked(member);
        this.settings = settings;
        this.handler = handler;
        checkpoints = new Checkpoints(log, name, settings.heartbeat(), settings.clock());
        lookAt = settings.ticker().getAsLong();
    }

    /** How far the work of a name has come, by partition. */
    public static List<Progress> progress(EventLog log, String name) throws IOException {
        var settings = Settings.from(Settings.Start.FIRST);
        var checkpoints = new Checkpoints(log, name, settings.heartbeat(), settings.clock());
        var all = new ArrayList<Progress>();
        for (var partition = 0; partition < log.partitions(); partition++) {
            var last = checkpoints.last(partition).checkpoint();
            var lag = Math.max(0, log.end().of(partition) - last.position());
            all.add(new Progress(last.member(), last.position(), lag));
        }
        return all;
    }

    private void stepUntilClosed() {
        try {
            while (!closed && !log.isClosed()) {
                step();
                awaitMore();
            }
        } catch (InterruptedException _) {
            trouble = "interrupted";
        } catch (RuntimeException | Error e) {
            trouble = "ended by " + e;
            LOG.error("{} of {} ends", member, name, e);
        }
    }

    private void awaitMore() throws InterruptedException {
        var position = PositionVector.start(log.partitions());
        var going = new ArrayList<Integer>();
        for (var holding : held.values()) {
            if (holding.stop == null) {
                position = position.with(holding.partition, holding.position);
                going.add(holding.partition);
            }
        }
        log.awaitMore(position, going, IDLE);
    }

    /** Looks around if it is time to; then up to one chunk of each partition it has. */
    void step() throws InterruptedException {
        if (now() - lookAt >= 0) {
            lookAt = now() + settings.look().toNanos();
            try {
                look();
                trouble = null;
            } catch (IOException e) {
                trouble = String.valueOf(e.getMessage());
                LOG.warn("{} of {} cannot see what the others do", member, name, e);
            }
        }
        for (var holding : held.values()) {
            if (keepsAll(holding) && holding.stop == null) {
                handleChunk(holding);
            }
        }
    }

    private long now() {
        return settings.ticker().getAsLong();
    }

    private void look() throws IOException, InterruptedException {
        for (var partition = 0; partition < log.partitions(); partition++) {
            var stored = checkpoints.last(partition);
            var now = now();
            watched.computeIfAbsent(partition, _ -> new Watched(stored, now)).saw(stored, now);
            var holding = held.get(partition);
            if (holding != null) {
                meet(holding, stored);
            }
        }
        takeFree();
        askForMore();
    }

    /** What others have written: who took it, or who wants it and gets it. */
    private void meet(Holding holding, Checkpoints.Stored stored) throws InterruptedException {
        if (stored.version() > holding.version) {
            if (!holding.isStill(stored.checkpoint())) {
                lose(holding, "taken by " + stored.checkpoint().member());
                return;
            }
            holding.adopt(stored);
        }
        if (holding.checkpoint.wantedBy() != null) {
            giveUp(holding);
        }
    }

    /** What nobody has, and what those have who are silent, up to a share of all. */
    private void takeFree() throws IOException, InterruptedException {
        var members = liveMembers().size();
        var share = (log.partitions() + members - 1) / members;
        for (var each : watched.entrySet()) {
            var partition = each.getKey();
            if (!held.containsKey(partition)
                    && isFree(each.getValue())
                    && (held.size() < share || isLeftToMe(each.getValue()))) {
                take(partition, each.getValue());
            }
        }
    }

    private boolean isFree(Watched partition) {
        var last = partition.checkpoint();
        return isExpired(partition)
                || (last.member() == null && last.wantedBy() == null)
                || isLeftToMe(partition);
    }

    private boolean isLeftToMe(Watched partition) {
        var last = partition.checkpoint();
        return last.member() == null && member.equals(last.wantedBy());
    }

    private boolean isExpired(Watched partition) {
        return partition.isExpired(now(), settings.lease().toNanos());
    }

    private Set<String> liveMembers() {
        var members = new HashSet<String>();
        members.add(member);
        for (var each : watched.entrySet()) {
            if (held.containsKey(each.getKey()) || !isExpired(each.getValue())) {
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
        if (last.position() > log.end().of(partition)) {
            log.catchUp(settings.heartbeat());
            if (last.position() > log.end().of(partition)) {
                trouble =
                        "partition %d of %s is said to be at %d, and the log ends at %d"
                                .formatted(
                                        partition, name, last.position(), log.end().of(partition));
                return;
            }
        }
        var taken = last.takenBy(member, free.version() + 1);
        if (free.version() == 0 && settings.start() == Settings.Start.NEXT) {
            log.catchUp(settings.heartbeat());
            taken = taken.at(log.end().of(partition));
        }
        var before = now();
        if (appended(partition, free, taken)) {
            held.put(partition, new Holding(partition, taken, free.version(), before));
            LOG.info(
                    "{} has partition {} of {} from {}", member, partition, name, taken.position());
        }
    }

    /** One after the other of who has most, while that is two more than this member has. */
    private void askForMore() throws IOException, InterruptedException {
        for (var asked = 0; asked < log.partitions(); asked++) {
            var counts = new HashMap<String, Integer>();
            var mine = held.size();
            for (var each : watched.entrySet()) {
                var last = each.getValue().checkpoint();
                if (held.containsKey(each.getKey()) || isExpired(each.getValue())) {
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
                    && !held.containsKey(each.getKey())) {
                return appended(each.getKey(), each.getValue(), last.wantedBy(member));
            }
        }
        return false;
    }

    private boolean appended(int partition, Watched seen, Checkpoint next)
            throws IOException, InterruptedException {
        var outcome = checkpoints.append(partition, seen.version(), next);
        switch (outcome) {
            case AppendOutcome.Appended _ -> {
                seen.saw(new Checkpoints.Stored(next, seen.version() + 1), now());
                return true;
            }
            case AppendOutcome.Conflict _ -> seen.saw(checkpoints.caughtUp(partition), now());
            default -> LOG.info("{} of {} could not write: {}", member, name, outcome);
        }
        return false;
    }

    /** Up to one chunk, while this member has the partition. */
    private void handleChunk(Holding holding) throws InterruptedException {
        List<Event> events;
        try {
            events = log.read(holding.partition, holding.position + 1, settings.chunk());
        } catch (IOException e) {
            if (!log.isClosed()) {
                stop(holding, null, e);
            }
            return;
        }
        for (var event : events) {
            if (closed || !keepsAll(holding)) {
                return;
            }
            if (isGivenOut(event)) {
                if (!handle(holding, event)) {
                    return;
                }
                holding.handled++;
            }
            holding.position = event.position();
        }
        keepsAll(holding);
    }

    private static boolean isGivenOut(Event event) {
        return !event.stream().category().equals(Checkpoints.CATEGORY) && !event.data().isRemoved();
    }

    private boolean handle(Holding holding, Event event) {
        try {
            handler.handle(event);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(holding, event.place(), e);
        } catch (Exception | Error e) {
            stop(holding, event.place(), e);
        }
        return false;
    }

    private void stop(Holding holding, Event.@Nullable Place at, Throwable cause) {
        LOG.error("{} of {} stops at {}", member, name, at, cause);
        var reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        holding.stop = new Stop(at, reason);
    }

    /** Writes whatever is due, of all partitions; whether this one is still this member's. */
    private boolean keepsAll(Holding holding) throws InterruptedException {
        var now = now();
        for (var each : held.values()) {
            if (isDue(each, now)) {
                write(each, false);
            }
        }
        return held.get(holding.partition) == holding;
    }

    private boolean isDue(Holding holding, long now) {
        var silent = now - holding.writtenAt;
        return silent >= settings.heartbeat().toNanos()
                || holding.handled >= settings.checkpointEvents()
                || (holding.handled > 0 && silent >= settings.checkpointTime().toNanos());
    }

    private void giveUp(Holding holding) throws InterruptedException {
        if (write(holding, true)) {
            held.remove(holding.partition);
            LOG.info("{} gives up partition {} of {}", member, holding.partition, name);
        }
    }

    /** How far it is, and that it is this member's or nobody's; whether that could be written. */
    private boolean write(Holding holding, boolean isLast) throws InterruptedException {
        try {
            for (var tries = 0; tries < MAX_TRIES; tries++) {
                var next =
                        isLast
                                ? holding.checkpoint.givenUpAt(holding.position)
                                : holding.checkpoint.at(holding.position);
                var before = now();
                var outcome = checkpoints.append(holding.partition, holding.version, next);
                switch (outcome) {
                    case AppendOutcome.Appended _ -> {
                        holding.written(next, before);
                        return true;
                    }
                    case AppendOutcome.Conflict _ -> {
                        var stored = checkpoints.caughtUp(holding.partition);
                        if (!holding.isStill(stored.checkpoint())) {
                            lose(holding, "taken by " + stored.checkpoint().member());
                            return false;
                        }
                        holding.adopt(stored);
                    }
                    default -> {
                        lose(holding, outcome.toString());
                        return false;
                    }
                }
            }
            lose(holding, "too many others write");
        } catch (IOException e) {
            lose(holding, String.valueOf(e.getMessage()));
        }
        return false;
    }

    private void lose(Holding holding, String reason) {
        held.remove(holding.partition, holding);
        LOG.info("{} has lost partition {} of {}: {}", member, holding.partition, name, reason);
    }

    /** The partitions that this member has now. */
    public SortedMap<Integer, Status> partitions() {
        var all = new TreeMap<Integer, Status>();
        var end = log.end();
        for (var holding : held.values()) {
            var position = holding.position;
            var lag = Math.max(0, end.of(holding.partition) - position);
            all.put(holding.partition, new Status(position, lag, holding.stop));
        }
        return all;
    }

    /** Why it does not see what the others do, so that it takes nothing new; null if it does. */
    public @Nullable String trouble() {
        return trouble;
    }

    /** Goes on with the event at which a partition stopped; else nothing. */
    public void resume(int partition) {
        var holding = held.get(partition);
        if (holding != null) {
            holding.stop = null;
        }
    }

    /**
     * After the event that is being handled: writes how far it is, and leaves all to the others.
     */
    @Override
    public void close() {
        closed = true;
        try {
            var stepping = thread;
            if (stepping != null && stepping != Thread.currentThread()) {
                stepping.join(settings.lease());
                if (stepping.isAlive()) {
                    stepping.interrupt(); // a handler that takes longer than it may
                    stepping.join(settings.lease());
                }
            }
            for (var holding : held.values()) {
                giveUp(holding);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the others take them when the lease ends
        }
    }
}
