package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Followers;
import dev.lumiere.eventlog.PositionVector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
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
public final class Consumer implements AutoCloseable, Followers.Follower {
    private static final Duration IDLE = Duration.ofMillis(50);
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

    private final EventLog log;
    private final String name;
    private final String member;
    private final Settings settings;
    private final Handler handler;
    private final Holdings held;
    private final Membership membership;
    private long lookAt;
    private volatile @Nullable String trouble;
    private volatile @Nullable String ended;
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
     * @param waitsFor what of the log failed and is tried again, as a rule because it is away; null
     *     if nothing did
     */
    public record Status(long position, long lag, @Nullable Stop stop, @Nullable String waitsFor) {}

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
        log.followers().add(consumer);
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
        var checkpoints = new Checkpoints(log, name, settings.patience(), settings.clock());
        held = new Holdings(log, member + " of " + name);
        membership = new Membership(log, member, settings, checkpoints, held);
        lookAt = settings.ticker().getAsLong();
    }

    private void stepUntilClosed() {
        try {
            while (!closed && !log.isClosed()) {
                step();
                awaitMore();
            }
        } catch (InterruptedException _) {
            ended = "interrupted";
        } catch (RuntimeException | Error e) {
            ended = "ended by " + e;
            LOG.error("{} of {} ends", member, name, e);
        }
    }

    private void awaitMore() throws InterruptedException {
        var position = PositionVector.start(log.partitions());
        var going = new ArrayList<Integer>();
        for (var holding : held.going()) {
            position = position.with(holding.partition(), holding.position());
            going.add(holding.partition());
        }
        log.awaitMore(position, going, IDLE);
    }

    /** Looks around if it is time to; then up to one chunk of each partition it has. */
    void step() throws InterruptedException {
        if (settings.ticker().getAsLong() - lookAt >= 0) {
            lookAt = settings.ticker().getAsLong() + settings.look().toNanos();
            try {
                trouble = membership.look();
            } catch (IOException e) {
                trouble = String.valueOf(e.getMessage());
                LOG.warn("{} of {} cannot see what the others do", member, name, e);
            }
        }
        held.keepAll();
        for (var holding : held.going()) {
            if (held.has(holding)) {
                handleChunk(holding);
            }
        }
    }

    /** Up to one chunk, while this member has the partition. */
    private void handleChunk(Holding holding) throws InterruptedException {
        var events = read(holding);
        for (var event : events) {
            if (!Checkpoints.isGivenOut(event)) {
                holding.skipped(event);
                continue;
            }
            held.keepAll();
            if (closed || !held.has(holding) || !holding.mayGiveOut() || !handle(holding, event)) {
                return;
            }
            holding.handled(event);
        }
        if (!events.isEmpty()) {
            held.keepAll();
        }
    }

    private List<Event> read(Holding holding) {
        try {
            return log.read(holding.partition(), holding.position() + 1, settings.chunk());
        } catch (CorruptLogException e) {
            stop(holding, null, e);
        } catch (IOException e) {
            LOG.warn("{} of {} waits for the log: {}", member, name, e.getMessage());
            holding.failed(String.valueOf(e.getMessage()));
        }
        return List.of();
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
        holding.stop(at, cause);
    }

    /** The partitions that this member has now. */
    public SortedMap<Integer, Status> partitions() {
        return held.statuses();
    }

    @Override
    public Followers.Following following() {
        var all = new TreeMap<Integer, Followers.At>();
        partitions()
                .forEach((partition, status) -> {
                    var stop = status.stop();
                    var reason = stop == null ? ended : stop.reason();
                    all.put(partition, new Followers.At(status.position(), reason));
                });
        return new Followers.Following("consumer", name, member, all);
    }

    /** Why it does not see what the others do, or does nothing any more; null if all is well. */
    public @Nullable String trouble() {
        return ended == null ? trouble : ended;
    }

    /** Goes on with the event at which a partition stopped; else nothing. */
    public void resume(int partition) {
        var holding = held.of(partition);
        if (holding != null) {
            holding.resume();
        }
    }

    /**
     * After the event that is being handled: writes how far it is, and leaves all to the others.
     */
    @Override
    public void close() {
        closed = true;
        log.followers().remove(this);
        try {
            var stepping = thread;
            if (stepping != null && stepping != Thread.currentThread()) {
                stepping.join(settings.lease());
                if (stepping.isAlive()) {
                    stepping.interrupt(); // a handler that takes longer than it may
                    stepping.join(settings.lease());
                }
            }
            held.giveUpAll();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the others take them when the lease ends
        }
    }
}
