package dev.lumiere.eventlog.kafka;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.data;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.events;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.AppendOutcome.Appended;
import dev.lumiere.eventlog.CorruptLogException;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes on one topic of three brokers, while things go wrong. */
@Timeout(180)
@Tag("kafka")
class KafkaNodesTest {
    private static final int PARTITIONS = 3;

    @TempDir Path home;
    private final KafkaCluster cluster = KafkaCluster.shared();
    private final String topic = "nodes-" + UUID.randomUUID();
    private final Map<String, EventLog> nodes = new ConcurrentHashMap<>();

    private EventLog open(String name) throws IOException {
        var device = new KafkaLogDevice(config(name), new Random(name.hashCode()));
        var log =
                EventLog.open(
                        device,
                        name,
                        (address, append, atMost) -> {
                            var owner = nodes.get(address);
                            if (owner == null) {
                                throw new IOException("no such node: " + address);
                            }
                            return owner.appendHere(append, atMost);
                        });
        nodes.put(name, log);
        return log;
    }

    private EventLog node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    private KafkaLogConfig config(String name) {
        return cluster.config(topic, PARTITIONS, home.resolve(name));
    }

    private void close(String name) throws IOException {
        var log = nodes.remove(name);
        if (log != null) {
            log.close();
        }
    }

    @AfterEach
    void closeAll() throws IOException {
        for (var name : List.copyOf(nodes.keySet())) {
            close(name);
        }
    }

    private static long owned(EventLog log) {
        return IntStream.range(0, PARTITIONS).filter(log::owns).count();
    }

    private static Appended appended(EventLog log, String key, int number)
            throws InterruptedException {
        var outcome =
                log.append(Append.to(stream(key), Expected.any(), events(number, number)), LONG);
        assertThat(outcome).isInstanceOf(Appended.class);
        return (Appended) outcome;
    }

    /** All events, partition by partition, as a node has them. */
    private static List<Event> all(EventLog log) throws IOException, InterruptedException {
        assertThat(log.catchUp(LONG)).isTrue();
        var all = new ArrayList<Event>();
        for (var partition = 0; partition < PARTITIONS; partition++) {
            for (var from = 1L; from <= log.end().of(partition); ) {
                var some = log.read(partition, from, 4096);
                for (var event : some) {
                    assertThat(event.position()).isEqualTo(from++);
                }
                all.addAll(some);
            }
        }
        return all;
    }

    private static void hasNoGaps(List<Event> all) {
        var versions = new HashMap<Object, Long>();
        for (var event : all) {
            assertThat(event.version()).isEqualTo(versions.merge(event.stream(), 1L, Long::sum));
        }
        assertThat(all).extracting(event -> event.data().id()).doesNotHaveDuplicates();
    }

    /** Appends through one node until it is told to end. */
    private static final class Writer {
        private final int number;
        private final EventLog log;
        private final Map<UUID, Event.Place> acknowledged = new ConcurrentHashMap<>();
        private final List<AppendOutcome> other = new ArrayList<>();
        private final AtomicInteger offered = new AtomicInteger();

        private Writer(int number, EventLog log) {
            this.number = number;
            this.log = log;
        }

        private boolean run(AtomicBoolean ends) throws InterruptedException {
            while (!ends.get()) {
                var i = offered.getAndIncrement();
                var id = new UUID(number + 1, i);
                var key = "w" + number + "-" + i % 5;
                switch (log.append(
                        Append.to(stream(key), Expected.any(), List.of(event(id, "{}"))), LONG)) {
                    case Appended a -> acknowledged.put(id, a.last());
                    case AppendOutcome outcome -> other.add(outcome);
                }
            }
            return true;
        }
    }

    private static List<Future<Boolean>> start(
            List<Writer> writers, AtomicBoolean ends, ExecutorService threads) {
        return writers.stream().map(writer -> threads.submit(() -> writer.run(ends))).toList();
    }

    private static int acknowledged(List<Writer> writers) {
        return writers.stream().mapToInt(writer -> writer.acknowledged.size()).sum();
    }

    private static void hasAllThatWasAcknowledged(List<Event> all, List<Writer> writers) {
        var places = new HashMap<UUID, Event.Place>();
        all.forEach(event -> places.put(event.data().id(), event.place()));
        for (var writer : writers) {
            assertThat(places).containsAllEntriesOf(writer.acknowledged);
            assertThat(writer.other).isEmpty();
        }
        assertThat(all)
                .allSatisfy(event -> {
                    var id = event.data().id();
                    var writer = (int) id.getMostSignificantBits() - 1;
                    assertThat(id.getLeastSignificantBits())
                            .isLessThan(writers.get(writer).offered.get());
                });
    }

