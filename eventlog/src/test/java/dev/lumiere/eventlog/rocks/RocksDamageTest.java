package dev.lumiere.eventlog.rocks;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a damaged folder is taken for: never for another history than was written. */
class RocksDamageTest {
    private static final int PARTITIONS = 2;
    private static final int STREAMS = 7;
    private static final int BLOCK_BYTES = 512;
    private static final boolean SOAK = Boolean.getBoolean("lumiere.soak");

    @TempDir Path home;

    private Path fill(String name, int events) throws Exception {
        var folder = home.resolve(name);
        var log = EventLog.open(new RocksLogDevice(folder, PARTITIONS));
        try (log) {
            append(log, 1, events);
        }
        return folder;
    }

    private static void append(EventLog log, int from, int to) throws Exception {
        for (var i = from; i <= to; i++) {
            var payload = "{\"number\":" + i + ",\"text\":\"" + "x".repeat(i % 50) + "\"}";
            var event = event(new UUID(0, i), payload);
            var outcome =
                    log.append(
                            Append.to(stream("s" + i % STREAMS), Expected.any(), List.of(event)),
                            LONG);
            assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class);
        }
    }

    /** All there is, read in every way there is. */
    private static List<Event> history(Path folder) throws IOException {
        try (var log = EventLog.open(new RocksLogDevice(folder, PARTITIONS))) {
            var all = new ArrayList<Event>();
            var versions = new TreeMap<String, Long>();
            for (var partition = 0; partition < PARTITIONS; partition++) {
                for (var events = log.read(partition, 1, 100);
                        !events.isEmpty();
                        events = log.read(partition, events.getLast().position() + 1, 100)) {
                    all.addAll(events);
                }
            }
            for (var event : all) {
                versions.merge(event.stream().toString(), 1L, Long::sum);
                assertThat(log.readStream(event.stream(), event.version(), 1))
                        .containsExactly(event);
                assertThat(log.find(event.data().id())).isEqualTo(event.place());
            }
            for (var version : versions.entrySet()) {
                assertThat(log.version(StreamId.parse(version.getKey())))
                        .isEqualTo(version.getValue());
            }
            return all;
        }
    }

    @Test
    void aFlippedBitIsFoundOrHarmless() throws Exception {
        var whole = fill("whole", 300);
        var history = history(whole);
        var found = 0;
        for (var name : names(whole)) {
            var size = Files.size(whole.resolve(name));
            for (var at = 0L; at < size; at += BLOCK_BYTES) {
                var damaged = copy(whole);
                flip(damaged.resolve(name), Math.min(size - 1, at + (at / BLOCK_BYTES) % 97));
                var how = name + " at " + at;
                var isRefused = isRefused(damaged, history, how);
                var findings = Verification.of(damaged).findings();
                if (name.matches("OPTIONS-.*|IDENTITY")) { // which nobody reads
                    assertThat(isRefused).as(how).isFalse();
                } else {
                    assertThat(findings).as(how).isNotEmpty();
                    assertThat(findings).as(how).noneMatch(f -> f.where().isEmpty());
                    found++;
                }
            }
        }
        assertThat(found).isGreaterThan(50);
    }

    @Test
    void aShortenedFileIsFoundOrHarmless() throws Exception {
        var whole = fill("whole", 300);
        var history = history(whole);
        var found = 0;
        for (var name : names(whole)) {
            var size = Files.size(whole.resolve(name));
            for (var left : List.of(0L, size / 3, size / 2, size - 1)) {
                var damaged = copy(whole);
                truncate(damaged.resolve(name), Math.max(0, left));
                if (isRefused(damaged, history, name + " of " + left)) {
                    found++;
                }
            }
        }
        assertThat(found).isGreaterThan(10);
    }

    /** What was not closed has its newest events in the write-ahead log alone. */
    @Test
    void aTornWriteAheadLogIsCutToWholeAppends() throws Exception {
        var folder = home.resolve("open");
        var log = EventLog.open(new RocksLogDevice(folder, PARTITIONS));
        Path killed;
        List<Event> history;
        try (log) {
            append(log, 1, 60);
            killed = copy(folder);
            history = history(copy(killed));
        }
        assertThat(history).hasSize(60);
        var wal =
                names(killed).stream()
                        .filter(name -> name.endsWith(".log"))
                        .max(String::compareTo)
                        .orElseThrow();
        var size = Files.size(killed.resolve(wal));
        var lost = 0;
        var stride = SOAK ? 1 : 331;
        for (var left = size; left >= 0; left -= size - left < 400 ? Math.min(7, stride) : stride) {
            var torn = copy(killed);
            truncate(torn.resolve(wal), left);
            var kept = history(torn);
            assertThat(kept).hasSizeLessThanOrEqualTo(60);
            for (var partition = 0; partition < PARTITIONS; partition++) {
                var mine = partition;
                var before = history.stream().filter(e -> e.partition() == mine).toList();
                var after = kept.stream().filter(e -> e.partition() == mine).toList();
                assertThat(after).isEqualTo(before.subList(0, after.size()));
            }
            lost = Math.max(lost, 60 - kept.size());
        }
        assertThat(lost).isGreaterThan(50);
    }

    @Test
    void aDamagedMiddleOfTheWriteAheadLogIsRefused() throws Exception {
        var folder = home.resolve("open");
        var log = EventLog.open(new RocksLogDevice(folder, PARTITIONS));
        try (log) {
            append(log, 1, 60);
            var history = history(copy(folder));
            var wal =
                    names(folder).stream()
                            .filter(name -> name.endsWith(".log"))
                            .max(String::compareTo)
                            .orElseThrow();
            var size = Files.size(folder.resolve(wal));
            for (var at = size / 10; at < size / 2; at += size / 10) {
                var damaged = copy(folder);
                flip(damaged.resolve(wal), at);
                assertThat(isRefused(damaged, history, wal + " at " + at)).isTrue();
            }
        }
    }

    /** Whether it cannot be read; if it can, it is what it was. */
    private static boolean isRefused(Path damaged, List<Event> history, String how) {
        try {
            assertThat(history(damaged)).as(how).isEqualTo(history);
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private Path copy(Path folder) throws IOException {
        var copy = Files.createTempDirectory(home, "copy");
        for (var name : names(folder)) {
            Files.copy(folder.resolve(name), copy.resolve(name));
        }
        return copy;
    }

    /** Of all that matters: not of what RocksDB tells people, or locks itself by. */
    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("LOG") && !name.equals("LOCK"))
                    .sorted()
                    .toList();
        }
    }

    private static void flip(Path file, long at) throws IOException {
        var bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= (byte) (1 << (at % 8));
        Files.write(file, bytes);
    }

    private static void truncate(Path file, long left) throws IOException {
        Files.write(
                file,
                Arrays.copyOf(Files.readAllBytes(file), (int) left),
                StandardOpenOption.TRUNCATE_EXISTING);
    }
}
