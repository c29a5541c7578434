package dev.lumiere.eventlog;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A reader that follows the log: what was, then what comes, without a gap between. It holds nothing
 * but its position, so that a slow one costs nobody anything; how far it is behind is its {@link
 * #lag}. For one thread.
 */
public final class Subscription {
    private static final int CHUNK = 1024;

    private final EventLog log;
    private final List<Integer> partitions;
    private PositionVector position;
    private int turn;

    Subscription(EventLog log, PositionVector after, List<Integer> partitions) {
        this.log = log;
        this.partitions = List.copyOf(partitions);
        position = after;
    }

    /**
     * The next events of one partition, in their order. Partitions take turns.
     *
     * @param atMost how long to wait for the first
     * @return empty if none came, or if the log was closed
     * @throws CorruptLogException if the next is not as it was written; it is not passed over
     */
    public List<Event> next(Duration atMost) throws IOException, InterruptedException {
        if (!log.awaitMore(position, partitions, atMost)) {
            return List.of();
        }
        for (var i = 0; i < partitions.size(); i++) {
            var partition = partitions.get(turn);
            turn = (turn + 1) % partitions.size();
            var events = log.read(partition, position.of(partition) + 1, CHUNK);
            if (!events.isEmpty()) {
                position = position.with(partition, events.getLast().position());
                return events;
            }
        }
        return List.of();
    }

    /** Up to which events were given out. */
    public PositionVector position() {
        return position;
    }

    /** How many events there are that were not given out. */
    public long lag() {
        var end = log.end();
        return partitions.stream()
                .mapToLong(partition -> end.of(partition) - position.of(partition))
                .sum();
    }
}
