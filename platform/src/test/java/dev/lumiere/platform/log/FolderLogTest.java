package dev.lumiere.platform.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.retention.Archive;
import dev.lumiere.eventlog.retention.Retention;
import dev.lumiere.eventlog.retention.Retention.Rule;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.platform.node.LogConfig;
import dev.lumiere.service.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that no node has, of which all but the last event is in its archive alone. */
class FolderLogTest {
    private static final StreamId NOTE = new StreamId("note", "a");
    private static final int FILE = 10;

    @TempDir Path home;

    @BeforeEach
    void archiveALog() throws Exception {
        var events =
                IntStream.rangeClosed(1, 2 * FILE)
                        .mapToObj(i ->
                                EventData.of(
                                        new UUID(0, i), "Said", Instant.EPOCH, "{\"w\":" + i + "}"))
                        .toList();
        var device = new RocksLogDevice(LogConfig.folder(home), 1);
        try (var log = EventLog.open(device)) {
            log.append(Append.to(NOTE, Expected.none(), events), Duration.ofMinutes(1));
            var archive = new Archive(home.resolve("archive"));
            archive.takeOver(log, FILE);
            var rules = List.of(new Rule("note", null, 1));
            var taken = new Retention(log, device, rules, archive).apply(Instant.EPOCH);
            assertThat(taken).isEqualTo(2 * FILE - 1);
        }
    }

    private FolderLog log() {
        var settings =
                new Settings(
                        Map.of("log.archive", home.resolve("archive").toString()),
                        Map.of(),
                        Map.of());
        return new FolderLog(
                LogConfig.folder(home), LogConfig.from(settings, home, "127.0.0.1", 8081), home);
    }

    private Path secondFile() throws IOException {
        try (var files = Files.list(home.resolve("archive"))) {
            return files.sorted().toList().get(1);
        }
    }

    private void damage() throws IOException {
        var bytes = Files.readAllBytes(secondFile());
        bytes[bytes.length / 2] ^= 1;
        Files.write(secondFile(), bytes);
    }

    @Test
    void whatWentIsReadFromTheArchive() throws Exception {
        try (var log = log()) {
            assertThat(log.readStream(NOTE, 1, 100, false))
                    .hasSize(2 * FILE)
                    .allMatch(event -> event.data().type().equals("Said"));
            assertThat(log.readAll(log.end().with(0, 0), 100).events())
                    .isEqualTo(log.read(0, 1, 100));
            assertThat(new JsonObject(log.verify()).getBoolean("sound")).isTrue();
        }
    }

    @Test
    void aDamagedFileIsToldAndTheRestIsRead() throws Exception {
        damage();

        try (var log = log()) {
            var readable = log.read(0, 1, 100).size();
            assertThat(readable).isBetween(FILE, 2 * FILE - 1);
            assertThatThrownBy(() -> log.read(0, readable + 1, 100))
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining(secondFile().toString());
            var report = new JsonObject(log.verify());
            assertThat(report.getBoolean("sound")).isFalse();
            assertThat(report.getLong("events")).isEqualTo(2 * FILE);
            assertThat(report.getLong("found")).isEqualTo(1);
            assertThat(report.getJsonArray("findings").getJsonObject(0).getString("where"))
                    .startsWith(secondFile().toString());
        }
    }

    @Test
    void theArchiveIsVerifiedAlsoWhereTheLogCannotBeOpened() throws Exception {
        damage();
        Files.delete(LogConfig.folder(home).resolve("CURRENT"));
        Files.writeString(LogConfig.folder(home).resolve("CURRENT"), "nothing\n");

        try (var log = log()) {
            assertThat(new JsonObject(log.verify()).getLong("found")).isEqualTo(2);
        }
    }
}
