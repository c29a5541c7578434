package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.EventLog;
import java.io.IOException;

/** Whether a partition has something to give out. Each event is looked at once. For one thread. */
final class Backlog {
    private static final int CHUNK = 256;

    private final EventLog log;
    private final int partition;
    private long searched;
    private long next;

    Backlog(EventLog log, int partition) {
        this.log = log;
        this.partition = partition;
    }

    /** After a position, as far as one chunk tells; what cannot be read is something. */
    boolean isAfter(long position) throws IOException {
        if (next > position) {
            return true;
        }
        searched = Math.max(searched, position);
        if (searched >= log.end(partition)) {
            return false;
        }
        try {
            for (var event : log.read(partition, searched + 1, CHUNK)) {
                searched = event.position();
                if (Checkpoints.isGivenOut(event)) {
                    next = searched;
                    return true;
                }
            }
            return false;
        } catch (CorruptLogException _) {
            return true;
        }
    }
}
