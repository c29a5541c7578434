package dev.lumiere.service;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.registry.Address;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that are read as they arrive, sent over real sockets. */
@Timeout(60)
class BodyStreamTest {
    private static final long MAX_BYTES = 128 << 20;
    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final List<ServiceServer> servers = new ArrayList<>();
    private int port;

    private void serve(Duration patience, ServiceServer.StreamingHandler handler) {
        var server =
                new ServiceServer(
                                vertx,
                                ServerConfig.on(
                                        Listen.parse("tcp://127.0.0.1:0"), ProblemForm.COMPATIBLE),
                                new ServiceServer.Parts(
                                        new Health(),
                                        metrics,
                                        new JsonObject(),
                                        InstantSource.system(),
                                        new Random(1)))
                        .onVirtualThreadStreaming("/", MAX_BYTES, patience, handler)
                        .start();
        servers.add(server);
        port = ((Address.Tcp) server.address()).port();
    }

    @AfterEach
    void stop() {
        servers.forEach(ServiceServer::close);
        vertx.close().await();
        metrics.close();
    }

    private Socket connected() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void head(OutputStream out, String length, String... more) throws IOException {
        var head = "POST / HTTP/1.1\r\nHost: h\r\n" + length + "\r\nConnection: close\r\n";
        out.write((head + String.join("", more) + "\r\n").getBytes(US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void whoeverSendsFasterThanItIsReadWaits() throws Exception {
        var waiting = new CompletableFuture<Integer>();
        serve(
                Duration.ofSeconds(20),
                (exchange, body) -> {
                    await().until(() -> body.mostWaiting() > BodyStream.MAX_WAITING_BYTES);
                    var total = 0L;
                    var into = new byte[10_007];
                    for (var n = body.read(into); n >= 0; n = body.read(into)) {
                        total += n;
                    }
                    waiting.complete(body.mostWaiting());
                    exchange.answer(200, "text/plain", Buffer.buffer("got " + total));
                });
        try (var socket = connected()) {
            var out = socket.getOutputStream();
            head(out, "Content-Length: " + (64 << 20));
            var megabyte = new byte[1 << 20];
            for (var i = 0; i < 64; i++) {
                out.write(megabyte);
            }

            assertThat(answer(socket)).startsWith("HTTP/1.1 200").endsWith("got " + (64 << 20));
        }
        assertThat(waiting.get(20, TimeUnit.SECONDS)).isLessThan(2 * BodyStream.MAX_WAITING_BYTES);
    }

    @Test
    void bytesOneByOneAndInChunksAreTheSame() throws Exception {
        serve(
                Duration.ofSeconds(20),
                (exchange, body) -> {
                    var text = new StringBuilder();
                    for (var b = body.read(); b >= 0; b = body.read()) {
                        text.append((char) b);
                    }
                    exchange.answer(200, "text/plain", Buffer.buffer(text.toString()));
                });
        try (var socket = connected()) {
            var out = socket.getOutputStream();
            head(out, "Transfer-Encoding: chunked");
            out.write("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n".getBytes(US_ASCII));

            assertThat(answer(socket)).endsWith("\r\n\r\nabcde");
        }
    }

    @Test
    void whoSendsNothingForTooLongIsRefused() throws Exception {
        serve(Duration.ofMillis(50), (_, body) -> body.readAllBytes());
        try (var socket = connected()) {
            head(socket.getOutputStream(), "Content-Length: 10");
            socket.getOutputStream().write(1);

            assertThat(answer(socket)).startsWith("HTTP/1.1 408").contains("50 ms");
        }
    }

    @Test
    void whatIsTooLongIsRefusedAtOnceOrWhenItIs() throws Exception {
        serve(Duration.ofSeconds(20), (_, body) -> body.readAllBytes());
        try (var socket = connected()) {
            head(socket.getOutputStream(), "Content-Length: " + (MAX_BYTES + 1));

            assertThat(answer(socket)).startsWith("HTTP/1.1 413").contains("over " + MAX_BYTES);
        }
    }

    @Test
    void whoReadsLearnsThatTheClientWentAway() throws Exception {
        var thrown = new CompletableFuture<Exception>();
        serve(
                Duration.ofSeconds(20),
                (_, body) -> {
                    try {
                        body.readAllBytes();
                    } catch (IOException e) {
                        thrown.complete(e);
                    }
                });
        try (var socket = connected()) {
            head(socket.getOutputStream(), "Content-Length: 10");
            socket.getOutputStream().write(1);
        }

        assertThat(thrown.get(20, TimeUnit.SECONDS))
                .isInstanceOfAny(EOFException.class, InterruptedIOException.class);
    }

    @Test
    void whatIsNotReadIsDroppedAndTheAnswerArrives() throws Exception {
        serve(
                Duration.ofSeconds(20),
                (_, _) -> {
                    throw Problem.of(614, "no need").refused();
                });
        try (var socket = connected()) {
            var out = socket.getOutputStream();
            head(out, "Content-Length: " + (32 << 20));
            try {
                for (var i = 0; i < 32; i++) {
                    out.write(new byte[1 << 20]);
                }
            } catch (SocketException _) {
                // closed meanwhile
            }
            assertThat(answer(socket)).startsWith("HTTP/1.1 614");
        }
    }

    @Test
    void whoAsksWhetherToGoOnIsTold() throws Exception {
        serve(
                Duration.ofSeconds(20),
                (exchange, body) ->
                        exchange.answer(200, "text/plain", Buffer.buffer(body.readAllBytes())));
        try (var socket = connected()) {
            head(socket.getOutputStream(), "Content-Length: 2", "Expect: 100-continue\r\n");
            var first = new byte[25];
            assertThat(socket.getInputStream().readNBytes(first, 0, 25)).isEqualTo(25);
            assertThat(new String(first, US_ASCII)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            socket.getOutputStream().write("ok".getBytes(US_ASCII));

            assertThat(answer(socket)).endsWith("ok");
        }
    }
}