    @Test
    void nodesShareTheWorkAndAKilledBrokerLosesNothing() throws Exception {
        var names = List.of("a", "b", "c");
        for (var name : names) {
            open(name);
        }
        await().atMost(LONG).until(() -> nodes.values().stream().allMatch(log -> owned(log) == 1));
        var writers =
                IntStream.range(0, 6).mapToObj(i -> new Writer(i, node(names.get(i % 3)))).toList();
        var ends = new AtomicBoolean();
        int killed;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                var running = start(writers, ends, threads);
                await().atMost(LONG).until(() -> acknowledged(writers) > 60);
                killed = cluster.leader(topic, 0);
                cluster.kill(killed);
                var before = acknowledged(writers);
                await().atMost(LONG.multipliedBy(2))
                        .until(() -> acknowledged(writers) > before + 60);
                ends.set(true);
                for (var each : running) {
                    assertThat(each.get()).isTrue();
                }
            } finally {
                ends.set(true);
            }
        }

        var all = all(node("a"));
        hasNoGaps(all);
        hasAllThatWasAcknowledged(all, writers);
        assertThat(all(node("b"))).isEqualTo(all);
        assertThat(all(node("c"))).isEqualTo(all);
        cluster.restart(killed);
        cluster.awaitAll(topic);
    }

    @Test
    void whoComesAfterANodeThatLeftHasAllOfIt() throws Exception {
        var first = open("a");
        var place = appended(first, "x", 1).last();
        close("a");
        var second = open("b");
        assertThat(appended(second, "x", 1)).isEqualTo(new Appended(List.of(place), true));
        assertThat(appended(second, "x", 2).last().position()).isEqualTo(place.position() + 1);

        var third = open("c"); // from nothing
        assertThat(all(third)).isEqualTo(all(second));
        await().atMost(LONG).until(() -> owned(second) + owned(third) == PARTITIONS);
        await().atMost(LONG).until(() -> owned(third) > 0);
        assertThat(appended(third, "x", 3).last().position()).isEqualTo(place.position() + 2);
        assertThat(data(second.readStream(stream("x"), 1, 9))).startsWith(event(1), event(2));
    }

    /** A node in the hand of a test: a replica that is followed, and what claims one makes. */
    private static final class Node implements AutoCloseable {
        private final KafkaLogConfig config;
        private final Replica replica;
        private final Follower follower;
        private volatile KafkaClaim claim;

        private Node(KafkaLogConfig config, Topic opened) throws IOException {
            this.config = config;
            replica = new Replica(config, opened.open());
            claim = new KafkaClaim(config, 0, config.folder().toString(), replica);
            follower = new Follower(config, replica, (_, _) -> {}, this::seen, () -> {});
            follower.start();
        }

        /** Only its own: it hears nothing of others, as if it were paused. */
        private void seen(int partition, LogRecord.OfClaim seen) {
            if (seen.address().equals(config.folder().toString())) {
                claim.seen(seen);
            }
        }

        private void claim() throws Exception {
            claim.announce();
        }

        @Override
        public void close() throws IOException {
            claim.close();
            follower.close();
            replica.close();
        }
    }

    private static Event first(int version) {
        return new Event(0, version, inFirst(), version, event(version));
    }

    private static StreamId inFirst() {
        return IntStream.range(0, 100)
                .mapToObj(i -> stream("k" + i))
                .filter(stream -> EventLog.partition(stream, PARTITIONS) == 0)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aClaimEndsWithTheNext() throws Exception {
        try (var opened = new Topic(config("x"));
                var before = new Node(config("before"), opened);
                var after = new Node(config("after"), opened)) {
            before.claim();
            before.claim.write(List.of(first(1)));
            after.claim();
            assertThat(after.replica.last(0)).isEqualTo(1);

            assertThatThrownBy(() -> before.claim.write(List.of(first(2))))
                    .isInstanceOf(NotOwnerException.class);
            after.claim.write(List.of(first(2)));
            assertThatThrownBy(() -> before.claim.write(List.of(first(3))))
                    .isInstanceOf(NotOwnerException.class);
            assertThatThrownBy(before.claim::confirm).isInstanceOf(NotOwnerException.class);
            after.claim.write(List.of(first(3)));
            after.claim.confirm();
            assertThat(after.replica.last(0)).isEqualTo(3);
        }
        assertThat(all(open("z"))).containsExactly(first(1), first(2), first(3));
    }

    @Test
    void whatWasSentBeforeTheNextClaimIsNotCommittedAfterIt() throws Exception {
        try (var opened = new Topic(config("x"));
                var before = new Node(config("before"), opened);
                var after = new Node(config("after"), opened)) {
            before.claim();
            before.claim.send(List.of(before.claim.record(first(1))));
            after.claim();
            assertThatThrownBy(before.claim::commit)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(NotOwnerException.class)
                    .hasMessageContaining("not known");
            after.claim.write(List.of(first(1)));
            assertThat(after.replica.last(0)).isEqualTo(1);
        }
        assertThat(all(open("z"))).containsExactly(first(1));
    }

    private KafkaLogConfig impatient(String name) {
        return new KafkaLogConfig(
                cluster.servers(),
                topic,
                PARTITIONS,
                KafkaCluster.BROKERS,
                home.resolve(name),
                Duration.ofSeconds(1),
                Duration.ofSeconds(4),
                Duration.ofSeconds(3),
                Duration.ofSeconds(6),
                Map.of());
    }

    @Test
    void whatBecameOfABatchIsFoundByItsId() throws Exception {
        var config = impatient("x");
        try (var opened = new Topic(config);
                var node = new Node(config, opened)) {
            node.claim();
            node.follower.close(); // so that nobody tells what became of it
            var writing = assertThatThrownBy(() -> node.claim.write(List.of(first(1))));
            writing.isInstanceOf(IOException.class)
                    .isNotInstanceOf(NotOwnerException.class)
                    .hasMessageContaining("not known");
        }
        var log = open("x");
        assertThat(log.append(Append.to(inFirst(), Expected.none(), events(1, 1)), LONG))
                .isEqualTo(new Appended(List.of(first(1).place()), true));
    }

    @Test
    void aRecordOfSomebodyElseStopsTheReader() throws Exception {
        var log = open("a");
        var place = appended(log, "x", 1).last();
        try (var foreign =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", cluster.servers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            var offset =
                    foreign.send(new ProducerRecord<>(topic, place.partition(), "x", "{}"))
                            .get()
                            .offset();
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> log.version(stream("x")))
                                    .isInstanceOf(CorruptLogException.class)
                                    .hasMessageContaining(
                                            "topic %s partition %d offset %d: expected an event"
                                                    .formatted(topic, place.partition(), offset)));
        }
        assertThatThrownBy(() -> log.catchUp(LONG)).isInstanceOf(CorruptLogException.class);
        await().atMost(LONG).until(() -> owned(log) == 0);
    }

    @Test
    void aNodeGoesOnWhereItEnded() throws Exception {
        var log = open("a");
        for (var i = 1; i <= 20; i++) {
            appended(log, "k" + i, i);
        }
        var all = all(log);
        close("a");
        open("b");
        assertThat(all(node("b"))).isEqualTo(all);
        close("b");

        // what is before the end is not read again, so a node without a replica finds a gap
        var ends = new HashMap<TopicPartition, RecordsToDelete>();
        try (var replica = new Replica(config("a"), topicId())) {
            for (var partition = 0; partition < PARTITIONS; partition++) {
                ends.put(
                        new TopicPartition(topic, partition),
                        RecordsToDelete.beforeOffset(replica.progress(partition).last()));
            }
        }
        cluster.admin().deleteRecords(ends).all().get();
        assertThat(all(open("a"))).isEqualTo(all);
        appended(node("a"), "k1", 21);
        var late = open("late");
        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThatThrownBy(() -> late.version(stream("k1")))
                                .isInstanceOf(CorruptLogException.class)
                                .hasMessageContaining("expected"));
    }

    private String topicId() throws IOException {
        try (var opened = new Topic(config("x"))) {
            return opened.open();
        }
    }

    @Test
    void aTopicThatLostItsEndIsNotTaken() throws Exception {
        var log = open("a");
        appended(log, "x", 1);
        close("a");
        try (var replica = new Replica(config("a"), topicId())) {
            var ahead = LogRecord.of(topic, 0, new LogRecord.OfClaim(new UUID(1, 1), "gone"));
            var record =
                    new ConsumerRecord<byte[], byte[]>(topic, 0, 1_000, new byte[0], new byte[0]);
            ahead.headers().forEach(record.headers()::add);
            replica.apply(0, List.of(record), (_, _) -> {});
        }
        var again = open("a");
        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThatThrownBy(() -> again.version(stream("x")))
                                .isInstanceOf(CorruptLogException.class)
                                .hasMessageContaining("partition 0 offset 1000: expected what was")
                                .hasMessageContaining("the topic ends at offset"));
    }

    @Test
    void aReplicaIsOfOneTopicOnly() throws Exception {
        appended(open("a"), "x", 1);
        close("a");
        cluster.admin().deleteTopics(List.of(topic)).all().get();
        assertThatThrownBy(() -> new KafkaLogDevice(config("a"), new Random(1)))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("it was made anew");
    }

    @Test
    void partitionsAreForLife() throws Exception {
        open("a");
        assertThatThrownBy(() ->
                        new KafkaLogDevice(
                                cluster.config(topic, PARTITIONS + 1, home.resolve("b")),
                                new Random(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has 3 partitions for its life, not 4");
    }

    @Test
    void aReplicaThatIsLostIsFilledAgain() throws Exception {
        var log = open("a");
        for (var i = 1; i <= 20; i++) {
            appended(log, "k" + i % 7, i);
        }
        var all = all(log);
        close("a");
        List<Path> files;
        try (var walk = Files.walk(home.resolve("a"))) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (var file : files) {
            Files.delete(file);
        }
        assertThat(all(open("a"))).isEqualTo(all);
        appended(node("a"), "k1", 21);
    }
}
