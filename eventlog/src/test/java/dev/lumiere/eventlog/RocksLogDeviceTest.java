package dev.lumiere.eventlog;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksLogDeviceTest extends EventLogContract {
    @TempDir Path folder;

    @Override
    LogDevice device() throws IOException {
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

    @Test
    void twoCannotHaveOneFolder() {
        assertThatThrownBy(this::device)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lock");
    }
}
