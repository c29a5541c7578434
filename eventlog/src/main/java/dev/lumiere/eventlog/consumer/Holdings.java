package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.EventLog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that a member has. Its thread changes them; others look. */
final class Holdings {
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

    private final EventLog log;
    private final String who;
    private final ConcurrentSkipListMap<Integer, Holding> held = new ConcurrentSkipListMap<>();

    /**
     * None yet.
     *
     * @param who for messages
     */
    Holdings(EventLog log, String who) {
        this.log = log;
        this.who = who;
    }

    int count() {
        return held.size();
    }

    boolean has(int partition) {
        return held.containsKey(partition);
    }

    @Nullable Holding of(int partition) {
        return held.get(partition);
    }

    void add(Holding taken) {
        held.put(taken.partition(), taken);
        LOG.info("{} has partition {} from {}", who, taken.partition(), taken.position());
    }

    /** What others have written: who took it, or who wants it and gets it. */
    void meet(int partition, Checkpoints.Stored stored) throws InterruptedException {
        var holding = held.get(partition);
        if (holding == null) {
            return;
        }
        if (!holding.adopt(stored)) {
            lose(holding);
        } else if (holding.isWanted()) {
            giveUp(holding);
        }
    }

    /** Writes whatever is due, of all of them. */
    void keepAll() throws InterruptedException {
        for (var each : held.values()) {
            if (each.isDue() && each.write() == Holding.Written.LOST) {
                lose(each);
            }
        }
    }

    boolean has(Holding holding) {
        return held.get(holding.partition()) == holding;
    }

    private boolean giveUp(Holding holding) throws InterruptedException {
        var written = holding.giveUp();
        switch (written) {
            case DONE -> {
                held.remove(holding.partition());
                LOG.info("{} gives up partition {}", who, holding.partition());
            }
            case LOST -> lose(holding);
            case NOT_NOW ->
                    LOG.info(
                            "{} keeps partition {}: {}",
                            who,
                            holding.partition(),
                            holding.waitsFor());
        }
        return written != Holding.Written.NOT_NOW;
    }

    /** As long as that can be written; others take the rest when the lease ends. */
    void giveUpAll() throws InterruptedException {
        for (var holding : held.values()) {
            if (!giveUp(holding)) {
                return;
            }
        }
    }

    private void lose(Holding lost) {
        held.remove(lost.partition(), lost);
        LOG.info("{} has lost partition {} to {}", who, lost.partition(), lost.member());
    }

    SortedMap<Integer, Consumer.Status> statuses() {
        var all = new TreeMap<Integer, Consumer.Status>();
        for (var each : held.values()) {
            var position = each.position();
            var lag = Math.max(0, log.end(each.partition()) - position);
            var status = new Consumer.Status(position, lag, each.stop(), each.waitsFor());
            all.put(each.partition(), status);
        }
        return all;
    }

    /** Those whose next events are to be read as soon as they come. */
    Collection<Holding> going() {
        var going = new ArrayList<Holding>();
        for (var each : held.values()) {
            if (each.isGoing()) {
                going.add(each);
            }
        }
        return going;
    }
}
