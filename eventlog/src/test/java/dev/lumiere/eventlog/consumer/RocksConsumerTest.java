package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksConsumerTest extends ConsumerContract {
    @TempDir Path folder;

    @Override
    LogDevice device() throws IOException {
        return new RocksLogDevice(folder.resolve("log"), PARTITIONS);
    }
}
