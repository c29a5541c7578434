package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.Candidate;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private static final int MAX_DECIDING = 32;
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

    private final PostgresLogConfig config;
    private final Tables tables;
    private final EventReads reads;
    private final EventWrites writes;

    /** Three pools, so that long reads keep nobody from deciding, nor both a lease from renewal. */
    private final ConnectionPool reading;

    private final ConnectionPool deciding;
    private final ConnectionPool leasing;

    private final RecentIds ids = new RecentIds();
    private @Nullable LeaseHolder leases;

    /**
     * Opens a log, or begins one where there is none.
     *
     * @throws IOException if the database cannot be used, or the log has another number of
     *     partitions
     */
    public PostgresLogDevice(PostgresLogConfig config) throws IOException {
        this.config = config;
        var database = config.database();
        tables = new Tables(database);
        reads = new EventReads(database);
        writes = new EventWrites(database);
        reading = new ConnectionPool(database, READERS, ANSWERED_WITHIN);
        deciding =
                new ConnectionPool(
                        database, Math.min(config.partitions() + 4, MAX_DECIDING), ANSWERED_WITHIN);
        leasing = new ConnectionPool(database, 2, config.lease().dividedBy(2));
        var done = false;
        try {
            prepare();
            done = true;
        } catch (SQLException e) {
            throw reading.failure("open", e);
        } finally {
            if (!done) {
                closePools();
            }
        }
    }

    private void prepare() throws SQLException, IOException {
        try (var connection = reading.connection()) {
            var encoding = Tables.encoding(connection);
            if (!encoding.equals("UTF8")) {
                throw new IOException("%s is in %s, not in UTF8".formatted(config, encoding));
            }
        }
        Tables.create(reading, config.partitions());
        try (var connection = reading.connection()) {
            var there = tables.partitions(connection);
            if (there != config.partitions()) {
                throw new IOException(
                        "%s has %d partitions for its life, not %d"
                                .formatted(config, there, config.partitions()));
            }
        }
    }

    private interface Query<T extends @Nullable Object> {
        T in(Connection connection) throws SQLException, IOException;
    }

    private static <T extends @Nullable Object> T ask(ConnectionPool connections, Query<T> query)
            throws IOException {
        try (var connection = connections.connection()) {
            return query.in(connection);
        } catch (SQLException e) {
            throw connections.failure("read", e);
        }
    }

    @Override
    public int partitions() {
        return config.partitions();
    }

    @Override
    public long last(int partition) throws IOException {
        return ask(deciding, connection -> tables.last(connection, partition));
    }

    @Override
    public long version(StreamId stream) throws IOException {
        return ask(deciding, connection -> reads.version(connection, stream));
    }

    @Override
    public Event.@Nullable Place find(UUID id) throws IOException {
        return ask(deciding, connection -> reads.find(connection, id));
    }

    /** Of those few that were refused not long ago; the rest is left to the unique index. */
    @Override
    public Event.@Nullable Place recall(UUID id) {
        return ids.get(id);
    }

    @Override
    public void seek(Candidate candidate) throws IOException {
        var holder =
                new LeaseHolder(
                        leasing, config, candidate, new Appender(deciding, writes, reads, ids));
        synchronized (this) {
            leases = holder;
        }
        holder.start();
    }

    private synchronized @Nullable LeaseHolder leases() {
        return leases;
    }

    @Override
    public @Nullable String owner(int partition) {
        var holder = leases();
        return holder == null ? null : holder.owner(partition);
    }

    /** All ends, asked for once. */
    @Override
    public boolean catchUp(Duration atMost) throws IOException, InterruptedException {
        var holder = leases();
        if (holder == null) {
            return true;
        }
        var looking = new FutureTask<>(() -> holder.look(new LeaseTable(reading, config)));
        Thread.ofVirtual().name("log-catch-up").start(looking);
        try {
            var _ = looking.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException _) {
            return false; // it ends by itself, within the time of a statement
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SQLException said
                    ? reading.failure("read", said)
                    : new IOException("cannot follow " + config, e.getCause());
        }
    }

    @Override
    public List<Event> read(int partition, long from, Bound bound) throws IOException {
        var events = ask(reading, connection -> reads.events(connection, partition, from, bound));
        var expected = from;
        for (var event : events) {
            if (event.position() != expected++) {
                throw new CorruptLogException(
                        "partition %d position %d".formatted(partition, expected - 1),
                        "the event is missing");
            }
        }
        return events;
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
        var events =
                ask(reading, connection -> reads.stream(connection, stream, from, forwards, bound));
        var step = forwards ? 1 : -1;
        var expected = forwards ? from : -1;
        for (var event : events) {
            if (expected >= 0 && event.version() != expected) {
                throw new CorruptLogException(
                        stream + " version " + expected, "the event is missing");
            }
            expected = event.version() + step;
        }
        return events;
    }

    @Override
    public List<StreamHead> streams(String prefix, @Nullable StreamId after, int max)
            throws IOException {
        return ask(reading, connection -> reads.streams(connection, prefix, after, max));
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
        ask(
                reading,
                connection -> {
                    writes.rewrite(connection, removed);
                    return true;
                });
    }

    @Override
    public void close() {
        var holder = leases();
        if (holder != null) {
            holder.close();
        }
        closePools();
    }

    private void closePools() {
        reading.close();
        deciding.close();
        leasing.close();
    }
}
