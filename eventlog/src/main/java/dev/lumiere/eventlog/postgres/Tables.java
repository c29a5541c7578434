package dev.lumiere.eventlog.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The tables of a log. {@code events} can be read by anybody who may: the payload is bytes, JSON in
 * UTF-8 as a rule, and times are microseconds since 1970.
 */
final class Tables {
    static final String COLUMNS =
            "partition, position, category, key, version, id, type, schema, time_us, causation,"
                    + " correlation, trace, payload, crc";

    private final PostgresDatabase database;

    Tables(PostgresDatabase database) {
        this.database = database;
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
                var rows =
                        statement.executeQuery(
                                database.sql("SELECT count(*) FROM {s}.partitions"))) {
            rows.next();
            return rows.getInt(1);
        }
    }

    long last(Connection connection, int partition) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        database.sql("SELECT last FROM {s}.partitions WHERE partition = ?"))) {
            statement.setInt(1, partition);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }
}
