package dev.lumiere.eventlog.retention;

import static dev.lumiere.eventlog.Samples.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.retention.Retention.Rule;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.eventlog.rocks.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final int PARTITIONS = 2;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SECRET = "the-secret-word-";

    @TempDir Path home;
    private RocksLogDevice device;
    private EventLog log;
    private long ids;

    @BeforeEach
    void open() throws IOException {
        device = new RocksLogDevice(home.resolve("log"), PARTITIONS);
        log = EventLog.open(device);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    /** One an hour. */
    private void append(StreamId stream, int count) throws InterruptedException {
        for (var i = 0; i < count; i++) {
            var event =
                    EventData.of(
                            new UUID(1, ids),
                            "Said",
                            START.plus(Duration.ofHours(i)),
                            "{\"word\":\"" + SECRET + ids + "\"}");
            ids++;
            var outcome = log.append(Append.to(stream, Expected.any(), List.of(event)), LONG);
            assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class);
        }
    }

    private static StreamId stream(String category, String key) {
        return new StreamId(category, key);
    }

    private List<Long> left(StreamId stream) throws IOException {
        return log.readStream(stream, 1, 4096).stream()
                .filter(event -> !event.data().isRemoved())
                .map(Event::version)
                .toList();
    }

    private List<Event> all() throws IOException {
        var all = new ArrayList<Event>();
        for (var partition = 0; partition < PARTITIONS; partition++) {
            all.addAll(log.read(partition, 1, 4096));
        }
        return all;
    }

    @Test
    void oneCategoryIsCompactedAndOthersStay() throws Exception {
        append(stream("checkpoint", "a"), 7);
        append(stream("checkpoint", "b"), 1);
        append(stream("checkpoints", "a"), 5);
        append(stream("account", "a"), 5);
        var before = all();

        var retention = new Retention(log, device, List.of(new Rule("checkpoint", null, 1)), null);
        assertThat(retention.apply(START)).isEqualTo(6);
        assertThat(retention.apply(START)).isZero();
        assertThat(left(stream("checkpoint", "a"))).containsExactly(7L);
        assertThat(left(stream("checkpoint", "b"))).containsExactly(1L);
        assertThat(left(stream("checkpoints", "a"))).hasSize(5);
        assertThat(left(stream("account", "a"))).hasSize(5);

        append(stream("checkpoint", "a"), 3);
        assertThat(retention.apply(START)).isEqualTo(3);
        assertThat(left(stream("checkpoint", "a"))).containsExactly(10L);
        var after = all();
        for (var event : before) { // nothing has moved
            var same = after.stream().filter(e -> e.place().equals(event.place())).toList();
            assertThat(same).hasSize(1);
            assertThat(same.getFirst().stream()).isEqualTo(event.stream());
            assertThat(same.getFirst().version()).isEqualTo(event.version());
            assertThat(same.getFirst().data().id()).isEqualTo(event.data().id());
            assertThat(log.find(event.data().id())).isEqualTo(event.place());
        }
        assertThat(Verification.of(device).findings()).isEmpty();
    }

    @Test
    void whatIsTooOldGoesWithTheFirstRunAndTheNext() throws Exception {
        append(stream("trace", "a"), 1200);
        append(stream("trace", "b"), 3);
        var retention =
                new Retention(
                        log, device, List.of(new Rule("trace", Duration.ofHours(10), null)), null);

        assertThat(retention.apply(START.plus(Duration.ofHours(10)))).isZero();
        assertThat(retention.apply(START.plus(Duration.ofHours(1000)))).isEqualTo(990 + 3);
        assertThat(left(stream("trace", "a"))).hasSize(210).startsWith(991L);
        assertThat(left(stream("trace", "b"))).isEmpty();
        assertThat(retention.apply(START.plus(Duration.ofHours(1001)))).isEqualTo(1);
        assertThat(left(stream("trace", "a"))).startsWith(992L);
    }

    @Test
    void whatWentIsInNoFileAfterCompaction() throws Exception {
        append(stream("note", "a"), 20);
        new Retention(log, device, List.of(new Rule("note", null, 1)), null).apply(START);
        device.compact();
        log.close();

        assertThat(filesWith(SECRET + "19")).isNotEmpty();
        assertThat(filesWith(SECRET + "3\"")).isEmpty();
        open();
        assertThat(left(stream("note", "a"))).containsExactly(20L);
    }

    private List<Path> filesWith(String text) throws IOException {
        try (var files = Files.walk(home.resolve("log"))) {
            var found = new ArrayList<Path>();
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                        .contains(text)) {
                    found.add(file);
                }
            }
            return found;
        }
    }

    @Test
    void whatIsArchivedIsReadBack() throws Exception {
        append(stream("note", "a"), 1000);
        append(stream("note", "b"), 1000);
        var before = all();
        var archive = new Archive(home.resolve("archive"));
        var retention = new Retention(log, device, List.of(new Rule("note", null, 1)), archive);
        assertThat(retention.apply(START)).isZero(); // nothing is archived yet

        var taken = archive.takeOver(log, 300);
        assertThat(taken).isPositive().isLessThanOrEqualTo(2000);
        assertThat(taken % 300).isZero();
        assertThat(archive.takeOver(log, 300)).isZero();
        assertThat(retention.apply(START)).isBetween(taken - 2, taken);
        assertThat(all()).isNotEqualTo(before);

        var reopened = new Archive(home.resolve("archive"));
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var last = (int) reopened.last(partition);
            assertThat(last).isEqualTo((int) archive.last(partition));
            if (last > 0) {
                var mine = partition;
                var events = before.stream().filter(e -> e.partition() == mine).toList();
                assertThat(reopened.read(partition, 1, bound(9999)))
                        .isEqualTo(events.subList(0, last));
                assertThat(reopened.read(partition, 257, bound(2)))
                        .isEqualTo(events.subList(256, 258));
                assertThat(reopened.read(partition, last + 1, bound(9))).isEmpty();
            }
        }
        log.close();
        device = new RocksLogDevice(home.resolve("log"), PARTITIONS);
        log = EventLog.open(new ArchivedLogDevice(device, reopened));
        assertThat(all()).isEqualTo(before);
        assertThat(log.readStream(stream("note", "a"), 1, 4096))
                .hasSize(1000)
                .noneMatch(event -> event.data().isRemoved());
        var again = new Retention(log, device, List.of(new Rule("note", null, 1)), reopened);
        assertThat(again.apply(START)).isZero(); // though the log shows all of it
    }

    private static LogDevice.Bound bound(int events) {
        return new LogDevice.Bound(events, Long.MAX_VALUE);
    }

    /** As after a restore to a position before. */
    @Test
    void anArchiveOfAnotherHistoryIsNotTakenForThis() throws Exception {
        append(stream("note", "a"), 100);
        var archive = new Archive(home.resolve("archive"));
        archive.takeOver(log, 100);
        log.close();
        device = new RocksLogDevice(home.resolve("other"), PARTITIONS);
        log = EventLog.open(new ArchivedLogDevice(device, archive));
        append(stream("note", "a"), 100);
        assertThatThrownBy(() -> archive.takeOver(log, 100))
                .hasMessageContaining("another history");
        var retention = new Retention(log, device, List.of(new Rule("note", null, 1)), archive);
        assertThatThrownBy(() -> retention.apply(START)).hasMessageContaining("another history");

        var partition = log.partition(stream("note", "a"));
        log.remove(partition, List.of(7L));
        assertThat(log.read(partition, 7, 1).getFirst().data().isRemoved()).isTrue();
    }

    @Test
    void whatIsGoneIsNotArchivedAsIfItWereThere() throws Exception {
        append(stream("note", "a"), 100);
        log.remove(log.partition(stream("note", "a")), List.of(50L));
        assertThatThrownBy(() -> new Archive(home.resolve("archive")).takeOver(log, 100))
                .hasMessageContaining("position 50");
        assertThat(new Archive(home.resolve("archive")).last(log.partition(stream("note", "a"))))
                .isZero();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new Rule("a", null, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rule("a", null, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rule("a", Duration.ZERO, null))
                .isInstanceOf(IllegalArgumentException.class);
        var twice = List.of(new Rule("a", null, 1), new Rule("a", null, 2));
        assertThatThrownBy(() -> new Retention(log, device, twice, null))
                .hasMessage("two rules for a");
        assertThatThrownBy(() -> log.remove(0, List.of(1L)))
                .hasMessage("no event in partition 0 at 1");
        assertThatThrownBy(() ->
                        Append.to(
                                stream("a", "b"),
                                Expected.any(),
                                List.of(EventData.of(new UUID(0, 1), "$removed", START, ""))))
                .hasMessageContaining("$removed");
    }
}
