package dev.lumiere.eventlog.postgres;

import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.EventLogContract;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.Samples;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresLogDeviceTest extends EventLogContract {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static PostgresServer server;

    private final String schema = "log" + SCHEMAS.incrementAndGet();

    @BeforeAll
    static void start() throws Exception {
        server = new PostgresServer();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Override
    public LogDevice device() throws IOException {
        return new PostgresLogDevice(server.config(schema, PARTITIONS));
    }

    @Test
    void partitionsAreForLife() {
        assertThatThrownBy(() -> new PostgresLogDevice(server.config(schema, PARTITIONS + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has 4 partitions for its life, not 5");
    }

    @Test
    void logsOfOneDatabaseDoNotMeet() throws Exception {
        log.append(Append.to(stream("a"), Expected.none(), List.of(event(1))), Samples.LONG);
        try (var other =
                EventLog.open(new PostgresLogDevice(server.config(schema + "_b", PARTITIONS)))) {
            assertThat(other.version(stream("a"))).isZero();
            assertThat(other.find(event(1).id())).isNull();
        }
    }

    @Test
    void whatWasChangedInTheDatabaseIsFoundOut() throws Exception {
        for (var i = 1; i <= 3; i++) {
            log.append(Append.to(stream("a"), Expected.any(), List.of(event(i))), Samples.LONG);
        }
        for (var change :
                List.of(
                        "payload = 'x'",
                        "type = 'Other'",
                        "time_us = 1",
                        "causation = gen_random_uuid()",
                        "key = 'b'")) {
            sql("UPDATE %s.events SET " + change + " WHERE version = 2");
            var partition = log.partition(stream("a"));
            assertThatThrownBy(() -> log.read(partition, 1, 10))
                    .as(change)
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("position 2");
            sql("DELETE FROM %s.events WHERE version = 2");
            assertThatThrownBy(() -> log.readStream(stream("a"), 1, 10))
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining("missing");
            sql(
                    "INSERT INTO %1$s.events SELECT partition, 2, category, key, 2,"
                            + " gen_random_uuid(), type, schema, time_us, causation, correlation,"
                            + " trace, payload, crc FROM %1$s.events WHERE version = 1");
        }
    }

    private void sql(String text) throws Exception {
        server.sql(text.formatted(schema));
    }

    @Test
    void whereALogIsIsReadFromAUrl() {
        var database =
                PostgresDatabase.parse(
                        "postgres://ada:s3:c%40@db.example:6543/media/log2?sslmode=require");
        assertThat(database.url())
                .isEqualTo("jdbc:postgresql://db.example:6543/media?sslmode=require");
        assertThat(database.user()).isEqualTo("ada");
        assertThat(database.password()).isEqualTo("s3:c@");
        assertThat(database.schema()).isEqualTo("log2");
        assertThat(database.toString()).isEqualTo("jdbc:postgresql://db.example:6543/media log2");
        assertThat(PostgresDatabase.parse("postgres://db/media").schema()).isEqualTo("lumiere_log");
        for (var wrong :
                List.of(
                        "postgres://",
                        "http://a/b",
                        "postgres://ada:secret@db",
                        "postgres://ada:x/secret@db/a",
                        "postgres://ada:x@secret@db/a",
                        "postgres://ada:x[secret@db/a",
                        "postgres://ada:x#secret@db/a",
                        "postgres://d?password=secret",
                        "postgres://d/a/B")) {
            assertThatThrownBy(() -> PostgresLogConfig.parse(wrong, 8))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .doesNotContain("secret");
        }
    }
}
