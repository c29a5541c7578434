package dev.lumiere.eventlog.view;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.events;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlueGreenViewTest {
    private static final int ROUNDS = Boolean.getBoolean("lumiere.soak") ? 60 : 6;

    @TempDir Path home;
    private EventLog log;
    private int events;

    /**
     * Counts events, and says of which version the count is. Version 3 cannot read the tenth.
     *
     * @param may take in so many
     * @param told how many were, by this one
     */
    private record Total(int version, Semaphore may, AtomicLong told) implements Projection {
        private Total(int version) {
            this(version, new Semaphore(Integer.MAX_VALUE));
        }

        private Total(int version, Semaphore may) {
            this(version, may, new AtomicLong());
        }

        @Override
        public String name() {
            return "total";
        }

        @Override
        public void apply(Event event, Index index) throws IOException {
            try {
                may.acquire();
            } catch (InterruptedException _) {
                throw new IllegalStateException("interrupted");
            }
            var before = index.get("total");
            var total = before == null ? 0 : Long.parseLong(before.split(":", 2)[1]);
            if (version == 3 && total == 9) {
                throw new IllegalStateException("ten is too much");
            }
            index.put("total", version + ":" + (total + 1));
            told.incrementAndGet();
        }
    }

    @BeforeEach
    void open() throws IOException {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private BlueGreenView view(Total next) throws Exception {
        return BlueGreenView.open(home.resolve("views"), log, next);
    }

    private BlueGreenView view(Total next, Total previous) throws Exception {
        return BlueGreenView.open(home.resolve("views"), log, next, previous);
    }

    private Event.Place append(int count) throws InterruptedException {
        AppendOutcome outcome = new AppendOutcome.Refused("nothing");
        for (var i = 0; i < count; i++) {
            var append = Append.to(stream("a"), Expected.any(), List.of(event(++events)));
            outcome = log.append(append, LONG);
        }
        return ((AppendOutcome.Appended) outcome).last();
    }

    private static String total(BlueGreenView view) throws IOException {
        return view.read(index -> String.valueOf(index.get("total")));
    }

    private List<String> folders() throws IOException {
        try (var files = Files.list(home.resolve("views/total"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** What a release leaves when it ends, having taken in so many events. */
    private void released(int version, int count) throws Exception {
        try (var view = view(new Total(version))) {
            assertThat(view.waitFor(append(count), LONG)).isTrue();
        }
    }

    @Test
    void aReleaseWithTheNewProjectionAloneReadsTheOldIndexUntilTheNewOneHasComeAsFar()
            throws Exception {
        released(1, 20);
        var may = new Semaphore(0);
        try (var view = view(new Total(2, may));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var more = append(5);
            assertThat(view.version()).isEqualTo(1);
            assertThat(total(view)).isEqualTo("1:20");
            int seen = view.read(Index::version);
            assertThat(seen).isEqualTo(1);
            assertThat(view.position()).isEqualTo(PositionVector.parse("20"));
            assertThat(view.lag()).isEqualTo(5);
            assertThat(view.waitFor(new Event.Place(0, 20), Duration.ZERO)).isTrue();
            assertThat(view.waitFor(more, Duration.ofMillis(10))).isFalse();
            assertThat(folders()).containsExactly("1-v1", "2-v2", "live", "lock");

            var waiting = threads.submit(() -> view.waitFor(more, LONG) ? total(view) : "");
            may.release(10_000);
            assertThat(waiting.get()).isEqualTo("2:25");
            seen = view.read(Index::version);
            assertThat(seen).isEqualTo(2).isEqualTo(view.version());
            await().until(() -> folders().equals(List.of("2-v2", "live", "lock")));
            assertThat(home.resolve("views/total/live")).hasContent("2-v2");
        }
        released(2, 1);
        try (var view = view(new Total(2, new Semaphore(0)))) {
            assertThat(total(view)).isEqualTo("2:26");
        }
    }

    @Test
    void theOldIndexGoesOnIfItsProjectionIsGiven() throws Exception {
        released(1, 20);
        var may = new Semaphore(0);
        try (var view = view(new Total(2, may), new Total(1))) {
            assertThat(view.waitFor(append(5), LONG)).isTrue();
            assertThat(total(view)).isEqualTo("1:25");
            may.release(10_000);
            await().until(() -> view.version() == 2);
            assertThat(view.waitFor(append(1), LONG)).isTrue();
            assertThat(total(view)).isEqualTo("2:26");
        }
    }

    /** A reader never fails and never sees less than before, although the new one lags behind. */
    @Test
    void theSwitchIsBetweenTwoReads() throws Exception {
        released(1, 20);
        var reading = new AtomicBoolean(true);
        var may = new Semaphore(0);
        try (var view = view(new Total(2, may), new Total(1));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reader =
                    threads.submit(() -> {
                        var seen = new ArrayList<String>();
                        while (reading.get()) {
                            seen.add(total(view));
                        }
                        return seen;
                    });
            var allowed = 0;
            while (view.version() == 1) {
                var place = append(1);
                while (!view.waitFor(place, Duration.ofMillis(50))) {
                    may.release(events - allowed); // the old one waits for the new one
                    allowed = events;
                }
                assertThat(total(view)).endsWith(":" + events);
                if (events % 8 == 0) {
                    may.release(events - allowed);
                    allowed = events;
                }
            }
            reading.set(false);
            var totals =
                    reader.get().stream().map(t -> Long.parseLong(t.split(":", 2)[1])).toList();
            assertThat(totals).isSorted();
            assertThat(total(view)).isEqualTo("2:" + events);
        }
    }

    @Test
    void aSwitchThatCannotBeWrittenIsNone() throws Exception {
        released(1, 20);
        var may = new Semaphore(0);
        var next = new Total(2, may);
        try (var view = view(next, new Total(1))) {
            var inTheWay = Files.createDirectory(home.resolve("views/total/live.new"));
            may.release(10_000);
            await().until(() -> next.told.get() == 20);
            assertThat(view.waitFor(append(1), LONG)).isTrue();
            assertThat(total(view)).isEqualTo("1:21");
            assertThat(folders()).contains("1-v1");
            Files.delete(inTheWay);
            await().until(() -> view.version() == 2);
            assertThat(total(view)).isEqualTo("2:21");
        }
    }

    @Test
    void whatCannotTakeOverIsToldAndTheOldIndexStays() throws Exception {
        released(1, 20);
        try (var view = view(new Total(3), new Total(1))) {
            await().until(() -> view.stopped() != null);
            assertThat(view.stopped())
                    .isEqualTo(
                            new View.Stop(
                                    new Event.Place(0, 10),
                                    PositionVector.parse("9"),
                                    "ten is too much"));
            assertThat(view.waitFor(append(1), LONG)).isTrue();
            assertThat(total(view)).isEqualTo("1:21");
            view.resume();
            await().until(() -> view.stopped() != null);
        }
        try (var view = view(new Total(1))) { // the release before comes back
            assertThat(total(view)).isEqualTo("1:21");
            assertThat(folders()).containsExactly("1-v1", "live", "lock");
        }
    }

    /** As a process leaves it that is killed at each step. */
    @Test
    void aCrashLeavesTheOldOrTheNew() throws Exception {
        released(1, 20);
        var views = home.resolve("views/total");
        try (var view = view(new Total(2, new Semaphore(0)))) { // nothing is folded yet
            assertThat(view.version()).isEqualTo(1);
        }
        Files.move(views.resolve("1-v1"), views.resolve("kept"));
        Files.createDirectory(views.resolve("1-v1.gone"));
        Files.writeString(views.resolve("1-v1.gone/CURRENT"), "half of it is deleted");
        Files.writeString(views.resolve("live"), "2-v2");
        released(2, 1);
        assertThat(folders()).containsExactly("2-v2", "kept", "live", "lock");

        Files.move(views.resolve("kept"), views.resolve("1-v1")); // not deleted yet
        try (var view = view(new Total(2))) {
            assertThat(total(view)).isEqualTo("2:21");
            assertThat(folders()).containsExactly("2-v2", "live", "lock");
        }
        Files.delete(views.resolve("live"));
        try (var view = view(new Total(2))) {
            assertThat(total(view)).isEqualTo("2:21");
        }
    }

    /** Of which nothing was read yet. */
    @Test
    void aDamagedNewIndexIsFoldedAnew() throws Exception {
        released(1, 20);
        var folder = Files.createDirectories(home.resolve("views/total/2-v2"));
        Files.writeString(folder.resolve("CURRENT"), "MANIFEST-000007\n");
        try (var view = view(new Total(2))) {
            await().until(() -> view.version() == 2);
            assertThat(total(view)).isEqualTo("2:20");
        }
    }

    private static final class FoldedInPart implements Projection {
        private final Total total = new Total(2);

        @Override
        public String name() {
            return total.name();
        }

        @Override
        public int version() {
            return total.version();
        }

        @Override
        public void apply(Event event, Index index) throws IOException {
            if (event.position() == 1200) {
                System.out.println("killed here");
                LockSupport.park();
            }
            total.apply(event, index);
        }
    }

    /** The process: folds version 2 as far as the twelve hundredth event. */
    static final class Folding {
        private Folding() {}

        public static void main(String[] args) throws Exception {
            var home = Path.of(args[0]);
            var log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
            var view = BlueGreenView.open(home.resolve("views"), log, new FoldedInPart());
            System.out.println(total(view));
            new CountDownLatch(1).await();
        }
    }

    private Process process(Class<?> main, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(main.getName(), home.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    @Test
    void aProcessThatIsKilledGoesOnWhereItWas() throws Exception {
        var many = Append.to(stream("a"), Expected.any(), events(1, 1999));
        assertThat(log.append(many, LONG)).isInstanceOf(AppendOutcome.Appended.class);
        events = 1999;
        released(1, 1);
        log.close();

        var process = process(Folding.class);
        try (var output = process.inputReader()) {
            assertThat(List.of(output.readLine(), output.readLine()))
                    .containsExactlyInAnyOrder("1:2000", "killed here");
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(folders()).containsExactly("1-v1", "2-v2", "live", "lock");

        open();
        var may = new Semaphore(0);
        var next = new Total(2, may);
        try (var view = view(next)) {
            assertThat(total(view)).isEqualTo("1:2000");
            may.release(10_000);
            assertThat(view.waitFor(append(1), LONG)).isTrue();
            assertThat(total(view)).isEqualTo("2:2001");
            assertThat(next.told)
                    .satisfies(told ->
                            assertThat(told.get())
                                    .isBetween(1L, 1000L)); // the rest was taken in before
        }
    }

    @Test
    void theFolderIsOneViews() throws Exception {
        released(1, 1);
        try (var view = view(new Total(1))) {
            assertThatThrownBy(() -> view(new Total(2)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("views/total is open elsewhere");
            assertThat(total(view)).isEqualTo("1:1");
        }
        assertThatThrownBy(() -> view(new Total(2), new Total(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("total-2 is not another version of total-2");
    }

    /** The process: a release that appends, and tells what it reads. */
    static final class Releasing {
        private Releasing() {}

        public static void main(String[] args) throws Exception {
            var home = Path.of(args[0]);
            var version = Integer.parseInt(args[1]);
            var log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
            var views = home.resolve("views");
            var view =
                    args.length == 2
                            ? BlueGreenView.open(views, log, new Total(version))
                            : BlueGreenView.open(
                                    views, log, new Total(version), new Total(version - 1));
            Thread.startVirtualThread(() -> appendForEver(log));
            while (true) {
                System.out.println(total(view));
            }
        }

        private static void appendForEver(EventLog log) {
            try {
                while (true) {
                    var event = event(UUID.randomUUID(), "{}");
                    log.append(Append.to(stream("a"), Expected.any(), List.of(event)), LONG);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Before, at and after the switch: the next never reads less. */
    @Test
    void releasesThatAreKilledLoseNothing() throws Exception {
        var many = Append.to(stream("a"), Expected.any(), events(1, 2000));
        assertThat(log.append(many, LONG)).isInstanceOf(AppendOutcome.Appended.class);
        try (var view = view(new Total(4))) {
            assertThat(view.waitFor(new Event.Place(0, 2000), LONG)).isTrue();
        }
        log.close();

        var random = new Random(5);
        var seen = 2000L;
        for (var round = 0; round < ROUNDS; round++) {
            var version = Integer.toString(5 + round / 2); // twice each: it goes on, or is done
            var lines = 1 + random.nextInt(1 << random.nextInt(14));
            var process =
                    round % 4 < 2
                            ? process(Releasing.class, version)
                            : process(Releasing.class, version, "with the previous");
            try (var output = process.inputReader()) {
                for (var line = 0; line < lines; line++) {
                    var total = Long.parseLong(output.readLine().split(":", 2)[1]);
                    assertThat(total).isGreaterThanOrEqualTo(seen);
                    seen = total;
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        open();
        try (var view = view(new Total(1))) {
            await().until(() -> view.version() == 1 && view.lag() == 0);
            assertThat(total(view)).isEqualTo("1:" + log.end().of(0));
        }
    }
}
