package dev.lumiere.eventlog.rocks;

import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLogContract;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

class RocksLogDeviceTest extends EventLogContract {
    @TempDir Path folder;

    @Override
    public LogDevice device() throws IOException {
        return new RocksLogDevice(folder.resolve("log"), PARTITIONS);
    }

    @Test
    void partitionsAreForLife() throws IOException {
        log.close();
        assertThatThrownBy(() -> new RocksLogDevice(folder.resolve("log"), PARTITIONS + 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has 4 partitions for its life, not 5");
        open();
    }

    /** Which nothing else would show, as long as the power stays on. */
    @Test
    void everyBatchIsSynced() throws Exception {
        try (var statistics = new Statistics();
                var store = new RocksStore(folder.resolve("counted"), 1, statistics)) {
            for (var i = 1; i <= 10; i++) {
                var before = statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
                store.write(List.of(new Event(0, i, stream("a"), i, event(i))), null, i % 2 == 1);
                assertThat(statistics.getTickerCount(TickerType.WAL_FILE_SYNCED) - before)
                        .isEqualTo(i % 2);
            }
            try (var writing = store.begin()) {
                var before = statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
                writing.add(new Event(0, 11, stream("a"), 11, event(11)));
                writing.write();
                assertThat(statistics.getTickerCount(TickerType.WAL_FILE_SYNCED))
                        .isEqualTo(before + 1);
            }
        }
    }

    /** Which would take the process with it. */
    @Test
    void whatIsClosedIsNotRead() throws IOException {
        log.close();
        assertThatThrownBy(() -> log.version(Samples.stream("a")))
                .isInstanceOf(IOException.class)
                .hasMessage("the log is closed");
        assertThatThrownBy(() -> log.readStream(Samples.stream("a"), 1, 1))
                .isInstanceOf(IOException.class);
        open();
    }

    @Test
    void twoCannotHaveOneFolder() {
        assertThatThrownBy(this::device)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lock");
    }
}
