package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, stopping and being killed, as a user meets it. */
class LifecycleTest {
    @TempDir Path folder;

    @Test
    void aSecondNodeOnTheSameHomeIsRefusedInOneLine() throws Exception {
        var home = folder.resolve("home");
        try (var node = up(home)) {
            var refusal = RunningNode.refused(home);

            assertThat(refusal.exitCode()).isEqualTo(1);
            assertThat(refusal.said().strip().lines()).hasSize(1);
            assertThat(refusal.said()).contains(home.toString(), "" + node.process().pid());
        }
    }

    @Test
    void aTakenPortIsRefusedInOneLine() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = String.valueOf(taken.getLocalPort());

            var refusal =
                    RunningNode.refused(
                            folder.resolve("home"),
                            "--media-port",
                            port,
                            "--bucket",
                            "demo=" + folder);

            assertThat(refusal.exitCode()).isEqualTo(1);
            assertThat(refusal.said().strip().lines()).hasSize(1);
            assertThat(refusal.said()).contains(port, "--media-port");
        }
    }

    @Test
    void allMistakesInTheConfigurationAreToldAtOnce() throws Exception {
        var refusal =
                RunningNode.refused(
                        folder.resolve("home"),
                        "--media-port",
                        "70000",
                        "--bucket",
                        "demo=" + folder.resolve("nothing"),
                        "--bucket",
                        "nofolder",
                        "--set",
                        "gateway.dedline=1s",
                        "--set",
                        "novalue",
                        "--set",
                        "platform.hostname=a/b",
                        "--set",
                        "deploy.leaseTime=0s",
                        "--set",
                        "platform.registry=http://",
                        "--set",
                        "log.device=oracle",
                        "--set",
                        "log.partitions=0",
                        "--set",
                        "log.address=here");

        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.said())
                .contains(
                        "70000",
                        "nothing",
                        "nofolder",
                        "gateway.dedline",
                        "novalue",
                        "a/b",
                        "deploy.leaseTime",
                        "platform.registry",
                        "log.device",
                        "log.partitions",
                        "log.address");
        assertThat(refusal.said().strip().lines()).hasSize(11);
    }

    @Test
    void onePortForBothIsRefusedInOneLine() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        var refusal =
                RunningNode.refused(
                        folder.resolve("home"),
                        "--media-port",
                        "" + port,
                        "--api-port",
                        "" + port,
                        "--bucket",
                        "pics=" + folder);

        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.said().strip().lines()).hasSize(1);
        assertThat(refusal.said()).contains("" + port, "--media-port", "--api-port");
    }

    @Test
    void aFlagThatThereIsNotIsRefusedInOneLine() throws Exception {
        var refusal = RunningNode.refused(folder.resolve("home"), "--bukket", "pics=" + folder);

        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.said().strip().lines()).hasSize(1);
        assertThat(refusal.said()).contains("--bukket", "--help");
    }

    @Test
    void aLogThatCannotBeOpenedIsToldByItsFolderAndReasonInOneLine() throws Exception {
        var bucket = "pics=" + Files.createDirectories(folder.resolve("bucket"));
        for (var wrong : List.of("partitions", "locked", "damaged")) {
            var home = folder.resolve(wrong);
            var log = home.resolve("eventlog");
            var device = new RocksLogDevice(log, wrong.equals("partitions") ? 7 : 16);
            if (!wrong.equals("locked")) {
                device.close();
            }
            if (wrong.equals("damaged")) {
                Files.writeString(log.resolve("CURRENT"), "MANIFEST-999999\n");
            }

            var refusal = RunningNode.refused(home, "--bucket", bucket);
            device.close();

            assertThat(refusal.exitCode()).isEqualTo(1);
            assertThat(refusal.said().strip().lines()).as(refusal.said()).hasSize(1);
            assertThat(refusal.said()).contains("event log", log.toString());
        }
    }

    @Test
    void aSharedLogThatCannotBeReachedIsToldInOneLine() throws Exception {
        for (var device : List.of("postgres://ada@127.0.0.1:9/log", "kafka://127.0.0.1:9/events")) {
            var refusal =
                    RunningNode.refused(
                            folder.resolve("home"),
                            "--set",
                            "log.device=" + device,
                            "--set",
                            "log.address=http://127.0.0.1:8081");

            assertThat(refusal.exitCode()).isEqualTo(1);
            assertThat(refusal.said().strip().lines()).as(refusal.said()).hasSize(1);
            assertThat(refusal.said()).contains("the event log in", "127.0.0.1:9");
        }
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAStopAndAfterAKill() throws Exception {
        var home = folder.resolve("home");
        try (var node = up(home, "--workers", "0")) {
            assertThat(append(node, 0)).isEqualTo(200);
            assertThat(node.api("/health").getJsonObject("checks").getJsonObject("log").toString())
                    .contains("takes appends");
        }
        try (var node = up(home, "--workers", "0")) {
            assertThat(append(node, 1)).isEqualTo(200);
            node.kill();
        }
        try (var node = up(home, "--workers", "0")) {
            assertThat(node.api("/v1/log/streams/a-1").getLong("version")).isEqualTo(2);
            assertThat(append(node, 1)).isEqualTo(409);
        }
    }

    private static int append(RunningNode node, int expected) throws Exception {
        var body =
                """
                {"changes": [{"stream": "a-1", "expected": %d,
                  "events": [{"type": "A", "payload": {}}]}]}
                """
                        .formatted(expected);
        return node.post("/v1/log/appends", body).statusCode();
    }

    @Test
    void aStopEndsEveryProcessAndResultsSurviveIt() throws Exception {
        var home = folder.resolve("home");
        var url = "/pics/p.png?imageView2/2/w/40";
        String etag;
        List<RunningNode.Worker> workers;
        try (var node = up(home)) {
            node.awaitWorkers(2);
            workers = node.workers();
            etag = node.get(url).headers().firstValue("ETag").orElseThrow();
            assertThat(node.said()).as("what is logged goes to a file").doesNotContain("\"level\"");
            assertThat(home.resolve("log/node.log")).isNotEmptyFile();
        }
        assertThat(workers).noneMatch(LifecycleTest::lives);

        try (var node = up(home, "--workers", "0")) {
            var answer = node.get(url);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("ETag")).contains(etag);
        }
    }

    @Test
    void aStopInTheMiddleOfTheStartLeavesNothingBehind() throws Exception {
        var runtime = folder.resolve("run");
        var home = folder.resolve("home");
        var bucket = Files.createDirectories(folder.resolve("bucket"));

        var stopped =
                RunningNode.stoppedOnceThereIs(
                        runtime.resolve("source"),
                        home,
                        "--bucket",
                        "pics=" + bucket,
                        "--set",
                        "deploy.runtimeFolder=" + runtime);

        assertThat(stopped.said()).isEmpty();
        assertThat(stopped.exitCode()).isZero();
        assertThat(runtime).doesNotExist();
    }

    @Test
    void aKilledNodeLeavesNoWorkerBehindAndTheNextStartIsClean() throws Exception {
        var home = folder.resolve("home");
        List<RunningNode.Worker> workers;
        try (var node = up(home)) {
            node.awaitWorkers(2);
            workers = node.workers();
            node.kill();
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> workers.stream().noneMatch(LifecycleTest::lives));

        try (var node = up(home)) {
            node.awaitWorkers(2);
            assertThat(Pictures.in(node.get("/pics/p.png?imageView2/2/w/30")).getWidth())
                    .isEqualTo(30);
        }
    }

    private RunningNode up(Path home, String... arguments) throws IOException {
        var bucket = Files.createDirectories(folder.resolve("bucket"));
        if (!Files.exists(bucket.resolve("p.png"))) {
            Files.write(bucket.resolve("p.png"), Pictures.png(90, 60));
        }
        var all = new java.util.ArrayList<>(List.of("--bucket", "pics=" + bucket));
        all.addAll(List.of(arguments));
        return RunningNode.up(home, all.toArray(String[]::new));
    }

    private static boolean lives(RunningNode.Worker worker) {
        return ProcessHandle.of(worker.pid()).map(ProcessHandle::isAlive).orElse(false);
    }
}
