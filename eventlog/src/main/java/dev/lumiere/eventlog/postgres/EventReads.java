package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventCodec;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.LogDevice;
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
import org.jspecify.annotations.Nullable;

/**
 * What is asked of {@code events}. The checksum is that of {@link EventCodec}, held against every
 * row that is read.
 */
final class EventReads {
    private final PostgresDatabase database;

    EventReads(PostgresDatabase database) {
        this.database = database;
    }

    private String sql(String text) {
        return database.sql(text).replace("{columns}", Tables.COLUMNS);
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
}
