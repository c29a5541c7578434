package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import dev.lumiere.eventlog.IdRaceException;
import dev.lumiere.eventlog.NotOwnerException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** What is done to {@code events}. */
final class EventWrites {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String DEADLOCK = "40P01";
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String IDS = "events_id_key";

    private final PostgresDatabase database;

    EventWrites(PostgresDatabase database) {
        this.database = database;
    }

    private String sql(String text) {
        return database.sql(text).replace("{columns}", Tables.COLUMNS);
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

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
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
