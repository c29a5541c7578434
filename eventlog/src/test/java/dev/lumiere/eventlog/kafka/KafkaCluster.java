package dev.lumiere.eventlog.kafka;

import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;

/**
 * Three brokers on this machine, each its own process, started with the first test that asks and
 * stopped with the tests' process, whatever ends that: a broker halts when its input does.
 */
public final class KafkaCluster {
    static final int BROKERS = 3;

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Path folder;
    private final List<Integer> ports;
    private final List<Process> brokers = new ArrayList<>();
    private final Admin admin;

    /** The one of this process. */
    private static final class Shared {
        private static final KafkaCluster CLUSTER = started();

        private static KafkaCluster started() {
            try {
                return new KafkaCluster();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public static KafkaCluster shared() {
        return Shared.CLUSTER;
    }

    private KafkaCluster() throws IOException {
        folder = Files.createTempDirectory("kafka-cluster");
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        ports = FreePorts.some(2 * BROKERS);
        Files.writeString(
                folder.resolve("logback.xml"),
                """
                <configuration>
                  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d %level %logger{20} %message%n%ex{5}</pattern></encoder>
                  </appender>
                  <root level="WARN"><appender-ref ref="OUT"/></root>
                </configuration>
                """);
        var id = Uuid.randomUuid().toString();
        for (var broker = 0; broker < BROKERS; broker++) {
            Files.writeString(properties(broker), properties(id, broker));
            brokers.add(start(broker));
        }
        admin = Admin.create(Map.of("bootstrap.servers", servers()));
        awaitAll();
    }

    private String properties(String id, int broker) {
        var port = ports.get(broker);
        var controller = ports.get(BROKERS + broker);
        var voters =
                IntStream.range(0, BROKERS)
                        .mapToObj(i -> i + 1 + "@127.0.0.1:" + ports.get(BROKERS + i))
                        .collect(Collectors.joining(","));
        return """
        cluster.id=%s
        process.roles=broker,controller
        node.id=%d
        listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
        advertised.listeners=PLAINTEXT://127.0.0.1:%d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        inter.broker.listener.name=PLAINTEXT
        log.dirs=%s
        controller.quorum.voters=%s
        default.replication.factor=3
        min.insync.replicas=2
        offsets.topic.replication.factor=3
        offsets.topic.num.partitions=3
        transaction.state.log.replication.factor=3
        transaction.state.log.min.isr=2
        transaction.state.log.num.partitions=3
        group.initial.rebalance.delay.ms=0
        auto.create.topics.enable=false
        num.network.threads=2
        num.io.threads=2
        log.cleaner.dedupe.buffer.size=4194304
        broker.session.timeout.ms=3000
        broker.heartbeat.interval.ms=500
        controller.quorum.fetch.timeout.ms=1000
        controller.quorum.election.timeout.ms=500
        """
                .formatted(
                        id,
                        broker + 1,
                        port,
                        controller,
                        port,
                        folder.resolve("broker" + broker),
                        voters);
    }

    private Path properties(int broker) {
        return folder.resolve("broker" + broker + ".properties");
    }

    private Process start(int broker) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xms96m",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dlogback.configurationFile=" + folder.resolve("logback.xml"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Broker.class.getName(),
                        properties(broker).toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(
                                folder.resolve("broker" + broker + ".txt").toFile()))
                .start();
    }

    /** The process of one. */
    static final class Broker {
        private Broker() {}

        public static void main(String[] args) throws IOException {
            Thread.ofPlatform().daemon().start(Broker::haltWithParent);
            var properties = Files.readString(Path.of(args[0]));
            var id = properties.lines().findFirst().orElseThrow().split("=", 2)[1];
            var formatted =
                    StorageTool.execute(
                            new String[] {"format", "-t", id, "-c", args[0], "--ignore-formatted"},
                            System.out);
            if (formatted != 0) {
                System.exit(formatted);
            }
            kafka.Kafka.main(args);
        }

        private static void haltWithParent() {
            try {
                while (System.in.read() >= 0) {
                    // nothing comes but the end
                }
            } catch (IOException _) {
                // the end as well
            }
            Runtime.getRuntime().halt(1);
        }
    }

    /** As {@code host:port,…}. */
    public String servers() {
        return ports.subList(0, BROKERS).stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(","));
    }

    Admin admin() {
        return admin;
    }

    /** With short times; three replicas. */
    public KafkaLogConfig config(String topic, int partitions, Path folder) {
        return config(servers(), topic, partitions, folder);
    }

    static KafkaLogConfig config(String servers, String topic, int partitions, Path folder) {
        return new KafkaLogConfig(
                servers,
                topic,
                partitions,
                BROKERS,
                folder,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                Duration.ofSeconds(6),
                Map.of());
    }

    /** The broker that leads a partition, from 0. */
    int leader(String topic, int partition) throws ExecutionException, InterruptedException {
        return partition(topic, partition).leader().id() - 1;
    }

    private TopicPartitionInfo partition(String topic, int partition)
            throws ExecutionException, InterruptedException {
        var all = admin.describeTopics(List.of(topic)).allTopicNames().get();
        return Objects.requireNonNull(all.get(topic)).partitions().get(partition);
    }

    /** As {@code kill -9}. */
    void kill(int broker) throws InterruptedException {
        brokers.get(broker).destroyForcibly().waitFor();
    }

    /** On the data that it had. */
    void restart(int broker) throws IOException {
        brokers.set(broker, start(broker));
    }

    /** Until all are there and have all that is in these topics. */
    void awaitAll(String... topics) {
        await().atMost(LONG)
                .ignoreExceptions()
                .until(() -> admin.describeCluster().nodes().get().size() == BROKERS);
        await().atMost(LONG)
                .ignoreExceptions()
                .until(() ->
                        admin
                                .describeTopics(List.of(topics))
                                .allTopicNames()
                                .get()
                                .values()
                                .stream()
                                .flatMap(topic -> topic.partitions().stream())
                                .allMatch(each -> each.isr().size() == BROKERS));
    }

    private void stop() {
        brokers.forEach(Process::destroyForcibly);
        try {
            for (var broker : brokers) {
                broker.waitFor();
            }
            List<Path> all;
            try (var files = Files.walk(folder)) {
                all = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (var file : all) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
