package dev.lumiere.storage.notice;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.storage.notice.NoticeEvent.NoticesReached;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a partition was told, as it is written in the log. The expected version is the fence: who
 * does not own the partition any more meets a conflict, and forgets what it has of it.
 */
final class Reached {
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final EventLog log;
    private final int partition;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private @Nullable NoticesReached last;
    private long version;

    private Reached(EventLog log, int partition, InstantSource clock, Supplier<UUID> ids) {
        this.log = log;
        this.partition = partition;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * As whoever had the partition before has left it.
     *
     * @throws IOException if that cannot be known now
     */
    static Reached read(EventLog log, int partition, InstantSource clock, Supplier<UUID> ids)
            throws IOException, InterruptedException {
        if (!log.catchUp(AT_MOST)) {
            throw new IOException("the log is behind here");
        }
        var reached = new Reached(log, partition, clock, ids);
        var events = log.readStreamBackwards(NoticeEvent.stream(partition), Long.MAX_VALUE, 1);
        if (!events.isEmpty()) {
            var event = NoticeEvent.TYPES.event(events.getFirst().data());
            if (!(event instanceof NoticesReached known)) {
                throw new IOException("a newer release wrote " + events.getFirst().data().type());
            }
            reached.last = known;
            reached.version = events.getFirst().version();
        }
        return reached;
    }

    /** Null if nothing was ever told. */
    @Nullable NoticesReached last() {
        return last;
    }

    /**
     * Writes it, if it is something else.
     *
     * @return false if it is not known to be written, as somebody else has the partition now, or
     *     the log is away
     */
    boolean write(NoticesReached next) throws InterruptedException {
        if (next.equals(last)) {
            return true;
        }
        var data = NoticeEvent.TYPES.data(ids.get(), clock.instant(), EventData.Context.NONE, next);
        var append =
                Append.to(NoticeEvent.stream(partition), Expected.version(version), List.of(data));
        var outcome = log.append(append, AT_MOST);
        if (outcome instanceof AppendOutcome.Unknown) {
            outcome = log.append(append, AT_MOST); // its id tells whether it is there
        }
        if (!(outcome instanceof AppendOutcome.Appended)) {
            return false;
        }
        last = next;
        version++;
        return true;
    }
}
