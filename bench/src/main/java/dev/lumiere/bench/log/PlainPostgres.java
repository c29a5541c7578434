package dev.lumiere.bench.log;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A table with a unique stream and version; each writer has its connection, each insert commits.
 */
final class PlainPostgres implements Appending {
    private final ConcurrentHashMap<Integer, Writer> writers = new ConcurrentHashMap<>();
    private final String url;
    private final String table;

    private record Writer(Connection connection, PreparedStatement insert) {}

    PlainPostgres(String url, String table) throws SQLException {
        this.url = url;
        this.table = table;
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE %s (position bigserial PRIMARY KEY, stream text, version bigint, event bytea, UNIQUE (stream, version))"
                            .formatted(table));
        }
    }

    @Override
    public void append(int writer, int number, byte[] payload) throws Exception {
        var mine = writers.get(writer);
        if (mine == null) {
            mine = connected();
            writers.put(writer, mine);
        }
        mine.insert.setString(1, "writer-" + writer);
        mine.insert.setLong(2, number);
        mine.insert.setBytes(3, payload);
        mine.insert.executeUpdate();
    }

    private Writer connected() throws SQLException {
        var connection = DriverManager.getConnection(url, "postgres", "");
        return new Writer(
                connection,
                connection.prepareStatement(
                        "INSERT INTO %s (stream, version, event) VALUES (?, ?, ?)"
                                .formatted(table)));
    }

    @Override
    public void close() throws IOException {
        for (var writer : writers.values()) {
            try {
                writer.connection.close();
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }
    }
}
