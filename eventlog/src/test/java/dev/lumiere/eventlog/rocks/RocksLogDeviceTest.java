package dev.lumiere.eventlog.rocks;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.EventLogContract;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.Samples;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
