package dev.lumiere.deploy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A worker of one class: it answers what it is asked to try, one request per connection. */
final class TestWorker {
    private static volatile boolean ready = true;

    private TestWorker() {}

    static void main() throws IOException {
        var listen = System.getenv("LUMIERE_WORKER_LISTEN").substring("unix:".length());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("told to stop")));
        System.out.println("serving");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(listen));
            while (true) {
                var client = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            }
        }
    }

    private static void serve(SocketChannel client) {
        try (client) {
            var buffer = ByteBuffer.allocate(8192);
            client.read(buffer);
            var head = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
            var target = head.split(" ", 3)[1];
            var body = answer(target.split("\\?", 2)[0], target.substring(target.indexOf('?') + 1));
            var status = body.isEmpty() ? "503 Not Ready" : "200 OK";
            var text =
                    "HTTP/1.1 "
                            + status
                            + "\r\nContent-Length: "
                            + body.length()
                            + "\r\nConnection: close\r\n\r\n"
                            + body;
            client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException _) {
            // The caller went away.
        }
    }

    private static String answer(String act, String what) {
        try {
            return switch (act) {
                case "/ready" -> ready ? "ready" : "";
                case "/methods" -> "{\"name\":\"x\",\"metadata\":{\"ops\":\"try\",\"n\":3}}";
                case "/sicken" -> {
                    ready = false;
                    yield "sick";
                }
                case "/connect" -> {
                    try (var socket = new Socket()) {
                        socket.connect(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), Integer.parseInt(what)),
                                2000);
                        yield "done";
                    }
                }
                case "/source" -> {
                    var source = Path.of(System.getenv("LUMIERE_WORKER_SOURCE"));
                    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(source))) {
                        yield "done";
                    }
                }
                case "/read" -> Files.readString(Path.of(what)).isEmpty() ? "empty" : "done";
                case "/write" -> {
                    Files.writeString(Path.of(what), "x");
                    yield "done";
                }
                case "/fill" -> {
                    try (var out = Files.newOutputStream(Path.of("/tmp/fill"))) {
                        for (var i = 0; i < Integer.parseInt(what); i++) {
                            out.write(new byte[1 << 20]);
                        }
                    }
                    yield "done";
                }
                case "/grow" -> {
                    Arena.global().allocate((long) Integer.parseInt(what) << 20, 1).fill((byte) 1);
                    yield "done";
                }
                case "/run" -> {
                    var process = new ProcessBuilder(what.split("\\+", -1)).start();
                    yield "status " + process.waitFor();
                }
                case "/environment" -> System.getenv().toString();
                default -> "unknown";
            };
        } catch (IOException e) {
            return "failed: " + e;
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }
}
