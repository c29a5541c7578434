package dev.lumiere.eventlog.kafka;

import dev.lumiere.eventlog.EventLogContract;
import dev.lumiere.eventlog.LogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** A log on three brokers that one node has alone. */
@Tag("kafka")
class KafkaLogDeviceTest extends EventLogContract {
    @TempDir Path folder;
    private final KafkaCluster cluster = KafkaCluster.shared();
    private final String topic = "contract-" + UUID.randomUUID();

    @Override
    public LogDevice device() throws IOException {
        return new KafkaLogDevice(cluster.config(topic, PARTITIONS, folder), new Random(1));
    }

    @Override
    protected int many() {
        return 300;
    }
}
