package dev.lumiere.platform;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lumiere.platform.node.Home;
import dev.lumiere.platform.node.ImageService;
import dev.lumiere.platform.node.Node;
import dev.lumiere.platform.node.NodeConfig;
import dev.lumiere.platform.node.Parts;
import dev.lumiere.platform.node.Program;
import dev.lumiere.service.Settings;
import dev.lumiere.service.file.FileTree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/**
 * {@code lumiere train}: what a node and an image worker do in their first minutes, so that the JDK
 * can keep the classes they load and what it learned about their methods: a node that starts with
 * that compiles at once what is going to be hot. The launcher runs it after a build, with {@code
 * -XX:AOTCacheOutput}; the worker's cache is written by a worker that this starts.
 *
 * @see <a href="https://openjdk.org/jeps/515">JEP 515: Ahead-of-Time Method Profiling</a>
 */
@Command(name = "train", hidden = true, description = "A training run for the class caches.")
final class TrainCommand implements Callable<Integer> {
    /** Enough that the JDK would compile what every request needs with its best compiler. */
    private static final int ROUNDS = 1500;

    private static final int HITS_A_ROUND = 8;
    private static final int CALLERS = 3;
    private static final int WORKER_ROUNDS = 100;
    private static final long END_WITHIN_SECONDS = 60;
    private static final List<String> PICTURES =
            List.of("/demo/gogopher.jpg", "/demo/portrait.jpg");
    private static final List<String> API_PATHS =
            List.of(
                    "/health",
                    "/metrics",
                    "/v1/instances",
                    "/v1/deploy",
                    "/v1/log",
                    "/v1/log/streams/training-1");
    private static final String APPEND =
            """
            {"changes": [{"stream": "training-1", "expected": 0,
              "events": [{"type": "Trained", "payload": {}}]}]}
            """;
    private static final List<String> STAGES =
            List.of(
                    "imageView/1/w/200/h/200",
                    "imageView2/2/w/320/format/png",
                    "imageView2/1/w/64/h/64/format/webp",
                    "imageInfo");

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        var scratch = Files.createTempDirectory("lumiere");
        try {
            trainImageWorker(scratch);
            trainNode(scratch);
        } finally {
            FileTree.delete(scratch);
        }
        return 0;
    }

    private static void trainNode(Path scratch)
            throws IOException, InterruptedException, ExecutionException {
        var flags =
                Map.of(
                        "platform.home", scratch.resolve("home").toString(),
                        "gateway.port", "0",
                        "api.port", "0");
        var config = NodeConfig.from(new Settings(flags, Map.of(), Map.of()));
        try (var parts = new Parts()) {
            var node =
                    parts.make(
                            () -> Node.start(config, parts.add(Home.open(config.home())), parts));
            node.awaitReady();
            var media = new InetSocketAddress(InetAddress.getLoopbackAddress(), node.mediaPort());
            var api = new InetSocketAddress(InetAddress.getLoopbackAddress(), node.apiPort());
            try (var callers = Executors.newFixedThreadPool(CALLERS)) {
                var calls = new ArrayList<Callable<Void>>();
                for (var caller = 0; caller < CALLERS; caller++) {
                    var first = caller * ROUNDS;
                    calls.add(() -> askForPictures(media, first));
                }
                for (var done : callers.invokeAll(calls)) {
                    done.get();
                }
            }
            try (var caller = TrainingCaller.to(api)) {
                caller.post("/v1/log/appends", "application/json", APPEND.getBytes(US_ASCII));
                for (var path : API_PATHS) {
                    caller.get(path);
                }
            }
        }
    }

    /** New pictures, so that workers are asked, and the same again, from memory. */
    private static Void askForPictures(SocketAddress media, int first) throws IOException {
        try (var caller = TrainingCaller.to(media)) {
            for (var round = first; round < first + ROUNDS; round += CALLERS) {
                var picture = PICTURES.get(round % PICTURES.size());
                var size = "/w/%d/h/%d".formatted(16 + round % 64, 16 + round / 64);
                var target = picture + "?imageView2/1" + size;
                for (var hit = 0; hit < HITS_A_ROUND; hit++) {
                    caller.get(target);
                }
                caller.get(picture);
                caller.get(picture + "?" + STAGES.get(round % STAGES.size()));
            }
        }
        return null;
    }

    private static void trainImageWorker(Path scratch) throws IOException, InterruptedException {
        var program = Program.find();
        var usual = ImageService.from(new Settings(Map.of(), Map.of(), Map.of())).getFirst();
        var spec = usual.spec(program);
        var command = new ArrayList<>(spec.command());
        command.add(1, "-XX:AOTCacheOutput=" + program.imageAotCache());
        var socket = scratch.resolve("w.sock");
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(spec.environment());
        builder.environment().put("LUMIERE_WORKER_LISTEN", "unix:" + socket);
        var worker = builder.start();
        try {
            var source = Files.readAllBytes(program.sampleMedia().resolve("gogopher.jpg"));
            try (var caller = callerTo(worker, UnixDomainSocketAddress.of(socket))) {
                for (var path : List.of("/ready", "/methods", "/metrics")) {
                    caller.get(path);
                }
                for (var round = 0; round < WORKER_ROUNDS; round++) {
                    for (var stage : STAGES) {
                        var target = "/handler?cmd=" + stage.replace("/", "%2F");
                        caller.post(target, "image/jpeg", source);
                    }
                }
            }
        } finally {
            worker.destroy();
            if (!worker.waitFor(END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                worker.destroyForcibly();
            }
        }
    }

    /** As soon as it listens: its socket is there a moment before. */
    private static TrainingCaller callerTo(Process worker, SocketAddress address)
            throws IOException, InterruptedException {
        while (true) {
            try {
                return TrainingCaller.to(address);
            } catch (IOException e) {
                if (!worker.isAlive()) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }
}
