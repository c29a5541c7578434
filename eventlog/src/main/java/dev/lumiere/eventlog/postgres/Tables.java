package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.IdRaceException;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.StreamHead;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * The tables of a log, and what is said to them in SQL. {@code events} can be read by anybody who
 * may: the payload is bytes, JSON in UTF-8 as a rule, and times are microseconds since 1970. The
 * checksum is that of {@link EventCodec}, held against every row that is read.
 */
final class Tables {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String DEADLOCK = "40P01";
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String IDS = "events_id_key";
    private static final String COLUMNS =
            "partition, position, category, key, version, id, type, schema, time_us, causation,"
                    + " correlation, trace, payload, crc";

    private final PostgresDatabase database;

    Tables(PostgresDatabase database) {
        this.database = database;
    }

    private String sql(String text) {
        return database.sql(text).replace("{columns}", COLUMNS);
    }

    /** Makes what is not there. */
    static void create(ConnectionPool connections, int partitions) throws SQLException {
        connections.create(
                "events",
                """
                CREATE TABLE {s}.partitions (
                    partition int PRIMARY KEY,
                    last bigint NOT NULL DEFAULT 0,
                    epoch bigint NOT NULL DEFAULT 0,
                    node uuid,
                    address text,
                    expires timestamptz
                ) WITH (fillfactor = 50);
                CREATE TABLE {s}.nodes (
                    node uuid PRIMARY KEY,
                    address text NOT NULL,
                    joined timestamptz NOT NULL,
                    expires timestamptz NOT NULL
                );
                CREATE TABLE {s}.events (
                    partition int NOT NULL,
                    position bigint NOT NULL,
                    category text COLLATE "C" NOT NULL,
                    key text COLLATE "C" NOT NULL,
                    version bigint NOT NULL,
                    id uuid NOT NULL,
                    type text NOT NULL,
                    schema int NOT NULL,
                    time_us bigint NOT NULL,
                    causation uuid,
                    correlation uuid,
                    trace text,
                    payload bytea NOT NULL,
                    crc int NOT NULL,
                    PRIMARY KEY (partition, position),
                    UNIQUE (category, key, version),
                    CONSTRAINT events_id_key UNIQUE (id)
                );
                INSERT INTO {s}.partitions (partition) SELECT generate_series(0, %d);
                """
                        .formatted(partitions - 1));
    }

