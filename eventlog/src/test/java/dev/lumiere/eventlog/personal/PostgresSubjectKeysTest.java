package dev.lumiere.eventlog.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.postgres.PostgresDatabase;
import dev.lumiere.eventlog.postgres.PostgresLogConfig;
import dev.lumiere.eventlog.postgres.PostgresLogDevice;
import dev.lumiere.eventlog.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresSubjectKeysTest extends SubjectKeysContract {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final String ADA = "ada@example.com";
    private static PostgresServer server;

    @TempDir Path home;
    private final AtomicLong clock = new AtomicLong();
    private final List<PostgresSubjectKeys> nodes = new ArrayList<>();
    private PostgresDatabase database;

    @BeforeAll
    static void start() throws Exception {
        server = new PostgresServer();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        database = server.database("keys" + SCHEMAS.incrementAndGet());
        master("master.key", 7);
        node();
    }

    @AfterEach
    void close() {
        nodes.forEach(PostgresSubjectKeys::close);
    }

    private Path master(String name, int each) throws IOException {
        var bytes = new byte[32];
        bytes[0] = (byte) each;
        var file = Files.write(home.resolve(name), bytes);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private PostgresSubjectKeys node() throws IOException {
        var node = new PostgresSubjectKeys(database, home.resolve("master.key"), clock::get);
        nodes.add(node);
        return node;
    }

    @Override
    SubjectKeys keys() {
        return nodes.getFirst();
    }

    @Override
    SubjectKeys reopened() throws IOException {
        return node();
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void whatIsErasedAtOneNodeIsRevealedAtNoOtherTenSecondsLater() throws Exception {
        var other = node();
        var email = Personal.of(ADA, "user-1", keys());
        assertThat(email.reveal(other)).contains(ADA);
        keys().erase("user-1");

        assertThat(email.reveal(keys())).isEmpty();
        assertThatThrownBy(() -> Personal.of(ADA, "user-1", other))
                .isInstanceOf(ErasedSubjectException.class); // at once, everywhere

        pass(Duration.ofMillis(9_999));
        assertThat(email.reveal(other)).contains(ADA);
        pass(Duration.ofMillis(1));
        assertThat(email.reveal(other)).isEmpty();
    }

    @Test
    void toRevealAgainDoesNotPutTheEndOff() throws Exception {
        var other = node();
        var email = Personal.of(ADA, "user-1", keys());
        assertThat(email.reveal(other)).contains(ADA);
        keys().erase("user-1");
        for (var i = 0; i < 9; i++) {
            pass(Duration.ofSeconds(1));
            assertThat(email.reveal(other)).contains(ADA);
        }
        pass(Duration.ofSeconds(1));
        assertThat(email.reveal(other)).isEmpty();
    }

    /** It asked before the erasure, and is told after it. */
    @Test
    void anAnswerFromBeforeTheErasureIsNotRemembered() {
        var keys = new RememberedKeys(PostgresSubjectKeys.REMEMBERED, clock::get);
        var asking = keys.asking();
        keys.forget("user-1");
        keys.remember("user-1", new SubjectKey("k", new byte[32]), asking);
        assertThat(keys.of("user-1")).isNull();

        asking = keys.asking();
        pass(Duration.ofSeconds(4)); // until there was an answer
        keys.remember("user-1", new SubjectKey("k", new byte[32]), asking);
        pass(Duration.ofSeconds(5));
        assertThat(keys.of("user-1")).isNotNull();
        pass(Duration.ofSeconds(1));
        assertThat(keys.of("user-1")).isNull();
    }

    @Test
    void fewKeysAreRemembered() {
        var keys = new RememberedKeys(PostgresSubjectKeys.REMEMBERED, clock::get);
        for (var i = 0; i < 10_005; i++) {
            keys.remember("u" + i, new SubjectKey("k", new byte[32]), keys.asking());
        }
        assertThat(keys.of("u4")).isNull();
        assertThat(keys.of("u5")).isNotNull();
    }

    @Test
    void theDatabaseHasNoKeyInClearAndNoneOfWhomItForgot() throws Exception {
        var id = keys().keyOf("user-1").id();
        assertThat(rows()).contains(id).doesNotContain("user-1");
        keys().erase("user-1");
        assertThat(rows()).doesNotContain(id).contains(",,"); // neither id nor key
    }

    private String rows() throws Exception {
        return server.value(
                "SELECT string_agg(k::text, ' ') FROM %s.subject_keys k"
                        .formatted(database.schema()));
    }

    @Test
    void anotherMasterKeyIsRefused() throws Exception {
        keys().keyOf("user-1");
        var other = master("other.key", 8);
        assertThatThrownBy(() -> new PostgresSubjectKeys(database, other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not wrapped by the master key " + other);
        assertThatThrownBy(() -> new PostgresSubjectKeys(database, home.resolve("none")))
                .hasMessageContaining("no master key of 32 random bytes");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> new PostgresSubjectKeys(database, other))
                .hasMessageContaining("not of mode 0600");
    }

    /** A row that somebody with the database's password copied. */
    @Test
    void aKeyIsOfUseToItsSubjectAlone() throws Exception {
        var email = Personal.of(ADA, "user-1", keys());
        keys().keyOf("user-2");
        server.sql(
                "UPDATE %1$s.subject_keys SET (id, wrapped) = (SELECT id, wrapped FROM"
                                .formatted(database.schema())
                        + " %1$s.subject_keys WHERE id = '%2$s')"
                                .formatted(database.schema(), email.key()));
        assertThatThrownBy(() -> keys().keyOf("user-2"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not wrapped by the master key");
        assertThat(email.reveal(keys())).contains(ADA);
    }

    @Test
    void aLogMayLieBesideThem() throws Exception {
        var config =
                new PostgresLogConfig(database, 2, Duration.ofSeconds(5), Duration.ofMillis(20));
        try (var device = new PostgresLogDevice(config)) {
            assertThat(device.last(0)).isZero();
        }
    }
}
