package dev.lumiere.bench;

import dev.lumiere.service.file.FileTree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** This computer during a benchmark: runs programs, and stops and removes all it made. */
public final class Machine implements AutoCloseable {
    private static final Duration START_WITHIN = Duration.ofSeconds(30);
    private static final long STOP_WITHIN_SECONDS = 15;

    private final Path root;
    private final Path scratch;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Deque<Process> started = new ArrayDeque<>();

    private Machine(Path root, Path scratch) {
        this.root = root;
        this.scratch = scratch;
    }

    static Machine open(Path root) throws IOException {
        var machine = new Machine(root, Files.createTempDirectory("lumiere-bench"));
        Runtime.getRuntime().addShutdownHook(new Thread(machine::close));
        return machine;
    }

    Path root() {
        return root;
    }

    public Path scratch() {
        return scratch;
    }

    public int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A program of the path or of {@code /usr/sbin}; null if it is not there. */
    public static @Nullable Path program(String name) {
        for (var folder : (System.getenv("PATH") + ":/usr/sbin").split(":", -1)) {
            var file = Path.of(folder, name);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    /** Starts a server; its output goes to a file in the scratch folder. */
    public Process start(String name, Map<String, String> environment, List<String> command)
            throws IOException {
        var builder = new ProcessBuilder(command).directory(scratch.toFile());
        builder.environment().putAll(environment);
        var process =
                builder.redirectErrorStream(true)
                        .redirectOutput(scratch.resolve(name + ".log").toFile())
                        .start();
        started.push(process);
        return process;
    }

    /** Runs a program to its end and gives what it wrote. */
    String run(List<String> command) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(command)
                        .directory(scratch.toFile())
                        .redirectErrorStream(true)
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ":\n" + output);
        }
        return output;
    }

    public String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    /** Asks until the answer is 200, as long as the server lives. */
    byte[] await(String name, Process process, int port, String target)
            throws IOException, InterruptedException {
        var end = System.nanoTime() + START_WITHIN.toNanos();
        var last = "no answer";
        while (process.isAlive() && System.nanoTime() < end) {
            try {
                var answer = get(port, target);
                if (answer.statusCode() == 200) {
                    return answer.body();
                }
                last =
                        answer.statusCode()
                                + " "
                                + new String(answer.body(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                last = e.toString();
            }
            Thread.sleep(50);
        }
        throw new IOException(
                name
                        + " did not start: "
                        + last
                        + "\n"
                        + Files.readString(scratch.resolve(name + ".log")));
    }

    HttpResponse<byte[]> get(int port, String target) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(port, target)).build());
    }

    /**
     * What is answered.
     *
     * @throws IOException if that is not 200
     */
    byte[] body(int port, String target) throws IOException, InterruptedException {
        var answer = get(port, target);
        if (answer.statusCode() != 200) {
            var said = new String(answer.body(), StandardCharsets.UTF_8);
            throw new IOException(target + ": " + answer.statusCode() + " " + said);
        }
        return answer.body();
    }

    HttpResponse<byte[]> put(int port, String target, String json)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(uri(port, target))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    private HttpResponse<byte[]> send(HttpRequest request)
            throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofByteArray());
    }

    private static URI uri(int port, String target) {
        return URI.create("http://127.0.0.1:" + port + target);
    }

    /** Processor, cores, memory and system, in a line. */
    public static String inWords() throws IOException {
        var model =
                Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 2))
                        .findFirst()
                        .orElse("unknown processor");
        return Runtime.getRuntime().availableProcessors()
                + " × "
                + model
                + ", Linux "
                + System.getProperty("os.version")
                + ", JDK "
                + Runtime.version();
    }

    public static String loadAverage() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
    }

    @Override
    public synchronized void close() {
        var stopping = new ArrayList<Process>();
        while (!started.isEmpty()) {
            var process = started.pop();
            process.destroy();
            stopping.add(process);
        }
        try {
            for (var process : stopping) {
                if (!process.waitFor(STOP_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            }
            FileTree.delete(scratch);
        } catch (IOException e) {
            System.err.println("could not remove " + scratch + ": " + e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
