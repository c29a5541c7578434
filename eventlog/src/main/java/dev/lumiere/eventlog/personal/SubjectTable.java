package dev.lumiere.eventlog.personal;

import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.postgres.ConnectionPool;
import dev.lumiere.eventlog.postgres.PostgresDatabase;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Wrapped keys of subjects as rows of {@code subject_keys}, one for each. A row stays when its key
 * is erased, so that one and the same row decides between who makes a key and who erases it.
 */
final class SubjectTable {
    private final ConnectionPool connections;
    private final PostgresDatabase database;

    SubjectTable(ConnectionPool connections, PostgresDatabase database) {
        this.connections = connections;
        this.database = database;
    }

    /** What is kept of a subject. */
    sealed interface Row {
        /** A key of this id, as it was wrapped. */
        record Kept(UUID id, Payload wrapped) implements Row {}

        /** That its key was erased. */
        record Erased() implements Row {}
    }

    /** Makes what is not there. */
    void create() throws SQLException {
        connections.create(
                "subject_keys",
                """
                CREATE TABLE {s}.subject_master (
                    one boolean PRIMARY KEY DEFAULT true CHECK (one),
                    mark bytea NOT NULL
                );
                CREATE TABLE {s}.subject_keys (
                    subject bytea PRIMARY KEY,
                    id uuid,
                    wrapped bytea,
                    erased timestamptz,
                    CHECK ((wrapped IS NULL) = (id IS NULL)),
                    CHECK ((wrapped IS NULL) = (erased IS NOT NULL))
                );
                """);
    }

    /** The mark of the master key: this one, if there was none. */
    byte[] mark(byte[] ours) throws SQLException {
        try (var connection = connections.connection();
                var insert =
                        connection.prepareStatement(
                                database.sql(
                                        "INSERT INTO {s}.subject_master (mark) VALUES (?)"
                                                + " ON CONFLICT DO NOTHING"));
                var select =
                        connection.prepareStatement(
                                database.sql("SELECT mark FROM {s}.subject_master"))) {
            insert.setBytes(1, ours);
            insert.executeUpdate();
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getBytes(1);
            }
        }
    }

    /** What is there; null if nothing is known of the subject. */
    @Nullable Row row(byte[] subject) throws SQLException {
        try (var connection = connections.connection();
                var statement =
                        connection.prepareStatement(
                                database.sql(
                                        "SELECT id, wrapped FROM {s}.subject_keys"
                                                + " WHERE subject = ?"))) {
            statement.setBytes(1, subject);
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return null;
                }
                var id = rows.getObject(1, UUID.class);
                return id == null
                        ? new Row.Erased()
                        : new Row.Kept(id, Payload.copyOf(rows.getBytes(2)));
            }
        }
    }

    /** Puts a key in, unless there is a row already. */
    void put(byte[] subject, UUID id, byte[] wrapped) throws SQLException {
        try (var connection = connections.connection();
                var statement =
                        connection.prepareStatement(
                                database.sql(
                                        "INSERT INTO {s}.subject_keys (subject, id, wrapped)"
                                                + " VALUES (?, ?, ?) ON CONFLICT DO NOTHING"))) {
            statement.setBytes(1, subject);
            statement.setObject(2, id);
            statement.setBytes(3, wrapped);
            statement.executeUpdate();
        }
    }

    /** Leaves of a row only that its key was erased, and when. */
    void erase(byte[] subject) throws SQLException {
        try (var connection = connections.connection();
                var statement =
                        connection.prepareStatement(
                                database.sql(
                                        """
                                        INSERT INTO {s}.subject_keys AS kept (subject, erased)
                                        VALUES (?, clock_timestamp())
                                        ON CONFLICT (subject) DO UPDATE
                                        SET id = NULL, wrapped = NULL, erased = EXCLUDED.erased
                                        WHERE kept.erased IS NULL
                                        """))) {
            statement.setBytes(1, subject);
            statement.executeUpdate();
        }
    }
}
