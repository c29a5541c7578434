package dev.lumiere.eventlog.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Leases of partitions, and nodes that live, as rows of {@code partitions} and {@code nodes}. All
 * times are the database's. A node that has not said for an hour that it lives is forgotten.
 */
final class LeaseTable {
    private final ConnectionPool connections;
    private final PostgresDatabase database;
    private final Duration lease;

    LeaseTable(ConnectionPool connections, PostgresLogConfig config) {
        this.connections = connections;
        database = config.database();
        lease = config.lease();
    }

    /**
     * A partition as it is now.
     *
     * @param last position in it
     * @param epoch how often it was taken
     * @param node whose it is; null if it is free
     * @param address of that node
     */
    record Row(
            int partition, long last, long epoch, @Nullable UUID node, @Nullable String address) {}

    /**
     * A node that lives.
     *
     * @param address as it published it
     * @param expires until when, unless it says so again
     */
    record Node(UUID id, String address, OffsetDateTime expires) {}

    private String sql(String text) {
        return database.sql(text)
                .replace("{lease}", "interval '" + lease.toMillis() + " milliseconds'");
    }

    List<Row> partitions() throws SQLException {
        try (var connection = connections.connection();
                var statement =
                        connection.prepareStatement(
                                sql(
                                        """
                                        SELECT partition, last, epoch,
                                            CASE WHEN expires > clock_timestamp() THEN node END,
                                            CASE WHEN expires > clock_timestamp() THEN address END
                                        FROM {s}.partitions ORDER BY partition
                                        """));
                var rows = statement.executeQuery()) {
            var all = new ArrayList<Row>();
            while (rows.next()) {
                all.add(
                        new Row(
                                rows.getInt(1),
                                rows.getLong(2),
                                rows.getLong(3),
                                rows.getObject(4, UUID.class),
                                rows.getString(5)));
            }
            return all;
        }
    }

    /** Says that a node lives; all that do, those that joined first at the front. */
    List<Node> live(UUID node, String address) throws SQLException {
        try (var connection = connections.connection();
                var own =
                        connection.prepareStatement(
                                sql(
                                        """
                                        INSERT INTO {s}.nodes VALUES (
                                            ?, ?, clock_timestamp(), clock_timestamp() + {lease})
                                        ON CONFLICT (node) DO UPDATE SET expires = EXCLUDED.expires
                                        """));
                var dead =
                        connection.prepareStatement(
                                sql(
                                        """
                                        DELETE FROM {s}.nodes WHERE node IN (
                                            SELECT node FROM {s}.nodes
                                            WHERE expires < clock_timestamp() - interval '1 hour'
                                            FOR UPDATE SKIP LOCKED)
                                        """))) {
            own.setObject(1, node);
            own.setString(2, address);
            own.executeUpdate();
            dead.executeUpdate();
        }
        return living();
    }

    /** All nodes that live, those that joined first at the front. */
    List<Node> living() throws SQLException {
        try (var connection = connections.connection();
                var statement =
                        connection.prepareStatement(
                                sql(
                                        """
                                        SELECT node, address, expires FROM {s}.nodes
                                        WHERE expires > clock_timestamp() ORDER BY joined, node
                                        """));
                var rows = statement.executeQuery()) {
            var living = new ArrayList<Node>();
            while (rows.next()) {
                living.add(
                        new Node(
                                rows.getObject(1, UUID.class),
                                rows.getString(2),
                                rows.getObject(3, OffsetDateTime.class)));
            }
            return living;
        }
    }

    /** Which of its partitions a node still has; their leases begin anew. */
    Set<Integer> renew(UUID node) throws SQLException {
        try (var connection = connections.connection();
                var statement =
                        connection.prepareStatement(
                                sql(
                                        """
                                        UPDATE {s}.partitions SET expires = clock_timestamp() + {lease}
                                        WHERE node = ? RETURNING partition
                                        """))) {
            statement.setObject(1, node);
            try (var rows = statement.executeQuery()) {
                var kept = new HashSet<Integer>();
                while (rows.next()) {
                    kept.add(rows.getInt(1));
                }
                return kept;
            }
        }
    }

    /** The new epoch, if the partition was free, or the node's already. */
    OptionalLong take(UUID node, String address, int partition) throws SQLException {
        try (var connection = connections.connection();
                var statement =
                        connection.prepareStatement(
                                sql(
                                        """
                                        UPDATE {s}.partitions SET epoch = epoch + 1, node = ?,
                                            address = ?, expires = clock_timestamp() + {lease}
                                        WHERE partition = ?
                                            AND (node IS NULL OR node = ? OR expires <= clock_timestamp())
                                        RETURNING epoch
                                        """))) {
            statement.setObject(1, node);
            statement.setString(2, address);
            statement.setInt(3, partition);
            statement.setObject(4, node);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** Free again, unless it is somebody else's by now. */
    void giveBack(UUID node, int partition, long epoch) throws SQLException {
        try (var connection = connections.connection();
                var statement =
                        connection.prepareStatement(
                                sql(
                                        """
                                        UPDATE {s}.partitions
                                        SET node = NULL, address = NULL, expires = NULL
                                        WHERE partition = ? AND epoch = ? AND node = ?
                                        """))) {
            statement.setInt(1, partition);
            statement.setLong(2, epoch);
            statement.setObject(3, node);
            statement.executeUpdate();
        }
    }

    /** All of its partitions are free, and it lives no more. */
    void leave(UUID node) throws SQLException {
        try (var connection = connections.connection();
                var partitions =
                        connection.prepareStatement(
                                sql(
                                        """
                                        UPDATE {s}.partitions
                                        SET node = NULL, address = NULL, expires = NULL
                                        WHERE node = ?
                                        """));
                var nodes =
                        connection.prepareStatement(sql("DELETE FROM {s}.nodes WHERE node = ?"))) {
            partitions.setObject(1, node);
            partitions.executeUpdate();
            nodes.setObject(1, node);
            nodes.executeUpdate();
        }
    }
}
