package dev.lumiere.platform.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import dev.lumiere.service.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class NodeLogTest {
    private static final int FILE = 10;
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir Path home;

    private LogConfig config(Map<String, String> flags) {
        return LogConfig.from(new Settings(flags, Map.of(), Map.of()), home, "127.0.0.1", 8081);
    }

    private static Append append(int count) {
        var events = new ArrayList<EventData>();
        for (var i = 0; i < count; i++) {
            events.add(EventData.of(UUID.randomUUID(), "Said", Instant.EPOCH, "{\"w\":" + i + "}"));
        }
        return Append.to(new StreamId("note", "a"), Expected.any(), events);
    }

    @Test
    void aDamagedArchiveKeepsNoNodeFromStarting() throws Exception {
        var folder = home.resolve("archive");
        try (var log = EventLog.open(new RocksLogDevice(LogConfig.folder(home), 1))) {
            log.append(append(2 * FILE), LONG);
        }
        archive(folder);
        var damaged = files(folder).get(1);
        Files.write(damaged, new byte[17]);
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        var logger = (Logger) LoggerFactory.getLogger(NodeLog.class);
        logger.addAppender(logged);

        var config = config(Map.of("log.partitions", "1", "log.archive", folder.toString()));
        try (var node =
                NodeLog.open(
                        config,
                        (_, _, _) -> {
                            throw new IOException("there is no other");
                        })) {
            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "the archive is damaged, %s: it is cut short; nothing that it held is read"
                                    .formatted(damaged));
            assertThat(node.log().read(0, 1, FILE)).hasSize(FILE);
            assertThatThrownBy(() -> node.log().read(0, FILE + 1, FILE))
                    .isInstanceOf(CorruptLogException.class)
                    .hasMessageContaining(damaged.toString());
            node.log().append(append(1), LONG);
            assertThat(node.log().end().of(0)).isEqualTo(2 * FILE + 1);
        } finally {
            logger.detachAppender(logged);
        }
    }

    /** All but the last event, in two files. */
    private void archive(Path folder) throws IOException {
        var device = new RocksLogDevice(LogConfig.folder(home), 1);
        try (var log = EventLog.open(device)) {
            var archive = new Archive(folder);
            archive.takeOver(log, FILE);
            var rules = List.of(new Rule("note", null, 1));
            assertThat(new Retention(log, device, rules, archive).apply(Instant.EPOCH))
                    .isEqualTo(2 * FILE - 1);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
