package dev.lumiere.eventlog.view;

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
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlueGreenViewTest {
    @TempDir Path home;
    private EventLog log;
    private int events;

    /** Version 1 counts; version 2 counts in another unit; version 3 cannot read the tenth. */
    private record Total(int version, CountDownLatch mayGoOn) implements Projection {
        private Total(int version) {
            this(version, new CountDownLatch(0));
        }

        @Override
        public String name() {
            return "total";
        }

        @Override
        public void apply(Event event, Index index) throws IOException {
            try {
                mayGoOn.await();
            } catch (InterruptedException _) {
                throw new IllegalStateException("interrupted");
            }
            var before = index.get("total");
            var total = before == null ? 0 : Long.parseLong(before.substring(2));
            if (version == 3 && total == 9) {
                throw new IllegalStateException("ten is too much");
            }
            index.put("total", version + ":" + (total + 1));
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

    private BlueGreenView view(int version) throws IOException {
        return BlueGreenView.open(home.resolve("views"), log, new Total(version));
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

    /** A reader never fails, and never sees less than before. */
    @Test
    void anotherTakesItsPlaceBetweenTwoReads() throws Exception {
        append(500);
        var reading = new AtomicBoolean(true);
        try (var view = view(1);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(view.waitFor(append(1), LONG)).isTrue();
            var reader =
                    threads.submit(() -> {
                        var seen = new ArrayList<String>();
                        while (reading.get()) {
                            seen.add(total(view));
                        }
                        return seen;
                    });
            var writer = threads.submit(() -> append(200));
            assertThat(view.replace(new Total(2), LONG)).isTrue();
            assertThat(view.waitFor(writer.get(), LONG)).isTrue();
            reading.set(false);

            assertThat(total(view)).isEqualTo("2:701");
            var totals = reader.get().stream().map(t -> Long.parseLong(t.substring(2))).toList();
            assertThat(totals).isSorted();
            assertThat(folders()).containsExactly("2", "live");

            assertThat(view.replace(new Total(2), LONG)).isTrue(); // the same, rebuilt
            assertThat(total(view)).isEqualTo("2:701");
            assertThat(folders()).containsExactly("3", "live");
        }
        try (var view = view(2)) {
            assertThat(total(view)).isEqualTo("2:701");
        }
    }

    @Test
    void whatCannotTakeOverLeavesNothing() throws Exception {
        try (var view = view(1)) {
            assertThat(view.waitFor(append(20), LONG)).isTrue();
            assertThatThrownBy(() -> view.replace(new Total(3), LONG))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("position=10]: ten is too much");
            assertThat(view.replace(new Total(2, new CountDownLatch(1)), Duration.ZERO)).isFalse();
            assertThat(total(view)).isEqualTo("1:20");
            assertThat(folders()).containsExactly("1", "live");
        }
    }

    /** As a process leaves it that is killed before and after it has written which is live. */
    @Test
    void aCrashLeavesTheOldOrTheNew() throws Exception {
        append(20);
        try (var view = view(1)) {
            assertThat(view.waitFor(append(1), LONG)).isTrue();
        }
        View.open(home.resolve("views/total/2"), log, new Total(2)).close();
        assertThat(folders()).containsExactly("1", "2", "live");
        try (var view = view(1)) {
            assertThat(total(view)).isEqualTo("1:21");
            assertThat(folders()).containsExactly("1", "live");
        }

        try (var green = View.open(home.resolve("views/total/2"), log, new Total(2))) {
            assertThat(green.waitFor(log.end(), LONG)).isTrue();
        }
        Files.writeString(home.resolve("views/total/live"), "2");
        try (var view = view(2)) {
            assertThat(total(view)).isEqualTo("2:21");
            assertThat(folders()).containsExactly("2", "live");
        }
        Files.delete(home.resolve("views/total/live"));
        try (var view = view(2)) {
            assertThat(total(view)).isEqualTo("2:21");
        }
    }
}
