package dev.lumiere.eventlog.rocks;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while many write: what it acknowledged is there. */
@Timeout(180)
class RocksKillTest {
    private static final int ROUNDS = Boolean.getBoolean("lumiere.soak") ? 100 : 6;
    private static final int WRITERS = 16;

    @TempDir Path folder;

    /** The process: writes as fast as it can, and one line for each that was acknowledged. */
    static final class Writing {
        private Writing() {}

        public static void main(String[] args) throws Exception {
            var round = Integer.parseInt(args[1]);
            var log = EventLog.open(new RocksLogDevice(Path.of(args[0]), 4));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var writer = 0; writer < WRITERS; writer++) {
                    var mine = writer;
                    var _ =
                            threads.submit(() -> {
                                for (var i = 0; ; i++) {
                                    var id = new UUID((long) round << 32 | mine, i);
                                    var append =
                                            Append.to(
                                                    stream("w" + mine),
                                                    Expected.any(),
                                                    List.of(
                                                            event(id, "{}"),
                                                            event(twin(id), "{}")));
                                    if (log.append(append, LONG)
                                            instanceof AppendOutcome.Appended a) {
                                        var place = a.places().getFirst();
                                        System.out.println(
                                                id
                                                        + " "
                                                        + place.partition()
                                                        + " "
                                                        + place.position());
                                    }
                                }
                            });
                }
            }
        }
    }

    private static UUID twin(UUID id) {
        return new UUID(id.getMostSignificantBits() | 1L << 63, id.getLeastSignificantBits());
    }

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        var acknowledged = new HashMap<UUID, Event.Place>();
        var random = new Random(7);
        for (var round = 0; round < ROUNDS; round++) {
            var before = acknowledged.size();
            writeUntilKilled(round, 200 + random.nextInt(2000), acknowledged);
            assertThat(acknowledged.size()).isGreaterThan(before);
            check(acknowledged);
        }
    }

    private void writeUntilKilled(int round, int lines, Map<UUID, Event.Place> acknowledged)
            throws Exception {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Writing.class.getName(),
                                folder.toString(),
                                Integer.toString(round))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var output = process.inputReader()) {
            var read = 0;
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                var words = line.split(" ", -1);
                if (words.length == 3 && !words[2].isEmpty()) {
                    acknowledged.put(
                            UUID.fromString(words[0]),
                            new Event.Place(Integer.parseInt(words[1]), Long.parseLong(words[2])));
                }
                if (++read == lines) {
                    process.destroyForcibly();
                    break; // a line that was cut is not taken for whole
                }
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private void check(Map<UUID, Event.Place> acknowledged) throws Exception {
        try (var log = EventLog.open(new RocksLogDevice(folder, 4))) {
            var places = new HashMap<UUID, Event.Place>();
            for (var partition = 0; partition < 4; partition++) {
                var expected = 1L;
                for (var events = log.read(partition, 1, 1000);
                        !events.isEmpty();
                        events = log.read(partition, expected, 1000)) {
                    for (var event : events) {
                        assertThat(event.position()).isEqualTo(expected++);
                        assertThat(places.put(event.data().id(), event.place())).isNull();
                    }
                }
            }
            assertThat(places).containsAllEntriesOf(acknowledged);
            var halves = new ArrayList<UUID>();
            for (var id : places.keySet()) {
                if (!places.containsKey(twin(id)) && id.getMostSignificantBits() >= 0) {
                    halves.add(id);
                }
            }
            assertThat(halves).isEmpty();
        }
    }
}
