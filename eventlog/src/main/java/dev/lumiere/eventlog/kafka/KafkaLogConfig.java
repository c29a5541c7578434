package dev.lumiere.eventlog.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where a log on Kafka is, and how long things may take.
 *
 * @param servers brokers to begin with, {@code host:port,host:port}
 * @param topic of this log alone: 1 to 200 of {@code a-z A-Z 0-9 . _ -}
 * @param partitions how many it has for life, 1 to {@value #MAX_PARTITIONS}
 * @param replicas of each partition, for a topic that is made; 3 or more survive a broker
 * @param folder of this node's replica of the log; it can be lost
 * @param request after which a request to a broker is tried again, or elsewhere
 * @param write bound of each step of a write, in which a broker may fail and be followed by
 *     another: longer than {@code transaction}
 * @param transaction after which the brokers end what a node began that is gone; longer than they
 *     take to elect a leader, 10 to 12 s by default
 * @param session after which a node that does not answer owns nothing any more, 6 s or more unless
 *     the brokers allow less
 * @param client further settings of all clients, such as {@code security.protocol}
 */
public record KafkaLogConfig(
        String servers,
        String topic,
        int partitions,
        int replicas,
        Path folder,
        Duration request,
        Duration write,
        Duration transaction,
        Duration session,
        Map<String, String> client) {
    private static final int MAX_PARTITIONS = 1024;
    private static final int MAX_REPLICAS = 15;
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,200}");
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofMinutes(10);

    /** Settings of clients that are this device's alone, since the log rests on them. */
    private static final List<String> OURS =
            List.of(
                    "acks",
                    "auto.offset.reset",
                    "enable.idempotence",
                    "group.id",
                    "isolation.level",
                    "transactional.id");

    public KafkaLogConfig {
        client = Map.copyOf(client);
        var faults = new ArrayList<String>();
        if (servers.isBlank()) {
            faults.add("no servers");
        }
        if (!TOPIC.matcher(topic).matches()) {
            faults.add("not a topic: " + topic);
        }
        within(faults, "partitions", partitions, MAX_PARTITIONS);
        within(faults, "replicas", replicas, MAX_REPLICAS);
        within(faults, "request", request);
        within(faults, "write", write);
        within(faults, "transaction", transaction);
        within(faults, "session", session);
        if (write.compareTo(request) < 0) {
            faults.add("write of %s shorter than request of %s".formatted(write, request));
        }
        if (write.compareTo(transaction) <= 0) {
            faults.add(
                    "write of %s not longer than transaction of %s".formatted(write, transaction));
        }
        for (var name : OURS) {
            if (client.containsKey(name)) {
                faults.add(name + " is not to be set");
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("log on Kafka: " + String.join("; ", faults));
        }
    }

    /** With the times that suit brokers with their defaults, and no security. */
    public static KafkaLogConfig of(
            String servers, String topic, int partitions, int replicas, Path folder) {
        return new KafkaLogConfig(
                servers,
                topic,
                partitions,
                replicas,
                folder,
                Duration.ofSeconds(10),
                Duration.ofSeconds(45),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Map.of());
    }

    private static void within(List<String> faults, String name, int value, int most) {
        if (value < 1 || value > most) {
            faults.add("%s not in 1..%d: %d".formatted(name, most, value));
        }
    }

    private static void within(List<String> faults, String name, Duration value) {
        if (value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0) {
            faults.add("%s not in %s..%s: %s".formatted(name, LEAST, MOST, value));
        }
    }

    /** What all clients are made with. */
    Map<String, Object> properties() {
        var properties = new HashMap<String, Object>(client);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis(request));
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return properties;
    }

    static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
