package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.Candidate;
import dev.lumiere.eventlog.Chunk;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A log in a schema of a PostgreSQL database, which any number of nodes share: each partition is
 * written by one of them, all of them read all. Durable as the database's commits are. Ids are
 * known for ever. The tables are made with the first node.
 *
 * <p>Who owns a partition is said by a row with an epoch, which is checked and locked by the very
 * statement that appends: a former owner that wakes up late writes nothing.
 */
public final class PostgresLogDevice implements LogDevice {
    private static final int READERS = 8;
    private static final int STREAMED_AT_ONCE = 256;
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

    private final PostgresLogConfig config;
    private final Tables tables;
    private final ConnectionPool connections;

    /** Apart, so that no reader keeps a lease from being renewed. */
    private final ConnectionPool owning;

    private final RecentIds ids = new RecentIds();
    private @Nullable Ownership ownership;

    /**
     * Opens a log, or begins one where there is none.
     *
     * @throws IOException if the database cannot be used, or the log has another number of
     *     partitions
     */
    public PostgresLogDevice(PostgresLogConfig config) throws IOException {
        this.config = config;
        tables = new Tables(config.database());
        connections = new ConnectionPool(config.database(), READERS, ANSWERED_WITHIN);
        owning = new ConnectionPool(config.database(), config.partitions() + 2, ANSWERED_WITHIN);
        var done = false;
        try {
            Tables.create(connections, config.partitions());
            var there = ask(tables::partitions);
            if (there != config.partitions()) {
                throw new IOException(
                        "%s has %d partitions for its life, not %d"
                                .formatted(config, there, config.partitions()));
            }
            done = true;
        } catch (SQLException e) {
            throw failure("open", e);
        } finally {
            if (!done) {
                connections.close();
                owning.close();
            }
        }
    }

    private Connection connection() throws SQLException {
        return connections.connection();
    }

    private interface Query<T extends @Nullable Object> {
        T in(Connection connection) throws SQLException, IOException;
    }

    private <T extends @Nullable Object> T ask(Query<T> query) throws IOException {
        try (var connection = connection()) {
            return query.in(connection);
        } catch (SQLException e) {
            throw failure("read", e);
        }
    }

    private IOException failure(String what, SQLException e) {
        return connections.failure(what, e);
    }

    @Override
    public int partitions() {
        return config.partitions();
    }

    @Override
    public long last(int partition) throws IOException {
        return ask(connection -> tables.last(connection, partition));
    }

    @Override
    public long version(StreamId stream) throws IOException {
        return ask(connection -> tables.version(connection, stream));
    }

    @Override
    public Event.@Nullable Place find(UUID id) throws IOException {
        return ask(connection -> tables.find(connection, id));
    }

    /** Of those few that were refused not long ago; the rest is left to the unique index. */
    @Override
    public Event.@Nullable Place recall(UUID id) {
        return ids.get(id);
    }

    @Override
    public synchronized void seek(Candidate candidate) {
        ownership =
                new Ownership(
                        new Owners(owning, config),
                        config,
                        candidate,
                        (partition, epoch) -> new Appending(partition, epoch));
        ownership.start();
    }

    /** What a claim writes, in one statement that is a transaction by itself. */
    private final class Appending implements Ownership.Writing {
        private final int partition;
        private final long epoch;

        private Appending(int partition, long epoch) {
            this.partition = partition;
            this.epoch = epoch;
        }

        @Override
        public void write(List<Event> batch) throws IOException {
            try (var connection = connectionForWriting()) {
                tables.append(connection, partition, epoch, batch);
            } catch (SQLException e) {
                if (Tables.isIdTaken(e)) {
                    remember(batch);
                    throw Tables.race(partition, e);
                }
                throw failure("write", e);
            }
        }

        private Connection connectionForWriting() throws NotOwnerException {
            try {
                return owning.connection();
            } catch (SQLException e) {
                throw new NotOwnerException("nothing was sent: " + e.getMessage());
            }
        }

        private void remember(List<Event> batch) throws IOException {
            var wanted = batch.stream().map(event -> event.data().id()).toList();
            ids.putAll(ask(connection -> tables.find(connection, wanted)));
        }
    }

    @Override
    public @Nullable String owner(int partition) {
        var seeking = ownership();
        return seeking == null ? null : seeking.owner(partition);
    }

    private synchronized @Nullable Ownership ownership() {
        return ownership;
    }

    /** The node lives on and does not say so. */
    void stopRenewing() {
        var seeking = ownership();
        if (seeking != null) {
            seeking.pauseForEver();
        }
    }

    /** All ends, asked for once. */
    @Override
    public boolean catchUp(Duration atMost) throws IOException {
        var seeking = ownership();
        if (seeking != null) {
            seeking.look();
        }
        return true;
    }

    @Override
    public List<Event> read(int partition, long from, Bound bound) throws IOException {
        return ask(connection -> {
            var chunk = new Chunk(bound);
            stream(connection, tables.events(connection, partition, from, bound.events()), chunk);
            var expected = from;
            for (var event : chunk.events()) {
                if (event.position() != expected++) {
                    throw new CorruptLogException(
                            "partition %d position %d".formatted(partition, expected - 1),
                            "the event is missing");
                }
            }
            return chunk.events();
        });
    }

    @Override
    public List<Event> readStream(StreamId stream, long from, Bound bound) throws IOException {
        return readStream(stream, from, bound, true);
    }

    @Override
    public List<Event> readStreamBackwards(StreamId stream, long from, Bound bound)
            throws IOException {
        return readStream(stream, from, bound, false);
    }

    private List<Event> readStream(StreamId stream, long from, Bound bound, boolean forwards)
            throws IOException {
        return ask(connection -> {
            var chunk = new Chunk(bound);
            var statement = tables.stream(connection, stream, from, forwards, bound.events());
            stream(connection, statement, chunk);
            var step = forwards ? 1 : -1;
            var expected = forwards ? from : -1;
            for (var event : chunk.events()) {
                if (expected >= 0 && event.version() != expected) {
                    throw new CorruptLogException(
                            stream + " version " + expected, "the event is missing");
                }
                expected = event.version() + step;
            }
            return chunk.events();
        });
    }

    /** As far as the chunk goes; rows come a few at a time, since each may be large. */
    private static void stream(
            Connection connection, java.sql.PreparedStatement statement, Chunk chunk)
            throws SQLException, IOException {
        try (statement) {
            connection.setAutoCommit(false);
            statement.setFetchSize(STREAMED_AT_ONCE);
            try (var rows = statement.executeQuery()) {
                while (!chunk.isFull() && rows.next()) {
                    chunk.add(Tables.event(rows));
                }
            }
            connection.commit();
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    @Override
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        return ask(connection -> tables.streams(connection, prefix, after, max));
    }

    @Override
    public void remove(int partition, List<Long> positions) throws IOException {
        var removed = new ArrayList<Event>();
        for (var position : positions) {
            for (var event : read(partition, position, new Bound(1, 0))) {
                removed.add(
                        new Event(
                                partition,
                                position,
                                event.stream(),
                                event.version(),
                                event.data().removed()));
            }
        }
        ask(connection -> {
            tables.rewrite(connection, removed);
            return true;
        });
    }

    @Override
    public void close() throws IOException {
        var seeking = ownership();
        if (seeking != null) {
            seeking.close();
        }
        connections.close();
        owning.close();
    }
}
