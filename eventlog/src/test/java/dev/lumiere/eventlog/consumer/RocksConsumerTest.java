package dev.lumiere.eventlog.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.retention.Retention;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksConsumerTest extends ConsumerContract {
    @TempDir Path folder;
    private @Nullable LogDevice opened;

    @Override
    List<EventLog> logs() throws IOException {
        var device = new RocksLogDevice(folder.resolve("log"), PARTITIONS);
        opened = device;
        return List.of(EventLog.open(device));
    }

    @Test
    void theLastCheckpointIsEnough() throws Exception {
        append(60);
        var a = member("a");
        settle(a);
        drain(a);
        var compaction =
                new Retention(
                        log,
                        Objects.requireNonNull(opened),
                        List.of(new Retention.Rule("checkpoint", null, 1)),
                        null);
        assertThat(compaction.apply(Instant.EPOCH)).isGreaterThan(PARTITIONS);
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var stream = new StreamId("checkpoint", "mailer/" + partition);
            assertThat(log.readStream(stream, 1, 4096))
                    .filteredOn(event -> !event.data().isRemoved())
                    .hasSize(1);
        }
        var b = member("b");
        settle(a, b);
        assertThat(shares(a, b)).containsExactly(4, 4);
        append(20);
        drain(a, b);
        a.close();
        b.close();
        assertEachOnce();
    }
}