    /** Of all texts in the database. */
    static String encoding(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SHOW server_encoding")) {
            rows.next();
            return rows.getString(1);
        }
    }

    int partitions(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql("SELECT count(*) FROM {s}.partitions"))) {
            rows.next();
            return rows.getInt(1);
        }
    }

    long last(Connection connection, int partition) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        sql("SELECT last FROM {s}.partitions WHERE partition = ?"))) {
            statement.setInt(1, partition);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    long version(Connection connection, StreamId stream) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        sql(
                                "SELECT version FROM {s}.events WHERE category = ? AND key = ?"
                                        + " ORDER BY version DESC LIMIT 1"))) {
            statement.setString(1, stream.category());
            statement.setString(2, stream.key());
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    Event.@Nullable Place find(Connection connection, UUID id) throws SQLException {
        return find(connection, List.of(id)).get(id);
    }

    /** Of those that are there. */
    Map<UUID, Event.Place> find(Connection connection, List<UUID> ids) throws SQLException {
        var found = new HashMap<UUID, Event.Place>();
        try (var statement =
                connection.prepareStatement(
                        sql("SELECT id, partition, position FROM {s}.events WHERE id = ANY (?)"))) {
            statement.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            rows.getObject(1, UUID.class),
                            new Event.Place(rows.getInt(2), rows.getLong(3)));
                }
            }
        }
        return found;
    }

    /**
     * Appends, if the epoch is still that. The row of the partition is locked until the end, so
     * that nobody takes it over meanwhile.
     *
     * @throws NotOwnerException if it is not; nothing was appended
     */
    void append(Connection connection, int partition, long epoch, List<Event> batch)
            throws SQLException, IOException {
        try (var statement =
                connection.prepareStatement(
                        sql(
                                """
                                WITH owned AS (
                                    UPDATE {s}.partitions SET last = ?
                                    WHERE partition = ? AND epoch = ? AND last = ?
                                    RETURNING partition)
                                INSERT INTO {s}.events ({columns})
                                SELECT new.* FROM owned, unnest(
                                    ?::int[], ?::bigint[], ?::text[], ?::text[], ?::bigint[],
                                    ?::uuid[], ?::text[], ?::int[], ?::bigint[], ?::uuid[],
                                    ?::uuid[], ?::text[], ?::bytea[], ?::int[]) AS new
                                """))) {
            statement.setLong(1, batch.getLast().position());
            statement.setInt(2, partition);
            statement.setLong(3, epoch);
            statement.setLong(4, batch.getFirst().position() - 1);
            var columns = new Columns(connection, statement, batch);
            columns.set(5, "int4", Event::partition);
            columns.set(6, "int8", Event::position);
            columns.set(7, "text", event -> event.stream().category());
            columns.set(8, "text", event -> event.stream().key());
            columns.set(9, "int8", Event::version);
            columns.set(10, "uuid", event -> event.data().id());
            columns.set(11, "text", event -> event.data().type());
            columns.set(12, "int4", event -> event.data().schema());
            columns.set(13, "int8", event -> micros(event.data().time()));
            columns.set(14, "uuid", event -> event.data().context().causation());
            columns.set(15, "uuid", event -> event.data().context().correlation());
            columns.set(16, "text", event -> event.data().context().trace());
            columns.set(17, "bytea", event -> event.data().payload().toByteArray());
            columns.set(18, "int4", EventCodec::checksum);
            if (statement.executeUpdate() != batch.size()) {
                throw new NotOwnerException(
                        "partition %d was taken over after epoch %d".formatted(partition, epoch));
            }
        }
    }

    /** Whether nobody has taken a partition since an epoch. */
    boolean isCurrent(Connection connection, int partition, long epoch) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        sql("SELECT FROM {s}.partitions WHERE partition = ? AND epoch = ?"))) {
            statement.setInt(1, partition);
            statement.setLong(2, epoch);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Each column of a batch as one array. */
    private record Columns(Connection connection, PreparedStatement statement, List<Event> batch) {
        private void set(int index, String type, Function<Event, @Nullable Object> value)
                throws SQLException {
            var values = new ArrayList<@Nullable Object>(batch.size());
            for (var event : batch) {
                values.add(value.apply(event));
            }
            var array =
                    type.equals("bytea")
                            ? values.toArray(byte[][]::new)
                            : values.toArray(Object[]::new);
            statement.setArray(index, connection.createArrayOf(type, array));
        }
    }

    static boolean isIdTaken(SQLException e) {
        return UNIQUE_VIOLATION.equals(e.getSQLState())
                && e instanceof PSQLException said
                && said.getServerErrorMessage() != null
                && IDS.equals(said.getServerErrorMessage().getConstraint());
    }

    /** Whether nothing was done, since others did something at the same time. */
    static boolean isToBeRepeated(SQLException e) {
        return DEADLOCK.equals(e.getSQLState()) || SERIALIZATION_FAILURE.equals(e.getSQLState());
    }

    static IdRaceException race(int partition, SQLException e) {
        return new IdRaceException("in partition " + partition + ": " + e.getMessage());
    }

    /** Events of a partition. */
    List<Event> events(Connection connection, int partition, long from, LogDevice.Bound bound)
            throws SQLException, IOException {
        try (var statement =
                connection.prepareStatement(
                        bounded("partition = ? AND position >= ?", "position"))) {
            statement.setInt(1, partition);
            statement.setLong(2, from);
            return events(statement, 3, bound);
        }
    }

    /** Events of a stream. */
    List<Event> stream(
            Connection connection,
            StreamId stream,
            long from,
            boolean forwards,
            LogDevice.Bound bound)
            throws SQLException, IOException {
        try (var statement =
                connection.prepareStatement(
                        forwards
                                ? bounded("category = ? AND key = ? AND version >= ?", "version")
                                : bounded(
                                        "category = ? AND key = ? AND version <= ?",
                                        "version DESC"))) {
            statement.setString(1, stream.category());
            statement.setString(2, stream.key());
            statement.setLong(3, from);
            return events(statement, 4, bound);
        }
    }

    /** As many as there are to be, and no row more is sent, since each may be large. */
    private String bounded(String condition, String order) {
        return sql(
                """
                SELECT {columns} FROM (
                    SELECT {columns}, sum(octet_length(payload)) OVER (
                        ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                    FROM (
                        SELECT {columns} FROM {s}.events WHERE {condition}
                        ORDER BY {order} LIMIT ?) AS found) AS counted
                WHERE before IS NULL OR before < ? ORDER BY {order}
                """
                        .replace("{condition}", condition)
                        .replace("{order}", order));
    }

    private static List<Event> events(PreparedStatement statement, int index, LogDevice.Bound bound)
            throws SQLException, IOException {
        statement.setInt(index, bound.events());
        statement.setLong(index + 1, bound.bytes());
        var events = new ArrayList<Event>();
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                events.add(event(rows));
            }
        }
        return List.copyOf(events);
    }

    /**
     * The event of a row.
     *
     * @throws CorruptLogException if it is not as it was written
     */
    private static Event event(ResultSet row) throws SQLException, CorruptLogException {
        var partition = row.getInt(1);
        var position = row.getLong(2);
        try {
            var context =
                    new EventData.Context(
                            row.getObject(10, UUID.class),
                            row.getObject(11, UUID.class),
                            row.getString(12));
            var data =
                    new EventData(
                            row.getObject(6, UUID.class),
                            row.getString(7),
                            row.getInt(8),
                            Instant.EPOCH.plus(row.getLong(9), ChronoUnit.MICROS),
                            context,
                            Payload.copyOf(row.getBytes(13)));
            var stream = new StreamId(row.getString(3), row.getString(4));
            var event = new Event(partition, position, stream, row.getLong(5), data);
            if (EventCodec.checksum(event) == row.getInt(14)) {
                return event;
            }
        } catch (IllegalArgumentException e) {
            throw new CorruptLogException(
                    where(partition, position), "no event: " + e.getMessage());
        }
        throw new CorruptLogException(where(partition, position), "the checksum is wrong");
    }

    private static String where(int partition, long position) {
        return "partition " + partition + " position " + position;
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** In the order of their names' bytes. */
    List<StreamHead> streams(
            Connection connection, String prefix, @Nullable StreamId after, int max)
            throws SQLException {
        var dash = prefix.indexOf('-');
        var named = dash >= 0;
        try (var statement =
                connection.prepareStatement(
                        sql("SELECT category, key, max(version) FROM {s}.events WHERE ")
                                + (named
                                        ? "category = ? AND starts_with(key, ?)"
                                        : "category >= ? AND starts_with(category, ?)")
                                + " AND (category, key) > (?, ?)"
                                + " GROUP BY category, key ORDER BY category, key LIMIT ?")) {
            statement.setString(1, named ? prefix.substring(0, dash) : prefix);
            statement.setString(2, named ? prefix.substring(dash + 1) : prefix);
            statement.setString(3, after == null ? "" : after.category());
            statement.setString(4, after == null ? "" : after.key());
            statement.setInt(5, max);
            var found = new ArrayList<StreamHead>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(
                            new StreamHead(
                                    new StreamId(rows.getString(1), rows.getString(2)),
                                    rows.getLong(3)));
                }
            }
            return List.copyOf(found);
        }
    }

    /** Puts others in the place of events, all or none. */
    void rewrite(Connection connection, List<Event> events) throws SQLException {
        connection.setAutoCommit(false); // until it returns to its pool
        try (var statement =
                connection.prepareStatement(
                        sql(
                                "UPDATE {s}.events SET type = ?, schema = ?, causation = NULL,"
                                        + " correlation = NULL, trace = NULL, payload = ?, crc = ?"
                                        + " WHERE partition = ? AND position = ?"))) {
            for (var event : events) {
                statement.setString(1, event.data().type());
                statement.setInt(2, event.data().schema());
                statement.setBytes(3, event.data().payload().toByteArray());
                statement.setInt(4, EventCodec.checksum(event));
                statement.setInt(5, event.partition());
                statement.setLong(6, event.position());
                statement.addBatch();
            }
            statement.executeBatch();
            connection.commit();
        }
    }
}
