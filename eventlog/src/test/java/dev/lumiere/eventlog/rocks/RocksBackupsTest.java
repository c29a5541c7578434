package dev.lumiere.eventlog.rocks;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.PositionVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksBackupsTest {
    private static final int PARTITIONS = 3;

    @TempDir Path home;
    private RocksLogDevice device;
    private EventLog log;
    private RocksBackups backups;

    @BeforeEach
    void open() throws IOException {
        device = new RocksLogDevice(home.resolve("log"), PARTITIONS);
        log = EventLog.open(device);
        backups = new RocksBackups(home.resolve("backups"));
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private void append(int from, int to) throws InterruptedException {
        for (var i = from; i <= to; i++) {
            var outcome =
                    log.append(
                            Append.to(stream("s" + i % 10), Expected.any(), List.of(event(i))),
                            LONG);
            assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class);
        }
    }

    private static List<Event> upTo(EventLog log, PositionVector end) throws IOException {
        var all = new ArrayList<Event>();
        for (var partition = 0; partition < PARTITIONS; partition++) {
            all.addAll(log.read(partition, 1, 4096));
        }
        all.removeIf(event -> !end.includes(event.place()));
        return all;
    }

    private Path target(String name) {
        return home.resolve(name);
    }

    private void isTheLogUpTo(PositionVector end, Path restored) throws Exception {
        assertThat(Verification.of(restored).findings()).isEmpty();
        try (var copy = EventLog.open(new RocksLogDevice(restored, PARTITIONS))) {
            assertThat(copy.end()).isEqualTo(end);
            assertThat(upTo(copy, end)).isEqualTo(upTo(log, end));
            for (var i = 0; i < 10; i++) {
                var stream = stream("s" + i);
                assertThat(copy.readStream(stream, 1, 4096))
                        .isEqualTo(
                                log.readStream(stream, 1, 4096).stream()
                                        .limit(copy.version(stream))
                                        .toList());
            }
        }
    }

    @Test
    void whatWasBackedUpIsRestored() throws Exception {
        append(1, 500);
        var first = log.end();
        assertThat(backups.create(device).holds()).isEqualTo(first);
        append(501, 700);
        var second = backups.create(device);
        append(701, 800);

        assertThat(backups.list()).extracting(RocksBackups.Backup::number).containsExactly(1, 2);
        assertThat(backups.restore(1, target("a"), null)).isEqualTo(first);
        isTheLogUpTo(first, target("a"));
        assertThat(backups.restore(2, target("b"), null)).isEqualTo(second.holds());
        isTheLogUpTo(second.holds(), target("b"));
        backups.keep(1);
        assertThat(backups.list()).containsExactly(second);
    }

    @Test
    void aBackupIsMadeWhileTheLogGoesOn() throws Exception {
        var ends = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing =
                    threads.submit(() -> {
                        var i = 0;
                        for (; !ends.get(); i++) {
                            append(i, i);
                        }
                        return i;
                    });
            for (var number = 1; number <= 3; number++) {
                var backup = backups.create(device);
                var end = backups.restore(number, target("live" + number), null);
                assertThat(end.includes(backup.holds())).isTrue();
                isTheLogUpTo(end, target("live" + number));
            }
            ends.set(true);
            assertThat(writing.get()).isPositive();
        }
    }

    @Test
    void aBackupIsRestoredUpToAPosition() throws Exception {
        append(1, 200);
        var wanted = log.end();
        append(201, 2600);
        backups.create(device);

        assertThat(backups.restore(1, target("then"), wanted)).isEqualTo(wanted);
        isTheLogUpTo(wanted, target("then"));
        assertThat(backups.restore(1, target("none"), PositionVector.start(PARTITIONS)))
                .isEqualTo(PositionVector.start(PARTITIONS));
        isTheLogUpTo(PositionVector.start(PARTITIONS), target("none"));
        try (var copy = EventLog.open(new RocksLogDevice(target("then"), PARTITIONS))) { // goes on
            assertThat(copy.find(event(201).id())).isNull();
            var outcome =
                    copy.append(
                            Append.to(stream("s1"), Expected.version(20), List.of(event(201))),
                            LONG);
            assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class);
        }
    }

    /** As somebody who stops it half-way, of which a part may lie about. */
    @Test
    void whatIsInterruptedLeavesNothingThereAndIsDoneAgain() throws Exception {
        append(1, 50);
        var wanted = log.end();
        append(51, 100);
        backups.create(device);
        var place = Files.createDirectory(target("then"));
        Files.writeString(
                Files.createDirectory(target("then.restoring")).resolve("MANIFEST-7"), "");
        var seen = new ArrayList<PositionVector>();

        assertThatThrownBy(() ->
                        backups.restore(
                                1,
                                place,
                                wanted,
                                path -> {
                                    seen.add(end(path));
                                    throw new IOException("not today");
                                }))
                .hasMessage("not today");
        assertThatThrownBy(() -> backups.restore(1, place, wanted, new SeenAfter(seen)))
                .hasMessage("not today either");
        assertThat(seen).containsExactly(log.end(), wanted);
        assertThat(place).isEmptyDirectory();
        assertThat(target("then.restoring")).doesNotExist();

        assertThat(backups.restore(1, place, wanted)).isEqualTo(wanted);
        isTheLogUpTo(wanted, place);
        assertThat(target("then.restoring")).doesNotExist();
    }

    private static PositionVector end(Path path) throws IOException {
        try (var store = new RocksStore(path, PARTITIONS)) {
            return store.reads().end();
        }
    }

    private record SeenAfter(List<PositionVector> seen) implements RocksBackups.Witness {
        @Override
        public void before(Path log) {
            // it is seen by the other
        }

        @Override
        public void after(Path log) throws IOException {
            seen.add(end(log));
            throw new IOException("not today either");
        }
    }

    @Test
    void whatCannotBeRestoredIsRefused() throws Exception {
        append(1, 10);
        backups.create(device);
        assertThatThrownBy(() -> backups.restore(1, home.resolve("log"), null))
                .hasMessageContaining("nothing is put in its place");
        assertThatThrownBy(() -> backups.restore(2, target("a"), null))
                .hasMessageContaining("no sound backup 2");
        assertThatThrownBy(() -> backups.restore(1, target("a"), PositionVector.of(1, 2)))
                .hasMessageContaining("which has 3 partitions");
        assertThatThrownBy(() -> backups.restore(1, target("a"), PositionVector.of(1, 2, 99)))
                .hasMessageContaining("holds events up to");
        assertThat(target("a")).doesNotExist();
        Files.writeString(Files.createDirectory(target("full")).resolve("README"), "mine");
        assertThatThrownBy(() -> backups.restore(1, target("full"), null))
                .hasMessageContaining("full is not empty");

        try (var files = Files.walk(home.resolve("backups"))) {
            for (var file : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
                var bytes = Files.readAllBytes(file);
                bytes[bytes.length / 3] ^= 4;
                Files.write(file, bytes);
            }
        }
        assertThatThrownBy(() -> backups.restore(1, target("b"), null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("checksum");
    }
}
