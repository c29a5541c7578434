package dev.lumiere.platform.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.consumer.Consumer;
import dev.lumiere.eventlog.consumer.Settings;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogRestorationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;
    private final List<Long> mailed = new CopyOnWriteArrayList<>();

    @Test
    void aConsumerGoesOnWithWhatComesInsteadOfWhatWasTakenAway() throws Exception {
        var device = new RocksLogDevice(folder.resolve("log"), 1);
        var backups = new RocksBackups(folder.resolve("backups"));
        try (var log = EventLog.open(device)) {
            append(log, 1, 2);
            var early = log.end();
            append(log, 3, 9);
            mail(log, 9);
            backups.create(device);
            mailed.clear();

            var end = LogRestoration.restore(backups, 1, folder.resolve("restored"), early);
            assertThat(end).isEqualTo(early);
        }
        try (var log = open("restored")) {
            append(log, 103, 130);
            mail(log, 28);
        }
        assertThat(mailed).first().isEqualTo(103L);
        assertThat(mailed).doesNotHaveDuplicates();
    }

    /** Which would be handled from the beginning again. */
    @Test
    void aConsumerWhoseCheckpointCannotBeReadIsToldAndNothingIsRestored() throws Exception {
        var device = new RocksLogDevice(folder.resolve("log"), 1);
        var backups = new RocksBackups(folder.resolve("backups"));
        try (var log = EventLog.open(device)) {
            append(log, 1, 2);
            var early = log.end();
            append(log, 3, 9);
            mail(log, 9);
            var odd = EventData.of(new UUID(1, 1), "Odd", Instant.EPOCH, "{}");
            var stream = new StreamId("checkpoint", "mailer/0");
            log.append(Append.to(stream, Expected.any(), List.of(odd)), PATIENCE);
            backups.create(device);

            var place = folder.resolve("restored");
            assertThatThrownBy(() -> LogRestoration.restore(backups, 1, place, early))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("mailer has come in partition 0 cannot be read");
            assertThat(place).doesNotExist();
        }
    }

    private EventLog open(String name) throws IOException {
        return EventLog.open(new RocksLogDevice(folder.resolve(name), 1));
    }

    private void mail(EventLog log, int count) {
        var settings = Settings.from(Settings.Start.FIRST);
        try (var _ =
                Consumer.join(
                        log,
                        "mailer",
                        "a",
                        settings,
                        event -> mailed.add(event.data().id().getLeastSignificantBits()))) {
            await().atMost(PATIENCE).until(() -> mailed.size() == count);
        }
    }

    private static void append(EventLog log, int from, int to) throws InterruptedException {
        for (var i = from; i <= to; i++) {
            var event = EventData.of(new UUID(0, i), "LetterWritten", Instant.EPOCH, "{}");
            var append = Append.to(new StreamId("letter", "a"), Expected.any(), List.of(event));
            assertThat(log.append(append, PATIENCE)).isInstanceOf(AppendOutcome.Appended.class);
        }
    }
}
