package dev.lumiere.platform;

import dev.lumiere.service.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code lumiere train}: what a node and an image worker do in their first minute, so that the JDK
 * can keep the classes they load. The launcher runs it after a build, with {@code
 * -XX:AOTCacheOutput}; the worker's cache is written by a worker that this starts.
 */
@Command(name = "train", hidden = true, description = "A training run for the class caches.")
final class TrainCommand implements Callable<Integer> {
    private static final int ROUNDS = 20;
    private static final long END_WITHIN_SECONDS = 60;
    private static final List<String> STAGES =
            List.of(
                    "imageView/1/w/200/h/200",
                    "imageView2/2/w/320/format/png",
                    "imageView2/1/w/64/h/64/format/webp",
                    "imageInfo");

    @Override
    public Integer call() throws IOException, InterruptedException {
        var scratch = Files.createTempDirectory("lumiere");
        try {
            trainImageWorker(scratch);
            trainNode(scratch);
        } finally {
            delete(scratch);
        }
        return 0;
    }

    private static void trainNode(Path scratch) throws IOException, InterruptedException {
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
            for (var round = 0; round < ROUNDS; round++) {
                for (var stage : STAGES) {
                    ask(media, "GET /demo/gogopher.jpg?" + stage, new byte[0]);
                }
                ask(
                        media,
                        "GET /demo/gogopher.jpg?imageView/1/w/200/h/" + (100 + round),
                        new byte[0]);
                ask(media, "GET /demo/gogopher.jpg", new byte[0]);
            }
            ask(api, "GET /health", new byte[0]);
            ask(api, "GET /metrics", new byte[0]);
        }
    }

    private static void trainImageWorker(Path scratch) throws IOException, InterruptedException {
        var program = Program.find();
        var spec = ImageService.from(new Settings(Map.of(), Map.of(), Map.of())).spec(program);
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
            while (worker.isAlive() && !Files.exists(socket)) {
                Thread.sleep(20);
            }
            var source = Files.readAllBytes(program.sampleMedia().resolve("gogopher.jpg"));
            var address = UnixDomainSocketAddress.of(socket);
            ask(address, "GET /ready", new byte[0]);
            ask(address, "GET /methods", new byte[0]);
            ask(address, "GET /metrics", new byte[0]);
            for (var round = 0; round < ROUNDS; round++) {
                for (var stage : STAGES) {
                    ask(address, "POST /handler?cmd=" + stage.replace("/", "%2F"), source);
                }
            }
        } finally {
            worker.destroy();
            if (!worker.waitFor(END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                worker.destroyForcibly();
            }
        }
    }

    /** One request on a connection of its own; the answer is read to its end and thrown away. */
    private static void ask(SocketAddress address, String request, byte[] body) throws IOException {
        var head =
                request
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: image/jpeg\r\n"
                        + (body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n")
                        + "\r\n";
        try (var channel = SocketChannel.open(address)) {
            write(channel, ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            write(channel, ByteBuffer.wrap(body));
            var answer = ByteBuffer.allocate(1 << 16);
            var read = 0;
            while (read >= 0) {
                read = channel.read(answer.clear());
            }
        }
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted((one, other) -> other.compareTo(one)).forEach(TrainCommand::deleteOne);
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
