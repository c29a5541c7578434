package dev.lumiere.bench.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic of one partition, {@code acks=all}, nothing waited for; no versions, no transactions. */
final class PlainKafka implements Appending {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    PlainKafka(String servers, String topic, boolean flushes) throws Exception {
        this.topic = topic;
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            var made =
                    new NewTopic(topic, Optional.of(1), Optional.empty())
                            .configs(flushes ? Map.of("flush.messages", "1") : Map.of());
            admin.createTopics(List.of(made)).all().get();
        }
        producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                servers,
                                "acks",
                                "all",
                                "linger.ms",
                                0,
                                "delivery.timeout.ms",
                                60_000),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @Override
    public void append(int writer, int number, byte[] payload) throws Exception {
        producer.send(new ProducerRecord<>(topic, payload)).get();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
