package dev.lumiere.eventlog.consumer;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.retention.Retention;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Of a log that was restored with some partitions at the end, some at an earlier position, so that
 * events are missing and checkpoints, and not always both.
 */
class RestoredConsumerTest {
    private static final int PARTITIONS = 4;

    @TempDir Path home;
    private final AtomicReference<List<ConsumerGroups.Handled>> whole = new AtomicReference<>();
    private final List<UUID> handled = new ArrayList<>();
    private PositionVector restored;
    private long now;

    @BeforeEach
    void restore() throws Exception {
        var device = new RocksLogDevice(home.resolve("log"), PARTITIONS);
        var backups = new RocksBackups(home.resolve("backups"));
        PositionVector early;
        try (var log = EventLog.open(device)) {
            append(log, 1, 60);
            var mailer = handleAll(log, "a");
            early = log.end();
            append(log, 61, 120);
            work(mailer);
            assertThat(handled).hasSize(120);
            var compaction =
                    new Retention(
                            log, device, List.of(new Retention.Rule("checkpoint", null, 1)), null);
            assertThat(compaction.apply(Instant.EPOCH)).isPositive();
            backups.create(device);
            restored = log.end();
        }
        for (var partition = 0; partition < PARTITIONS; partition += 2) {
            restored = restored.with(partition, early.of(partition));
        }
        backups.restore(1, home.resolve("restored"), restored, this::see);
        handled.clear();
    }

    private void see(Path log) throws IOException {
        try (var seen = open(log)) {
            whole.set(new ConsumerGroups(seen).handled());
        }
    }

    private static EventLog open(Path log) throws IOException {
        return EventLog.open(new RocksLogDevice(log, PARTITIONS));
    }

    private static void append(EventLog log, int from, int to) throws InterruptedException {
        for (var i = from; i <= to; i++) {
            var append = Append.to(stream("s" + i % 16), Expected.any(), List.of(event(i)));
            assertThat(log.append(append, LONG)).isInstanceOf(AppendOutcome.Appended.class);
        }
    }

    private Consumer handleAll(EventLog log, String member) throws InterruptedException {
        var settings =
                new Settings(LONG, 7, LONG, 64, Settings.Start.FIRST, () -> now, Instant::now);
        var consumer =
                new Consumer(
                        log, "mailer", member, settings, event -> handled.add(event.data().id()));
        work(consumer);
        return consumer;
    }

    private void work(Consumer consumer) throws InterruptedException {
        for (var round = 0; round < 20; round++) {
            now += LONG.dividedBy(6).toNanos();
            consumer.step();
        }
    }

    private static List<UUID> ids(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> new UUID(0, i)).toList();
    }

    /** The log is as long again as it was, with other events. */
    @Test
    void whatCameInsteadIsNotSkippedSilently() throws Exception {
        try (var log = open(home.resolve("restored"))) {
            append(log, 1001, 1400);
            var consumer = handleAll(log, "b");
            assertThat(consumer.trouble()).contains("partition");
            for (var partition : consumer.partitions().keySet()) {
                for (var event : log.read(partition, restored.of(partition) + 1, 4096)) {
                    if (Checkpoints.isGivenOut(event)) {
                        assertThat(handled).contains(event.data().id());
                    }
                }
            }
            assertThat(consumer.partitions().keySet()).doesNotContain(0, 2);
        }
    }

    @Test
    void setBackTheyGoOnWithWhatComes() throws Exception {
        try (var log = open(home.resolve("restored"))) {
            assertThat(new ConsumerGroups(log).setBack(whole.get())).isPositive();
            append(log, 1001, 1100);
            var consumer = handleAll(log, "b");
            assertThat(consumer.trouble()).isNull();
            assertThat(consumer.partitions()).hasSize(PARTITIONS);
            assertThat(handled).containsExactlyInAnyOrderElementsOf(ids(1001, 1100));
        }
    }
}
