package dev.lumiere.eventlog.postgres;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.AppendOutcome.Appended;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Databases, networks and operators that do what they should not. */
@Timeout(60)
class PostgresFaultsTest {
    private static final int PARTITIONS = 2;
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final String ADDRESS = "http://10.0.0.1:8081";
    private static PostgresServer server;

    private String schema = "";

    @BeforeAll
    static void start() throws Exception {
        server = new PostgresServer();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void name() {
        schema = "faults" + SCHEMAS.incrementAndGet();
    }

    private EventLog open(String address) throws IOException {
        return open(server.config(schema, PARTITIONS), address);
    }

    private static EventLog open(PostgresLogConfig config, String address) throws IOException {
        return EventLog.open(
                new PostgresLogDevice(config),
                address,
                (to, _, _) -> {
                    throw new IOException("nothing is passed on, to " + to);
                });
    }

    private PostgresLogConfig over(Wire wire, Duration lease) {
        var url = PostgresServer.url(wire.port());
        var database = new PostgresDatabase(url, "postgres", "", schema);
        return new PostgresLogConfig(database, PARTITIONS, lease, Duration.ofMillis(5));
    }

    private String value(String query) throws Exception {
        return server.value(query.formatted(schema));
    }

    private static void awaitOwning(EventLog log) {
        await().until(() -> log.owns(0) && log.owns(1));
    }

    private static AppendOutcome append(EventLog log, int event, String stream)
            throws InterruptedException {
        return log.append(
                Append.to(stream(stream), Expected.none(), List.of(event(event))),
                Duration.ofSeconds(20));
    }

    @Test
    void nodesThatWereNotHeardOfForAnHourAreForgotten() throws Exception {
        try (var log = open(ADDRESS)) {
            awaitOwning(log);
            server.sql(
                    """
                    INSERT INTO %s.nodes SELECT gen_random_uuid(), 'dead ' || minutes, now(),
                        now() - minutes * interval '1 minute' FROM unnest(ARRAY[59, 61, 999]) minutes
                    """
                            .formatted(schema));
            await().untilAsserted(() ->
                    assertThat(
                                    value(
                                            "SELECT string_agg(address, ' ')"
                                                    + " FROM %s.nodes"
                                                    + " WHERE address LIKE 'dead%%'"))
                            .isEqualTo("dead 59"));
        }
    }

    @Test
    void whoseAddressIsAnotherNodesIsRefused() throws Exception {
        try (var log = open(ADDRESS)) {
            awaitOwning(log);
            assertThatThrownBy(() -> open(ADDRESS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another node that shares")
                    .hasMessageContaining("publishes the address " + ADDRESS);
            assertThat(log.owns(0) && log.owns(1)).isTrue();
            assertThat(value("SELECT count(*) FROM %s.nodes")).isEqualTo("1");
            try (var other = open("http://10.0.0.2:8081")) {
                await().until(() -> log.owns(0) ^ log.owns(1));
                await().until(() -> other.owns(0) ^ other.owns(1));
            }
        }
    }

    @Test
    void whoWasKilledAndComesBackIsNotRefused() throws Exception {
        open(ADDRESS).close();
        server.sql(
                "INSERT INTO %s.nodes VALUES (gen_random_uuid(), '%s', now(), now() + interval '1 s')"
                        .formatted(schema, ADDRESS));
        try (var log = open(ADDRESS)) {
            awaitOwning(log);
        }
    }

    /** The database was away when a node had stopped to use it. */
    @Test
    void whatCouldNotBeGivenBackIsGivenBackLater() throws Exception {
        try (var log = open(ADDRESS)) {
            awaitOwning(log);
            var self = value("SELECT node FROM %s.nodes");
            server.sql(
                    "INSERT INTO %s.nodes VALUES (gen_random_uuid(), 'x', now(), now() + interval '1 h')"
                            .formatted(schema));
            var free = "SELECT count(*) FROM %s.partitions WHERE node IS NULL";
            await().until(() -> value(free).equals("1"));
            server.sql(
                    "UPDATE %s.partitions SET node = '%s', expires = now() + interval '1 h' WHERE node IS NULL"
                            .formatted(schema, self));
            await().until(() -> value(free).equals("1"));
        }
    }

    /** Nothing was written, and that is known; so the partition is not given up for it. */
    @Test
    void aDeadlockIsNoUnknownOutcome() throws Exception {
        try (var log = open(ADDRESS);
                var connection = DriverManager.getConnection(server.url(), "postgres", "");
                var other = connection.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            awaitOwning(log);
            var epochs = "SELECT sum(epoch) FROM %s.partitions";
            var before = value(epochs);
            var partition = log.partition(stream("a"));
            other.execute("SET deadlock_timeout = '40s'"); // so that it is not the victim
            connection.setAutoCommit(false);
            other.execute(
                    "INSERT INTO %s.events VALUES (%d, 9, 'x', 'x', 1, '%s', 'X', 1, 0, NULL, NULL, NULL, '', 0)"
                            .formatted(schema, 1 - partition, event(1).id()));

            var appended = threads.submit(() -> append(log, 1, "a"));
            await().until(() ->
                    value(
                                    "SELECT count(*) FROM pg_stat_activity WHERE query"
                                            + " LIKE 'WITH owned%%' AND wait_event_type ="
                                            + " 'Lock'")
                            .equals("1"));
            other.execute(
                    "UPDATE %s.partitions SET last = last WHERE partition = %d"
                            .formatted(schema, partition));
            connection.rollback();

            assertThat(appended.get()).isInstanceOf(Appended.class);
            assertThat(((Appended) appended.get()).isRepeated()).isFalse();
            assertThat(value(epochs)).isEqualTo(before);
        }
    }

    /** As a firewall does that forgets a connection. */
    @Test
    void aLeaseIsRenewedThoughItsConnectionFallsSilent() throws Exception {
        try (var wire = new Wire(server.port());
                var log = open(over(wire, Duration.ofSeconds(6)), ADDRESS)) {
            awaitOwning(log);
            wire.silence();
            assertThat(log.catchUp(Duration.ofMillis(200))).isFalse(); // nor waits for long

            var before = value("SELECT expires FROM %s.nodes");
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> value("SELECT expires FROM %s.nodes").compareTo(before) > 0);
            assertThat(value("SELECT sum(epoch) FROM %s.partitions")).isEqualTo("2");
        }
    }

    @Test
    void readersThatTakeLongKeepNobodyFromAppending() throws Exception {
        try (var wire = new Wire(server.port());
                var log = open(over(wire, Duration.ofSeconds(6)), ADDRESS);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            awaitOwning(log);
            assertThat(append(log, 1, "a")).isInstanceOf(Appended.class);
            var partition = log.partition(stream("a"));
            wire.hold("AS counted");
            Callable<Integer> reading = () -> log.read(partition, 1, 10).size();
            var all = new ArrayList<Future<Integer>>();
            for (var i = 0; i < 10; i++) {
                all.add(threads.submit(reading));
            }
            await().until(() -> wire.held() == 8);

            assertThat(append(log, 2, "b")).isInstanceOf(Appended.class);
            assertThat(log.find(event(2).id())).isNotNull();
            wire.release();
            for (var each : all) {
                assertThat(each.get()).isPositive();
            }
        }
    }

    @Test
    void theServersDefaultsMakeNoDifference() throws Exception {
        for (var commit : List.of("off", "remote_apply")) {
            var url =
                    server.url()
                            + "?options=-c%20synchronous_commit="
                            + commit
                            + "%20-c%20default_transaction_isolation=serializable";
            try (var pool =
                            new ConnectionPool(
                                    new PostgresDatabase(url, "postgres", "", schema),
                                    1,
                                    Duration.ofSeconds(4));
                    var connection = pool.connection();
                    var statement = connection.createStatement();
                    var rows =
                            statement.executeQuery(
                                    """
                                    SELECT current_setting('synchronous_commit'),
                                        current_setting('transaction_isolation'),
                                        current_setting('statement_timeout'),
                                        current_setting('idle_in_transaction_session_timeout')
                                    """)) {
                rows.next();
                assertThat(connection.getNetworkTimeout()).isEqualTo(4000);
                assertThat(rows.getString(1)).isEqualTo(commit.equals("off") ? "on" : commit);
                assertThat(rows.getString(2)).isEqualTo("read committed");
                assertThat(rows.getString(3)).isEqualTo("3s");
                assertThat(rows.getString(4)).isEqualTo("3s");
            }
        }
    }

    @Test
    void whyThereIsNoConnectionIsSaid() {
        var url = server.url().replaceFirst("/postgres$", "/nowhere");
        try (var pool =
                new ConnectionPool(
                        new PostgresDatabase(url, "postgres", "", schema),
                        1,
                        Duration.ofSeconds(1))) {
            assertThatThrownBy(pool::connection)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e ->
                                    assertThat(pool.failure("open", e).getMessage())
                                            .contains("\"nowhere\" does not exist")
                                            .doesNotContain("\n"));
        }
    }

    @Test
    void aDatabaseThatCannotHoldEveryTextIsRefused() throws Exception {
        server.sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        var url = server.url().replaceFirst("/postgres$", "/latin");
        assertThatThrownBy(
                        () -> new PostgresLogDevice(PostgresServer.config(url, schema, PARTITIONS)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is in LATIN1, not in UTF8");
    }

    /** Of a database whose operator makes the tables, and lets nobody else. */
    @Test
    void aLogThatIsThereNeedsNoRightToMakeOne() throws Exception {
        schema = "user"; // a word of SQL's
        open(ADDRESS).close();
        server.sql(
                "CREATE ROLE plain LOGIN",
                "GRANT USAGE ON SCHEMA \"user\" TO plain",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"user\" TO plain");
        var config =
                new PostgresLogConfig(
                        new PostgresDatabase(server.url(), "plain", "", schema),
                        PARTITIONS,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(5));
        try (var log = open(config, ADDRESS)) {
            awaitOwning(log);
            assertThat(append(log, 1, "a")).isInstanceOf(Appended.class);
            assertThat(log.find(new UUID(1, 1))).isNull();
            assertThat(log.catchUp(LONG)).isTrue();
        }
    }
}
