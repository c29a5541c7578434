package dev.lumiere.eventlog.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

/**
 * A bounded number of connections to a database. Each statement is a transaction by itself unless
 * auto-commit is switched off, which its return to the pool undoes, with whatever was not
 * committed. What is answered is on the disk, and each statement sees what was committed before it,
 * whatever the server's defaults are.
 */
public final class ConnectionPool implements AutoCloseable {
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST_CONNECTING = Duration.ofSeconds(10);

    private final PostgresDatabase database;
    private final Duration within;
    private final HikariDataSource connections;

    /**
     * Connects when it is asked.
     *
     * @param size how many there are at most
     * @param within a connection is there, or a statement done; it fails else. At least 1 s, to the
     *     second
     */
    public ConnectionPool(PostgresDatabase database, int size, Duration within) {
        this.database = database;
        this.within = within.compareTo(LEAST) < 0 ? LEAST : within;
        var connecting = this.within.compareTo(MOST_CONNECTING) < 0 ? this.within : MOST_CONNECTING;
        var pool = new HikariConfig();
        pool.setPoolName("log-postgres");
        pool.setJdbcUrl(database.url());
        pool.setUsername(database.user());
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(size);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(connecting.toMillis());
        pool.setInitializationFailTimeout(-1); // what cannot be reached is said by who asks
        pool.addDataSourceProperty("socketTimeout", this.within.toSeconds());
        pool.addDataSourceProperty("connectTimeout", connecting.toSeconds());
        pool.addDataSourceProperty("ApplicationName", "lumiere log");
        pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        pool.setConnectionInitSql(beginning(this.within.toMillis()));
        connections = new HikariDataSource(pool);
    }

    /** The server gives up before we do, so that nothing is done there that nobody waits for. */
    private static String beginning(long millis) {
        return """
        SET statement_timeout = %1$d; SET idle_in_transaction_session_timeout = %1$d;
        SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'
        """
                .formatted(millis * 3 / 4);
    }

    /** One of them, to be closed by the caller. */
    public Connection connection() throws SQLException {
        var connection = connections.getConnection();
        var done = false;
        try {
            // each time, since the pool takes the driver's socketTimeout back
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(within.toMillis()));
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    /**
     * Makes tables that are not there, all or none; two nodes may do so at once. Where they are, no
     * right to make any is needed.
     *
     * @param table one of them
     * @param definitions of all of them, with <code>{s}</code> for the schema
     */
    public void create(String table, String definitions) throws SQLException {
        try (var connection = connection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            var name = database.schema();
            statement.execute("SELECT pg_advisory_xact_lock(hashtext('lumiere log " + name + "'))");
            try (var there =
                    statement.executeQuery(
                            database.sql("SELECT to_regclass('{s}." + table + "') IS NOT NULL"))) {
                there.next();
                if (there.getBoolean(1)) {
                    return;
                }
            }
            // looked for, since to make a schema "if not exists" takes the right to make one
            statement.execute(
                    database.sql(
                            """
                            DO $$ BEGIN
                                IF to_regnamespace('{s}') IS NULL THEN CREATE SCHEMA {s}; END IF;
                            END $$;
                            """));
            statement.execute(database.sql(definitions));
            connection.commit();
        }
    }

    /**
     * What a caller is told, in a line.
     *
     * @param what could not be done, such as {@code read}
     */
    public IOException failure(String what, SQLException e) {
        var reason =
                e instanceof SQLTransientConnectionException && e.getCause() instanceof SQLException
                        ? e.getCause() // why there is no connection
                        : e;
        var line = String.valueOf(reason.getMessage()).lines().findFirst().orElse("");
        return new IOException("cannot %s %s: %s".formatted(what, database, line), e);
    }

    @Override
    public void close() {
        connections.close();
    }
}
