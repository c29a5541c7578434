package dev.lumiere.systemtest;

import dev.lumiere.eventlog.kafka.KafkaCluster;

/** Two nodes with one cluster of Kafka and one S3. */
class SharedStorageOnKafkaTest extends SharedStorageContract {
    @Override
    String device() {
        return "kafka://" + KafkaCluster.shared().servers() + "/storage";
    }
}
