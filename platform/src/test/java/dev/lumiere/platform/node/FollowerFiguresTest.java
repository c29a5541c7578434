package dev.lumiere.platform.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.DelegatingLogDevice;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Followers.At;
import dev.lumiere.eventlog.Followers.Following;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.consumer.Consumer;
import dev.lumiere.eventlog.consumer.ConsumerGroups;
import dev.lumiere.eventlog.consumer.Settings;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.eventlog.view.Projection;
import dev.lumiere.eventlog.view.View;
import dev.lumiere.service.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FollowerFiguresTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir Path folder;

    /** Stops at what is called B. */
    private static final class UpToB implements Projection {
        @Override
        public String name() {
            return "up-to-b";
        }

        @Override
        public int version() {
            return 2;
        }

        @Override
        public void apply(Event event, Index index) {
            refuseB(event);
        }
    }

    private static void refuseB(Event event) {
        if (event.data().type().equals("B")) {
            throw new IllegalStateException("no B");
        }
    }

    @Test
    void whoIsBehindIsSeenAsLongAsItIsOpen() throws Exception {
        try (var metrics = new Metrics();
                var log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 1))) {
            metrics.registry()
                    .getPrometheusRegistry()
                    .register(new FollowerFigures(log, InstantSource.fixed(NOW)));
            assertThat(metrics.text()).doesNotContain("up-to-b");
            append(log, "A", "B", "C");
            try (var view = View.open(folder.resolve("views"), log, new UpToB());
                    var consumer =
                            Consumer.join(
                                    log,
                                    "mailer",
                                    "mailer-1",
                                    Settings.from(Settings.Start.FIRST),
                                    event -> refuseB(event))) {
                await().atMost(PATIENCE)
                        .until(() ->
                                view.stopped() != null
                                        && consumer.partitions().values().stream()
                                                .anyMatch(status -> status.stop() != null));
                await().atMost(PATIENCE)
                        .until(() ->
                                new ConsumerGroups(log).progress("mailer").getFirst().stopped()
                                        != null);
                var lag = log.end(0) - 1 + ".0"; // what is behind C are checkpoints
                for (var of :
                        List.of(
                                "kind=\"view\",member=\"2\",name=\"up-to-b\"",
                                "kind=\"consumer\",member=\"mailer-1\",name=\"mailer\"")) {
                    assertThat(metrics.text())
                            .contains("lumiere_log_follower_lag{" + of + "} " + lag)
                            .contains(
                                    "lumiere_log_follower_partition_lag{"
                                            + of
                                            + ",partition=\"0\"} "
                                            + lag)
                            .contains("lumiere_log_follower_stopped{" + of + "} 1.0")
                            .contains("lumiere_log_follower_age_seconds{" + of + "} 90.0");
                }
            }
            assertThat(metrics.text()).doesNotContain("up-to-b").doesNotContain("mailer");
        }
    }

    /** A log whose reads take a second, or fail. */
    private static final class Away extends DelegatingLogDevice {
        private final AtomicInteger reads = new AtomicInteger();
        private @Nullable Exception failure;

        Away(LogDevice device) {
            super(device);
        }

        long nanos() {
            return Duration.ofSeconds(reads.get()).toNanos();
        }

        @Override
        public List<Event> read(int partition, long from, Bound bound) throws IOException {
            reads.incrementAndGet();
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            return super.read(partition, from, bound);
        }
    }

    @Test
    void aScrapeDoesNotWaitForALogThatIsAway() throws Exception {
        var device = new Away(new RocksLogDevice(folder.resolve("log"), 1));
        try (var metrics = new Metrics();
                var log = EventLog.open(device)) {
            metrics.registry()
                    .getPrometheusRegistry()
                    .register(new FollowerFigures(log, InstantSource.fixed(NOW), device::nanos));
            append(log, "A");
            for (var name : List.of("a", "b", "c", "d")) {
                var start = new TreeMap<>(Map.of(0, new At(0, null)));
                log.followers().add(() -> new Following("view", name, "1", start));
            }

            device.reads.set(0);
            assertThat(metrics.text().lines().filter(line -> line.contains("_age_seconds{")))
                    .hasSize(2);
            assertThat(device.reads).as("as many as there is time for").hasValue(2);
            for (var failure :
                    List.of(new IOException("away"), new IllegalStateException("closed"))) {
                device.failure = failure;
                device.reads.set(0);
                assertThat(metrics.text())
                        .contains("lumiere_log_follower_lag{")
                        .doesNotContain("lumiere_log_follower_age_seconds{");
                assertThat(device.reads).as("after %s", failure).hasValue(1);
            }
            device.failure = new CorruptLogException("there", "one event");
            device.reads.set(0);
            assertThat(metrics.text()).contains("lumiere_log_follower_lag{");
            assertThat(device.reads).hasValue(2);
        }
    }

    private static void append(EventLog log, String... types) throws InterruptedException {
        for (var type : types) {
            var event = EventData.of(UUID.randomUUID(), type, NOW.minusSeconds(90), "{}");
            var append = Append.to(new StreamId("letter", "a"), Expected.any(), List.of(event));
            assertThat(log.append(append, PATIENCE)).isInstanceOf(AppendOutcome.Appended.class);
        }
    }
}
