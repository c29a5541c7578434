package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.NotOwnerException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Appends batches as long as the epoch of their partition is what it was when it was taken. */
final class Appender {
    private static final int TRIES = 3;

    private final ConnectionPool connections;
    private final EventWrites writes;
    private final EventReads reads;
    private final RecentIds ids;

    Appender(ConnectionPool connections, EventWrites writes, EventReads reads, RecentIds ids) {
        this.connections = connections;
        this.writes = writes;
        this.reads = reads;
        this.ids = ids;
    }

    /**
     * In one statement, which is a transaction by itself.
     *
     * @see dev.lumiere.eventlog.Claim#write
     */
    void write(int partition, long epoch, List<Event> batch) throws IOException {
        try (var connection = connection()) {
            for (var tries = 1; ; tries++) {
                try {
                    writes.append(connection, partition, epoch, batch);
                    return;
                } catch (SQLException e) {
                    if (!EventWrites.isToBeRepeated(e) || tries == TRIES) {
                        throw e;
                    }
                }
            }
        } catch (SQLException e) {
            if (EventWrites.isIdTaken(e)) {
                remember(batch);
                throw EventWrites.race(partition, e);
            }
            throw connections.failure("write", e);
        }
    }

    private Connection connection() throws NotOwnerException {
        try {
            return connections.connection();
        } catch (SQLException e) {
            throw new NotOwnerException(
                    "nothing was sent: " + connections.failure("reach", e).getMessage());
        }
    }

    private void remember(List<Event> batch) throws IOException {
        var wanted = batch.stream().map(event -> event.data().id()).toList();
        try (var connection = connections.connection()) {
            ids.putAll(reads.find(connection, wanted));
        } catch (SQLException e) { // it is certain that the batch was refused
            throw new NotOwnerException(
                    "nothing was written: " + connections.failure("read", e).getMessage());
        }
    }

    /**
     * Makes sure that nobody has taken the partition since.
     *
     * @see dev.lumiere.eventlog.Claim#confirm
     */
    void confirm(int partition, long epoch) throws IOException {
        try (var connection = connections.connection()) {
            if (!writes.isCurrent(connection, partition, epoch)) {
                throw new NotOwnerException(
                        "partition %d was taken over after epoch %d".formatted(partition, epoch));
            }
        } catch (SQLException e) {
            throw connections.failure("read", e);
        }
    }
}
