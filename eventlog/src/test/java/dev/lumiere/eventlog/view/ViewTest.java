package dev.lumiere.eventlog.view;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

class ViewTest {
    private static final int PARTITIONS = 3;

    @TempDir Path home;
    private EventLog log;
    private int events;
    private volatile boolean canReadSeven = true;

    @BeforeEach
    void open() throws IOException {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), PARTITIONS));
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    /** How many events each stream has, and the ids of all; not the same twice. */
    private final class Counts implements Projection {
        private final int version;

        private Counts(int version) {
            this.version = version;
        }

        @Override
        public String name() {
            return "counts";
        }

        @Override
        public int version() {
            return version;
        }

        @Override
        public void apply(Event event, Index index) throws IOException {
            var key = "stream/" + event.stream();
            var before = index.get(key);
            index.put(key, Integer.toString(before == null ? 1 : Integer.parseInt(before) + 1));
            if (index.get("id/" + event.data().id()) != null) {
                throw new IllegalStateException("taken in twice");
            }
            index.put("id/" + event.data().id(), event.place().toString());
            if (event.data().id().equals(new UUID(0, 7)) && !canReadSeven) {
                throw new IllegalStateException("seven is not a number");
            }
        }
    }

    private View view(String folder, int version) throws IOException, InterruptedException {
        return View.open(home.resolve(folder), log, new Counts(version));
    }

    private Event.Place append(String key, int count) throws InterruptedException {
        AppendOutcome outcome = new AppendOutcome.Refused("nothing was appended");
        for (var i = 0; i < count; i++) {
            outcome =
                    log.append(
                            Append.to(stream(key), Expected.any(), List.of(event(++events))), LONG);
        }
        return ((AppendOutcome.Appended) outcome).last();
    }

    private static Map<String, String> counts(View view) throws IOException {
        return view.read(index ->
                index.scan("stream/", "", 100).stream()
                        .collect(Collectors.toMap(Index.Entry::key, Index.Entry::value)));
    }

    /** What the view should be. */
    private Map<String, String> fold() throws IOException {
        var counts = new TreeMap<String, Integer>();
        for (var partition = 0; partition < PARTITIONS; partition++) {
            for (var event : log.read(partition, 1, 4096)) {
                counts.merge("stream/" + event.stream(), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toString()));
    }

    @Test
    void whoAppendsReadsWhatCameOfItOnAnyReplica() throws Exception {
        try (var one = view("one", 1);
                var other = view("other", 1)) {
            for (var i = 0; i < 50; i++) {
                var place = append("s" + i % 5, 1);
                for (var replica : List.of(one, other)) {
                    assertThat(replica.waitFor(place, LONG)).isTrue();
                    var key = "stream/" + stream("s" + i % 5);
                    String count = replica.read(index -> index.get(key));
                    assertThat(count).isEqualTo(Integer.toString(i / 5 + 1));
                }
            }
            assertThat(counts(one)).isEqualTo(fold()).isEqualTo(counts(other));
            assertThat(one.lag()).isZero();
            assertThat(one.position()).isEqualTo(log.end());
            assertThat(one.waitFor(new Event.Place(0, 9999), Duration.ofMillis(1))).isFalse();
        }
    }

    /** Of one partition alone. */
    private record CountsOf(int partition, Projection counts) implements Projection {
        @Override
        public String name() {
            return "counts-" + partition;
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public boolean takes(int each) {
            return each == partition;
        }

        @Override
        public void apply(Event event, Index index) throws IOException {
            counts.apply(event, index);
        }
    }

    @Test
    void aViewOfAPartitionTakesInThatAndWaitsForNoOther() throws Exception {
        for (var i = 0; i < 60; i++) {
            append("s" + i % 20, 1);
        }
        var all = new TreeMap<String, String>();
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var folder = home.resolve("parts");
            var counts = new CountsOf(partition, new Counts(1));
            try (var view = View.open(folder, log, counts)) {
                assertThat(view.waitFor(log.end(), LONG)).isTrue();
                assertThat(view.lag()).isZero();
                assertThat(view.position())
                        .isEqualTo(
                                PositionVector.start(PARTITIONS)
                                        .with(partition, log.end().of(partition)));
                assertThat(view.following().partitions()).containsOnlyKeys(partition);
                var elsewhere = new Event.Place((partition + 1) % PARTITIONS, 9999);
                assertThat(view.waitFor(elsewhere, Duration.ZERO)).isTrue();
                assertThat(counts(view)).isNotEmpty();
                all.putAll(counts(view));
            }
            append("s1", 1);
            try (var view = View.open(folder, log, counts)) { // and goes on where it was
                assertThat(view.waitFor(log.end(), LONG)).isTrue();
                all.putAll(counts(view));
            }
        }
        try (var whole = view("whole", 1)) {
            assertThat(whole.waitFor(log.end(), LONG)).isTrue();
            assertThat(all.keySet()).isEqualTo(counts(whole).keySet());
        }
    }

    @Test
    void itGoesOnWhereItStoppedAndIsFoldedAnewWhereItIsLost() throws Exception {
        append("a", 3000);
        try (var view = view("views", 1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
        }
        append("b", 10);
        try (var view = view("views", 1)) {
            assertThat(view.position()).isNotEqualTo(PositionVector.start(PARTITIONS));
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            assertThat(counts(view)).isEqualTo(fold());
        }
        try (var view = view("lost", 1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            assertThat(counts(view)).isEqualTo(fold());
        }
    }

    /** Copied while it runs, as a process that is killed leaves it. */
    @Test
    void aKilledReplicaTakesNothingInTwice() throws Exception {
        var random = new java.util.Random(3);
        for (var round = 0; round < 5; round++) {
            var killed = home.resolve("killed" + round);
            try (var view = view("running" + round, 1)) {
                append("r" + round, 300 + random.nextInt(300));
                assertThat(view.waitFor(PositionVector.start(PARTITIONS), LONG)).isTrue();
                copy(home.resolve("running" + round + "/counts-1"), killed.resolve("counts-1"));
            }
            append("r" + round, 100);
            try (var view = view("killed" + round, 1)) {
                assertThat(view.waitFor(log.end(), LONG)).isTrue();
                assertThat(view.stopped()).isNull();
                assertThat(counts(view)).isEqualTo(fold());
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            // the log last written is last: what it says is in the others is there
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!file.endsWith("LOCK")) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
    }

    @Test
    void whatCannotBeTakenInStopsItUntilItIsRepaired() throws Exception {
        canReadSeven = false;
        append("a", 6);
        var seven = append("a", 1);
        append("a", 3);
        try (var view = view("views", 1)) {
            await().until(() -> view.stopped() != null);
            assertThat(view.stopped())
                    .isEqualTo(
                            new View.Stop(
                                    seven,
                                    PositionVector.start(PARTITIONS)
                                            .with(seven.partition(), seven.position() - 1),
                                    "seven is not a number"));
            assertThat(counts(view)).isEqualTo(Map.of("stream/" + stream("a"), "6"));
            assertThat(view.lag()).isEqualTo(4);

            view.resume();
            await().until(() -> view.stopped() != null);
            canReadSeven = true;
            view.resume();
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            assertThat(counts(view)).isEqualTo(fold());
        }
    }

    @Test
    void anotherVersionIsFoldedBesideTheOld() throws Exception {
        append("a", 100);
        try (var old = view("views", 1)) {
            assertThat(old.waitFor(log.end(), LONG)).isTrue();
            try (var changed = view("views", 2)) {
                append("b", 1);
                assertThat(changed.waitFor(log.end(), LONG)).isTrue();
                assertThat(old.waitFor(log.end(), LONG)).isTrue();
                assertThat(counts(changed)).isEqualTo(fold()).isEqualTo(counts(old));
            }
        }
    }

    @Test
    void aViewOfAnotherLogIsRefused() throws Exception {
        append("a", 10);
        try (var view = view("views", 1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
        }
        try (var other = EventLog.open(new RocksLogDevice(home.resolve("other"), PARTITIONS))) {
            assertThatThrownBy(() -> View.open(home.resolve("views"), other, new Counts(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("it is not of this log");
        }
    }

    /** As after a restore to a position before, when the log has grown over it again. */
    @Test
    void aViewOfAnotherHistoryIsRefused() throws Exception {
        var last = append("a", 10);
        try (var view = view("views", 1)) {
            assertThat(view.waitFor(last, LONG)).isTrue();
            view.snapshot(home.resolve("snapshot"));
        }
        log.remove(last.partition(), List.of(last.position())); // its id stays
        view("views", 1).close();

        log.close();
        events = 0;
        log = EventLog.open(new RocksLogDevice(home.resolve("restored log"), PARTITIONS));
        append("a", 9);
        events = 50;
        append("a", 20);
        var told =
                "took in event %s at position 10 of partition %d, where the log has event %s"
                        .formatted(new UUID(0, 10), last.partition(), new UUID(0, 51));
        assertThatThrownBy(() -> view("views", 1))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(home.resolve("views/counts-1").toString(), told);
        assertThatThrownBy(() -> fromSnapshot(1))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(home.resolve("snapshot").toString(), told);
    }

    /** As a replica is after a power cut. */
    @Test
    void aLogThatIsBehindIsWaitedFor() throws Exception {
        append("a", 10);
        try (var view = view("views", 1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
        }
        var replica = new FollowingLogDevice(log);
        try (var behind = replica.open()) {
            replica.canCatchUp(false);
            assertThatThrownBy(() -> View.open(home.resolve("views"), behind, new Counts(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("it did not catch up within PT30S");
            replica.canCatchUp(true);
            try (var view = View.open(home.resolve("views"), behind, new Counts(1))) {
                assertThat(view.position()).isEqualTo(log.end());
            }
        }
    }

    @Test
    void aFolderOfSomethingElseIsRefused() throws Exception {
        var folder = Files.createDirectories(home.resolve("views/counts-1"));
        try (var db = RocksDB.open(folder.toString())) {
            db.put(new byte[] {'k'}, new byte[] {'v'});
        }
        assertThatThrownBy(() -> view("views", 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is the view of unknown partitions, not counts-1 of 3");
    }

    @Test
    void aNameThatIsNoFolderIsRefused() {
        assertThatThrownBy(() -> view("views", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("version of the view counts below 1: 0");
        assertThatThrownBy(() -> new Form("../counts", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("../counts");
    }

    @Test
    void itIsReadByKeyAndByPrefix() throws Exception {
        for (var key : List.of("a", "b", "c", "d")) {
            append(key, 1);
        }
        try (var view = view("views", 1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            var first = view.read(index -> index.scan("stream/", "", 2));
            assertThat(first)
                    .extracting(Index.Entry::key)
                    .containsExactly("stream/count-a", "stream/count-b");
            var second = view.read(index -> index.scan("stream/", first.getLast().key(), 9));
            assertThat(second)
                    .extracting(Index.Entry::key)
                    .containsExactly("stream/count-c", "stream/count-d");
            var none = view.read(index -> index.scan("x", "", 9));
            assertThat(none).isEmpty();
            assertThatThrownBy(() ->
                            view.read(index -> {
                                index.put("k", "v");
                                return index;
                            }))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void itEndsWithTheLog() throws Exception {
        append("a", 10);
        try (var view = view("views", 1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            log.close();
            await().until(() ->
                    Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().equals("view-counts")));
            assertThat(view.stopped()).isNull();
            assertThat(counts(view)).containsEntry("stream/count-a", "10");
        }
    }

    /** Which would take the process with it. */
    @Test
    void whatIsClosedIsNotRead() throws Exception {
        View closed;
        try (var view = view("views", 1)) {
            closed = view;
        }
        assertThatThrownBy(() -> closed.read(index -> index.get("k")))
                .isInstanceOf(IOException.class)
                .hasMessage("the view counts is closed");
    }

    @Test
    void aSnapshotIsTakenWhileItGoesOnAndIsABeginning() throws Exception {
        append("a", 200);
        try (var view = view("views", 1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            var appending = Thread.startVirtualThread(() -> appendMany("b", 300));
            view.snapshot(home.resolve("snapshot"));
            appending.join();
            assertThatThrownBy(() -> view.snapshot(home.resolve("snapshot")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no snapshot in");
        }
        append("c", 10);
        try (var view = fromSnapshot(1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            assertThat(view.stopped()).isNull();
            assertThat(counts(view)).isEqualTo(fold());
        }
        append("c", 10);
        try (var view = fromSnapshot(1)) { // which is not used, since there is one
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            assertThat(counts(view)).isEqualTo(fold());
        }
    }

    private void appendMany(String key, int count) {
        try {
            append(key, count);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private View fromSnapshot(int version) throws IOException, InterruptedException {
        return View.open(
                home.resolve("restored"), log, new Counts(version), home.resolve("snapshot"));
    }

    @Test
    void aSnapshotThatDoesNotFitIsRefused() throws Exception {
        append("a", 20);
        try (var view = view("views", 1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            view.snapshot(home.resolve("snapshot"));
        }
        assertThatThrownBy(() -> fromSnapshot(2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is the view counts-1 of 3 partitions, not counts-2 of 3");
        try (var other = EventLog.open(new RocksLogDevice(home.resolve("other"), PARTITIONS))) {
            assertThatThrownBy(() ->
                            View.open(
                                    home.resolve("restored"),
                                    other,
                                    new Counts(1),
                                    home.resolve("snapshot")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("it is not of this log");
        }
        assertThatThrownBy(() ->
                        View.open(
                                home.resolve("restored"), log, new Counts(1), home.resolve("log")))
                .isInstanceOf(IOException.class);
        assertThat(home.resolve("restored")).isEmptyDirectory();
        try (var view = fromSnapshot(1)) {
            assertThat(view.waitFor(log.end(), LONG)).isTrue();
            assertThat(counts(view)).isEqualTo(fold());
        }
    }

    /** Which sees what was changed a moment ago over what is stored. */
    @Test
    void whoFoldsScansWhatIsChanged() throws Exception {
        var scanned = new ArrayList<List<String>>();
        var projection =
                new Projection() {
                    @Override
                    public String name() {
                        return "scans";
                    }

                    @Override
                    public int version() {
                        return 1;
                    }

                    @Override
                    public void apply(Event event, Index index) throws IOException {
                        var number = event.version();
                        index.put("k/" + number % 3, Long.toString(number));
                        index.put("l", "x");
                        index.delete("k/" + (number + 1) % 3);
                        scanned.add(
                                index.scan("k/", number > 4 ? "k/0" : "", 9).stream()
                                        .map(entry -> entry.key() + "=" + entry.value())
                                        .toList());
                    }
                };
        try (var view = View.open(home.resolve("views"), log, projection)) {
            for (var i = 0; i < 6; i++) {
                var place = append("a", 1);
                assertThat(view.waitFor(place, LONG)).isTrue();
            }
        }
        assertThat(scanned)
                .containsExactly(
                        List.of("k/1=1"),
                        List.of("k/1=1", "k/2=2"),
                        List.of("k/0=3", "k/2=2"),
                        List.of("k/0=3", "k/1=4"),
                        List.of("k/1=4", "k/2=5"),
                        List.of("k/2=5"));
    }
}
