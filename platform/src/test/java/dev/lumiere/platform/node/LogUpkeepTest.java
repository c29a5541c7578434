package dev.lumiere.platform.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.DelegatingLogDevice;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.retention.Archive;
import dev.lumiere.eventlog.retention.Retention;
import dev.lumiere.eventlog.retention.Retention.Rule;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

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

    /** A device that takes out nothing until it is interrupted. */
    private static final class Slow extends DelegatingLogDevice {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch never = new CountDownLatch(1);
        private volatile boolean left;

        Slow(LogDevice device) {
            super(device);
        }

        @Override
        public void remove(int partition, List<Long> positions) throws IOException {
            reached.countDown();
            try {
                never.await();
            } catch (InterruptedException _) {
                left = true;
                throw new InterruptedIOException("while it takes out");
            }
        }
    }

    @Test
    void theLogIsClosedAfterWhatGoesOnInItAndThatIsNoError() throws Exception {
        var device = new Slow(new RocksLogDevice(home.resolve("log"), 1));
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        var logger = (Logger) LoggerFactory.getLogger(LogUpkeep.class);
        logger.addAppender(logged);
        try (var log = EventLog.open(device)) {
            append(log, ofPartition(log, 0));
            var retention = new Retention(log, device, List.of(new Rule("note", null, 1)), null);

            try (var upkeep = new LogUpkeep(log, retention, null, FILE)) {
                upkeep.start(Duration.ZERO);
                assertThat(device.reached.await(30, TimeUnit.SECONDS)).isTrue();
            }

            assertThat(device.left).isTrue();
            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly("closed before all events were taken out");
        } finally {
            logger.detachAppender(logged);
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
