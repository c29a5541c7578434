package dev.lumiere.platform.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.retention.Archive;
import dev.lumiere.eventlog.retention.Retention;
import dev.lumiere.eventlog.retention.Retention.Rule;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogUpkeepTest {
    private static final int FILE = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path home;

    /** Nothing is lost: what could not be archived stays. */
    @Test
    void whatCannotBeArchivedKeepsOnlyItselfFromBeingTakenOut() throws Exception {
        var device = new RocksLogDevice(home.resolve("log"), 2);
        try (var log = EventLog.open(device)) {
            append(log, ofPartition(log, 0));
            append(log, ofPartition(log, 1));
            log.remove(0, List.of(5L));
            var archive = new Archive(home.resolve("archive"));
            var rules = List.of(new Rule("note", null, 1));
            var retention = new Retention(log, device, rules, archive);

            try (var upkeep = new LogUpkeep(log, retention, archive, FILE)) {
                upkeep.run();
            }

            assertThat(archive.last(0)).isZero();
            assertThat(removed(log, 0)).isEqualTo(1);
            assertThat(archive.last(1)).isEqualTo(FILE);
            assertThat(removed(log, 1)).isEqualTo(FILE - 1);
        }
    }

    private static StreamId ofPartition(EventLog log, int partition) {
        return IntStream.range(0, 100)
                .mapToObj(key -> new StreamId("note", "n" + key))
                .filter(stream -> log.partition(stream) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static void append(EventLog log, StreamId stream) throws InterruptedException {
        for (var i = 0; i < FILE; i++) {
            var event = EventData.of(UUID.randomUUID(), "Said", Instant.EPOCH, "{}");
            var append = Append.to(stream, Expected.any(), List.of(event));
            assertThat(log.append(append, PATIENCE)).isInstanceOf(AppendOutcome.Appended.class);
        }
    }

    private static long removed(EventLog log, int partition) throws IOException {
        return log.read(partition, 1, FILE).stream()
                .filter(event -> event.data().isRemoved())
                .count();
    }
}
