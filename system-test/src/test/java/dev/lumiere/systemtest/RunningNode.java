package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The real thing: a node in a process of its own, started by its command line on free ports. */
final class RunningNode implements AutoCloseable {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** As the launcher has it. */
    private static final List<String> HEAP = List.of("-Xms32m", "-Xmx512m");

    private static final Path LIBRARY = ROOT.resolve("platform/target/lumiere/lib");
    private static final Pattern ADDRESS =
            Pattern.compile("http://(?:127\\.0\\.0\\.1|0\\.0\\.0\\.0):(\\d+)");
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private final HttpClient client = HttpClient.newHttpClient();
    private final int mediaPort;
    private final int apiPort;

    private RunningNode(Process process, Path output, int mediaPort, int apiPort) {
        this.process = process;
        this.output = output;
        this.mediaPort = mediaPort;
        this.apiPort = apiPort;
    }

    /** Starts a node with these further arguments and waits until it says that it is ready. */
    static RunningNode up(Path home, String... arguments) throws IOException {
        return upWithHeap(HEAP, home, arguments);
    }

    /** The same with a heap as these flags say. */
    static RunningNode upWithHeap(List<String> heap, Path home, String... arguments)
            throws IOException {
        return up(List.of(), heap, home, arguments);
    }

    /** The same, started by the command that these begin. */
    static RunningNode upIn(List<String> command, Path home, String... arguments)
            throws IOException {
        return up(command, HEAP, home, arguments);
    }

    private static RunningNode up(
            List<String> command, List<String> heap, Path home, String... arguments)
            throws IOException {
        var output = Files.createTempFile(home.getParent(), "node", ".out");
        var process = launch(command, heap, home, output, arguments);
        Awaitility.await()
                .atMost(START_LIMIT)
                .until(() -> !process.isAlive() || (ports(output).size() == 2 && isReady(output)));
        assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
        var ports = ports(output);
        return new RunningNode(process, output, ports.get(0), ports.get(1));
    }

    /** Starts a node that is expected to refuse; gives its exit code and what it said. */
    static Refusal refused(Path home, String... arguments)
            throws IOException, InterruptedException {
        var output = Files.createTempFile(home.getParent(), "node", ".out");
        var process = launch(List.of(), HEAP, home, output, arguments);
        assertThat(process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return new Refusal(process.exitValue(), Files.readString(output));
    }

    /** Starts a node and sends it SIGTERM as soon as this file is there, ready or not. */
    static Refusal stoppedOnceThereIs(Path file, Path home, String... arguments)
            throws IOException, InterruptedException {
        var output = Files.createTempFile(home.getParent(), "node", ".out");
        var process = launch(List.of(), HEAP, home, output, arguments);
        Awaitility.await()
                .atMost(START_LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> !process.isAlive() || Files.exists(file));
        process.destroy();
        assertThat(process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return new Refusal(process.exitValue(), Files.readString(output));
    }

    record Refusal(int exitCode, String said) {}

    int mediaPort() {
        return mediaPort;
    }

    int apiPort() {
        return apiPort;
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    String said() throws IOException {
        return Files.readString(output);
    }

    /** Asks the media port; names and values of headers follow the target. */
    HttpResponse<byte[]> get(String target, String... headers) {
        return send("GET", mediaPort, target, headers);
    }

    HttpResponse<byte[]> head(String target, String... headers) {
        return send("HEAD", mediaPort, target, headers);
    }

    HttpResponse<byte[]> send(String method, int port, String target, String... headers) {
        var request =
                HttpRequest.newBuilder(uri(port, target))
                        .timeout(Duration.ofSeconds(60))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + target, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends JSON to the API port. */
    HttpResponse<String> post(String target, String json) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(uri(apiPort, target))
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(json));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonObject api(String target) {
        return new JsonObject(
                new String(send("GET", apiPort, target).body(), StandardCharsets.UTF_8));
    }

    /** The workers of the service {@code image} that run now. */
    List<Worker> workers() {
        return workers("image");
    }

    /** The workers of a service that run now. */
    List<Worker> workers(String service) {
        var workers = new ArrayList<Worker>();
        for (var entry : api("/health").getJsonArray("instances")) {
            var instance = (JsonObject) entry;
            if ("ready".equals(instance.getString("state"))
                    && service.equals(instance.getString("service"))) {
                workers.add(
                        new Worker(
                                instance.getString("id"),
                                instance.getString("zone"),
                                instance.getLong("pid")));
            }
        }
        return workers;
    }

    record Worker(String id, String zone, long pid) {
        void kill() {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Waits until that many workers run. */
    void awaitWorkers(int count) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> workers().size() == count);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Stops by SIGTERM. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the node did not stop within 30 s of SIGTERM");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        client.close();
    }

    /** Starts another command of the program. */
    static Process command(String name, List<String> arguments) throws IOException {
        var command = program(HEAP);
        command.add(name);
        command.addAll(arguments);
        return new ProcessBuilder(command).start();
    }

    /** What the launcher runs; with the quick compiler alone, but where tests take their time. */
    static List<String> program() {
        return program(HEAP);
    }

    private static List<String> program(List<String> heap) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-Dlumiere.root=" + ROOT,
                                "-cp",
                                LIBRARY + "/*",
                                "dev.lumiere.platform.Lumiere"));
        command.addAll(1, heap);
        if (!Boolean.getBoolean("lumiere.soak")) {
            command.add(1, "-XX:TieredStopAtLevel=1"); // most end before more has paid for itself
        }
        return command;
    }

    private static Process launch(
            List<String> within, List<String> heap, Path home, Path output, String... arguments)
            throws IOException {
        var command = new ArrayList<>(within);
        command.addAll(program(heap));
        command.addAll(List.of("up", "--home", home.toString()));
        var given = List.of(arguments);
        if (!given.contains("--media-port")) {
            command.addAll(List.of("--media-port", "0"));
        }
        if (!given.contains("--api-port")) {
            command.addAll(List.of("--api-port", "0"));
        }
        command.addAll(given);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** The media port and the API port, in the order they are printed. */
    private static List<Integer> ports(Path output) throws IOException {
        return ADDRESS.matcher(Files.readString(output))
                .results()
                .map(m -> Integer.parseInt(m.group(1)))
                .distinct()
                .toList();
    }

    private static boolean isReady(Path output) throws IOException {
        return Files.readString(output).contains("Ctrl-C");
    }

    private static URI uri(int port, String target) {
        return URI.create(
                "http://127.0.0.1:"
                        + port
                        + target.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E"));
    }
}
