package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.consumer.Consumer;
import dev.lumiere.eventlog.consumer.ConsumerGroups;
import dev.lumiere.eventlog.consumer.Settings;
import dev.lumiere.eventlog.json.EventJson;
import dev.lumiere.eventlog.retention.Archive;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./lumiere log} as it is typed, on the log of a node and on one that lies there. */
class LogCommandTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String END = "3.0";

    @TempDir Path folder;
    private Path home;

    /** What a command printed, and its exit code. */
    private record Ran(int code, List<String> out, String said) {}

    @BeforeEach
    void threeEventsOfAdas() throws Exception {
        home = folder.resolve("home");
        try (var log = EventLog.open(new RocksLogDevice(home.resolve("eventlog"), 2))) {
            var stream = new StreamId("account", "ada");
            assertThat(log.partition(stream)).isZero();
            append(log, stream, "AccountCreated", 0, "{\"owner\":\"Ada\"}");
            append(log, stream, "OwnerChanged", 1, "{\"owner\":\"Grace\\u009b\"}");
            append(log, stream, "Scanned", 2, "no json\n");
        }
    }

    private static void append(
            EventLog log, StreamId stream, String type, int second, String payload)
            throws InterruptedException {
        var time = Instant.parse("2026-11-29T10:15:30Z").plusSeconds(second);
        var event = EventData.of(new UUID(0, second), type, time, payload);
        log.append(Append.to(stream, Expected.any(), List.of(event)), LONG);
    }

    @Test
    void aLogThatNoNodeHasIsReadInItsFolderAndLeftAsItIs() throws Exception {
        var before = contents();

        var streams = log("streams", "acc");
        var read = log("read", "account-ada");
        var json = log("read", "--all", "--from", "1.0", "--json");
        var stateAt = log("state-at", "account-ada", "--time", "2026-11-29T10:15:31Z", "--json");
        var export = log("export");
        var verified = log("verify");

        assertThat(streams.out).containsExactly("       3  account-ada");
        assertThat(streams.said).contains("folder", home.toString(), "no node");
        assertThat(read.out).hasSize(3);
        assertThat(read.out.getFirst())
                .isEqualTo(
                        "0/1   2026-11-29 10:15:30.000  account-ada v1  AccountCreated "
                                + " {\"owner\":\"Ada\"}");
        assertThat(read.out.getLast()).endsWith("Scanned         (8 bytes)");
        assertThat(events(json)).containsExactly(2L, 3L);
        assertThat(events(stateAt)).containsExactly(1L, 2L);
        assertThat(events(export)).containsExactly(1L, 2L, 3L);
        assertThat(export.said).contains("exported up to " + END);
        assertThat(verified.out).containsExactly("sound: 3 events in 1 streams, up to " + END);
        assertThat(List.of(streams, read, json, stateAt, export, verified))
                .allMatch(ran -> ran.code == 0);
        assertThat(contents()).as("nothing is changed").isEqualTo(before);
    }

    @Test
    void whileANodeRunsItIsAsked() throws Exception {
        try (var node = up()) {
            var read = log("read", "account-ada", "--backwards", "--max", "2", "--json");
            var partition = log("read", "--partition", "0", "--from", "3");
            var streams = log("streams", "--json");
            var none = log("read", "account-eve");
            var stateAt = log("state-at", "account-ada", "--version", "1");
            var verified = log("verify", "--json");
            var made = log("backup");
            var listed = log("backup", "--list", "--json");
            var restored = log("restore");
            var elsewhere = log("streams", "--api", "http://127.0.0.1:" + node.apiPort());

            assertThat(events(read)).containsExactly(3L, 2L);
            assertThat(partition.said).contains("the node at http://127.0.0.1:" + node.apiPort());
            assertThat(partition.out).as("one, and two of the first account").hasSize(3);
            assertThat(streams.out)
                    .containsExactly(
                            "{\"stream\":\"account-ada\",\"version\":3}",
                            "{\"stream\":\"storage.account-first\",\"version\":2}");
            assertThat(none.code).isEqualTo(1);
            assertThat(none.said).contains("there is no stream account-eve");
            assertThat(stateAt.out).hasSize(1);
            assertThat(stateAt.said).contains("account-ada was at version 1");
            assertThat(new JsonObject(verified.out.getFirst()).getBoolean("sound")).isTrue();
            assertThat(made.out.getFirst()).startsWith("backup 1 ").endsWith("holds 5.0");
            assertThat(new JsonObject(listed.out.getFirst()).getString("holds")).isEqualTo("5.0");
            assertThat(restored.code).isEqualTo(1);
            assertThat(restored.said).contains("in use", "" + node.process().pid());
            assertThat(elsewhere.out).hasSize(2);
        }
    }

    @Test
    void whatComesIsPrintedAsItComesUntilTheNodeEnds() throws Exception {
        Process tail;
        BufferedReader lines;
        try (var node = up()) {
            tail = start("tail", "--from", "2.0", "--json");
            lines = tail.inputReader();

            assertThat(nextOfAda(lines)).isEqualTo(3);
            append(node, "{\"type\": \"Closed\", \"payload\": {}}");
            assertThat(nextOfAda(lines)).isEqualTo(4);
        }

        assertThat(lines.readLine()).isNull();
        assertThat(tail.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(tail.exitValue()).isZero();
        assertThat(tail.errorReader().readAllAsString()).contains("--from 6.0");
    }

    /** The version of the next event that is not the node's own. */
    private static long nextOfAda(BufferedReader lines) throws IOException {
        var event = EventJson.parse(lines.readLine());
        while (!event.stream().category().equals("account")) {
            event = EventJson.parse(lines.readLine());
        }
        return event.version();
    }

    private static void append(RunningNode node, String event)
            throws IOException, InterruptedException {
        var body =
                "{\"changes\": [{\"stream\": \"account-ada\", \"expected\": 3, \"events\": [%s]}]}"
                        .formatted(event);
        assertThat(node.post("/v1/log/appends", body).statusCode()).isEqualTo(200);
    }

    @Test
    void aLogIsPutBackFromABackupUpToAPosition() throws Exception {
        assertThat(log("backup", "--keep", "1").out.getFirst()).contains("holds " + END);
        var refused = log("restore");
        Files.move(home.resolve("eventlog"), folder.resolve("moved"));

        var beyond = log("restore", "--to", "4.0");
        var restored = log("restore", "--to", "2.0");
        var read = log("export");

        assertThat(refused.code).isEqualTo(1);
        assertThat(refused.said).contains("there is a log in");
        assertThat(beyond.code).isEqualTo(1);
        assertThat(beyond.said).contains("up to 3.0, not up to 4.0");
        assertThat(restored.out.getFirst()).contains("restored backup 1", "up to 2.0");
        assertThat(events(read)).containsExactly(1L, 2L);
    }

    @Test
    void damageIsFoundAndMakesTheExitCodeOne() throws Exception {
        for (var file : files()) {
            if (file.toString().endsWith(".sst")) {
                var bytes = Files.readAllBytes(file);
                bytes[20] ^= 1;
                Files.write(file, bytes);
            }
        }

        var verified = log("verify");
        var read = log("export");

        assertThat(verified.code).isEqualTo(1);
        assertThat(verified.out.getLast()).startsWith("DAMAGED");
        assertThat(read.code).isEqualTo(1);
        assertThat(read.said).doesNotContain("\tat ");
    }

    @Test
    void damageOfTheArchiveIsFoundToo() throws Exception {
        var archive = folder.resolve("archive");
        try (var log = EventLog.open(new RocksLogDevice(home.resolve("eventlog"), 2))) {
            new Archive(archive).takeOver(log, 3);
        }
        var setting = "log.archive=" + archive;
        var sound = log("verify", "--set", setting);
        Path file;
        try (var files = Files.list(archive)) {
            file = files.findFirst().orElseThrow();
        }
        Files.write(file, new byte[100]);

        var verified = log("verify", "--set", setting);

        assertThat(sound.code).isZero();
        assertThat(verified.code).isEqualTo(1);
        assertThat(verified.out.getFirst()).startsWith(file + ": ");
        assertThat(verified.out.getLast()).startsWith("DAMAGED, 1 finding: 3 events");
    }

    @Test
    void aPipeThatIsClosedEndsItQuietly() throws Exception {
        try (var log = EventLog.open(new RocksLogDevice(home.resolve("eventlog"), 2))) {
            for (var i = 10; i < 200; i++) {
                append(log, new StreamId("large", "1"), "Large", i, "1".repeat(10_000));
            }
        }

        var export = start("export");
        export.inputReader().readLine();
        export.getInputStream().close();

        assertThat(export.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(export.exitValue()).isZero();
        assertThat(export.errorReader().readAllAsString()).isEmpty();
    }

    @Test
    void consumersAreListedWhereTheyStandAndWhy() throws Exception {
        Ran stopped;
        try (var log = EventLog.open(new RocksLogDevice(home.resolve("eventlog"), 2));
                var _ = mailer(log)) {
            var groups = new ConsumerGroups(log);
            await().atMost(LONG)
                    .until(() -> groups.progress().stream().anyMatch(p -> p.stopped() != null));
            stopped = log("consumers");
        }
        var others = log("consumers", "printer");
        Ran left;
        try (var _ = up()) {
            left = log("consumers", "mailer", "--json");
        }

        assertThat(stopped.code).isEqualTo(1);
        assertThat(stopped.out.getFirst())
                .startsWith("mailer/0  at 2, 1 behind  a  STOPPED: ")
                .contains("no such address\\u001b");
        assertThat(others.code).isZero();
        assertThat(others.out).isEmpty();
        assertThat(left.code).as("who left has not stopped").isZero();
        assertThat(new JsonObject(left.out.getFirst()).getMap())
                .isEqualTo(Map.of("name", "mailer", "partition", 0, "position", 2, "lag", 3));
    }

    private static Consumer mailer(EventLog log) {
        return Consumer.join(
                log,
                "mailer",
                "a",
                Settings.from(Settings.Start.FIRST),
                event -> {
                    if (event.data().type().equals("Scanned")) {
                        throw new IOException("no such address\u001b");
                    }
                });
    }

    private RunningNode up() throws IOException {
        var bucket = Files.createDirectories(folder.resolve("bucket"));
        return RunningNode.up(
                home, "--workers", "0", "--bucket", "pics=" + bucket, "--set", "log.partitions=2");
    }

    private List<Long> events(Ran ran) {
        assertThat(ran.code).as(ran.said).isZero();
        return ran.out.stream().map(line -> EventJson.parse(line).version()).toList();
    }

    private Ran log(String... arguments) throws IOException, InterruptedException {
        var process = start(arguments);
        var said = new StringBuilder();
        var saying =
                Thread.ofVirtual()
                        .start(() ->
                                process.errorReader()
                                        .lines()
                                        .forEach(line -> said.append(line).append('\n')));
        var out = process.inputReader().lines().toList();
        assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        saying.join();
        return new Ran(process.exitValue(), out, said.toString());
    }

    private Process start(String verb, String... arguments) throws IOException {
        var all = new ArrayList<String>();
        all.addAll(List.of(verb, "--home", home.toString(), "--set", "log.partitions=2"));
        all.addAll(List.of(arguments));
        return RunningNode.command("log", all);
    }

    private Process start(String[] arguments) throws IOException {
        var rest = List.of(arguments).subList(1, arguments.length);
        return start(arguments[0], rest.toArray(String[]::new));
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(home.resolve("eventlog"))) {
            return files.toList();
        }
    }

    private Map<String, String> contents() throws IOException {
        var contents = new TreeMap<String, String>();
        for (var file : files()) {
            contents.put(
                    file.getFileName().toString(),
                    Files.getLastModifiedTime(file) + " " + Files.size(file));
        }
        return contents;
    }
}
