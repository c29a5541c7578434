package dev.lumiere.eventlog.kafka;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome.Appended;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Forwarding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is stopped in the middle of its writes, and goes on when others have taken over.
 */
@Timeout(180)
@Tag("kafka")
class KafkaZombieTest {
    private static final int PARTITIONS = 3;
    private static final Forwarding NOBODY =
            (address, _, _) -> {
                throw new IOException("nothing is passed on, to " + address);
            };

    @TempDir Path home;
    private final KafkaCluster cluster = KafkaCluster.shared();
    private final String topic = "zombie-" + UUID.randomUUID();

    /** The process: one writer for each partition, and one line for each event acknowledged. */
    static final class Writing {
        private Writing() {}

        public static void main(String[] args) throws Exception {
            var config = KafkaCluster.config(args[0], args[1], PARTITIONS, Path.of(args[2]));
            var log = EventLog.open(new KafkaLogDevice(config, new Random(1)), "zombie", NOBODY);
            for (var partition = 0; partition < PARTITIONS; partition++) {
                var mine = partition;
                Thread.ofPlatform().start(() -> write(log, mine));
            }
            while (System.in.read() >= 0) {
                // until the parent is gone
            }
            Runtime.getRuntime().halt(1);
        }

        private static void write(EventLog log, int partition) {
            try {
                for (var i = 0; ; i++) {
                    var id = new UUID(partition + 1, i);
                    if (append(log, partition, id) instanceof Appended a) {
                        System.out.println(
                                id + " " + a.last().partition() + " " + a.last().position() + " .");
                    }
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Object append(EventLog log, int partition, UUID id) throws InterruptedException {
        var key =
                IntStream.range(0, 100)
                        .mapToObj(i -> stream("k" + i))
                        .filter(each -> EventLog.partition(each, PARTITIONS) == partition)
                        .findFirst()
                        .orElseThrow();
        return log.append(
                Append.to(key, Expected.any(), List.of(event(id, "{}"))), Duration.ofSeconds(2));
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writing.class.getName(),
                        cluster.servers(),
                        topic,
                        home.resolve("zombie").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void signal(Process process, String name)
            throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static void read(BufferedReader lines, Map<UUID, Event.Place> acknowledged) {
        try {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = line.split(" ", -1);
                if (words.length == 4) { // else it was cut
                    acknowledged.put(
                            UUID.fromString(words[0]),
                            new Event.Place(Integer.parseInt(words[1]), Long.parseLong(words[2])));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean ownsAll(EventLog log) {
        return IntStream.range(0, PARTITIONS).allMatch(log::owns);
    }

    @Test
    void anOwnerThatWasPausedWritesNothingOutOfTurn() throws Exception {
        var acknowledged = new ConcurrentHashMap<UUID, Event.Place>();
        var process = start();
        try (var lines = process.inputReader()) {
            var reading = Thread.ofVirtual().start(() -> read(lines, acknowledged));
            await().atMost(LONG).until(() -> acknowledged.size() > 30);
            signal(process, "STOP");
            try (var log =
                    EventLog.open(
                            new KafkaLogDevice(
                                    cluster.config(topic, PARTITIONS, home.resolve("b")),
                                    new Random(2)),
                            "b",
                            NOBODY)) {
                await().atMost(LONG).until(() -> ownsAll(log));
                for (var partition = 0; partition < PARTITIONS; partition++) {
                    var outcome = append(log, partition, new UUID(0, partition));
                    assertThat(outcome).isInstanceOf(Appended.class);
                    acknowledged.put(new UUID(0, partition), ((Appended) outcome).last());
                }
                var before = acknowledged.size();
                signal(process, "CONT");
                await().atMost(LONG).until(() -> acknowledged.size() > before + 30);
                process.destroyForcibly().waitFor();
                reading.join();

                assertThat(log.catchUp(LONG)).isTrue();
                check(log, acknowledged);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void check(EventLog log, Map<UUID, Event.Place> acknowledged)
            throws IOException {
        var places = new HashMap<UUID, Event.Place>();
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var from = 1L;
            for (var events = log.read(partition, from, 1000);
                    !events.isEmpty();
                    events = log.read(partition, from, 1000)) {
                for (var event : events) {
                    assertThat(event.version()).isEqualTo(from); // each has one stream
                    assertThat(event.position()).isEqualTo(from++);
                    assertThat(places.put(event.data().id(), event.place())).isNull();
                }
            }
        }
        assertThat(places).containsAllEntriesOf(acknowledged);
    }
}
