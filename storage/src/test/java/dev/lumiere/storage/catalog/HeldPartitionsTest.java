package dev.lumiere.storage.catalog;

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
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.eventlog.view.View;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The views of partitions, of a log that cannot always be read. */
@Timeout(60)
class HeldPartitionsTest {
    private static final Set<Integer> ALL = Set.of(0);

    @TempDir private Path home;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Damaged device;
    private EventLog log;
    private HeldPartitions held;

    /** A log that is damaged for a while, as on a disk that is replaced. */
    private static final class Damaged extends DelegatingLogDevice {
        private volatile boolean isDamaged;

        Damaged(LogDevice device) {
            super(device);
        }

        @Override
        public List<Event> read(int partition, long from, Bound bound) throws IOException {
            if (isDamaged) {
                throw new CorruptLogException("partition " + partition, "on purpose");
            }
            return super.read(partition, from, bound);
        }
    }

    @BeforeEach
    void open() throws Exception {
        device = new Damaged(new RocksLogDevice(home.resolve("log"), 1));
        log = EventLog.open(device);
        held = new HeldPartitions(home.resolve("objects"), log, (_, _) -> {}, () -> now);
        held.adjust(ALL);
        await().until(() -> held.ready(0) != null);
    }

    @AfterEach
    void close() throws Exception {
        held.close();
        log.close();
    }

    private View view() {
        return held.views().getFirst();
    }

    private void put(String key) throws InterruptedException {
        var object = CatalogSamples.object("pictures", key, 1, Instant.EPOCH);
        var data =
                ObjectEvent.TYPES.data(
                        UUID.randomUUID(),
                        now,
                        EventData.Context.NONE,
                        new ObjectEvent.ObjectPut(object, null, null));
        var stream = ObjectEvent.stream("pictures", key);
        assertThat(
                        log.append(
                                Append.to(stream, Expected.version(0), List.of(data)),
                                Duration.ofSeconds(20)))
                .isInstanceOf(AppendOutcome.Appended.class);
    }

    @Test
    void aViewThatHasStoppedIsTriedAgainNowAndThenAndGoesOn() throws Exception {
        device.isDamaged = true;
        put("a");
        await().until(() -> view().stopped() != null);
        assertThat(held.ready(0)).isNull();

        held.adjust(ALL);
        await().until(() -> view().stopped() != null); // tried, in vain
        device.isDamaged = false;
        now = now.plusSeconds(29);
        held.adjust(ALL);
        assertThat(held.ready(0)).as("it is not time yet").isNull();

        now = now.plusSeconds(1);
        held.adjust(ALL);
        put("b");
        assertThat(view().waitFor(log.end(), Duration.ofSeconds(20))).isTrue();
        var ready = Objects.requireNonNull(held.ready(0));
        assertThat(ready.objects().find("pictures", "a")).isNotNull();
        assertThat(ready.objects().find("pictures", "b")).isNotNull();
    }
}
