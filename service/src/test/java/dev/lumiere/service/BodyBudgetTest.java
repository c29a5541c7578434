package dev.lumiere.service;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.registry.Address;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that share 1000 bytes, over real sockets. */
@Timeout(60)
class BodyBudgetTest {
    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final Semaphore entered = new Semaphore(0);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final BodyBudget budget = new BodyBudget(1000);
    private ServiceServer server;

    @BeforeEach
    void start() {
        server =
                new ServiceServer(
                        vertx,
                        ServerConfig.on(Listen.parse("tcp://127.0.0.1:0"), ProblemForm.RFC_9457),
                        new ServiceServer.Parts(
                                new Health(),
                                metrics,
                                new JsonObject(),
                                InstantSource.system(),
                                new Random(1)));
        on("/echo", (exchange, body) -> exchange.answer(200, "text/plain", body));
        on(
                "/slow",
                (exchange, body) -> {
                    entered.release();
                    mayAnswer.await();
                    exchange.answer(200, "text/plain", body);
                });
        on(
                "/broken",
                (_, _) -> {
                    throw new IllegalStateException("on purpose");
                });
        server.start();
    }

    private void on(String path, ServiceServer.BlockingHandler handler) {
        server.onVirtualThread(HttpMethod.POST, path, 800, budget, handler);
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        server.close();
        vertx.close().await();
        metrics.close();
    }

    /** So many bytes of a body of 800, which says its length or not. */
    private Socket begun(String path, int bytes, boolean saysLength) throws IOException {
        var socket =
                new Socket(
                        InetAddress.getLoopbackAddress(), ((Address.Tcp) server.address()).port());
        socket.setSoTimeout(30_000);
        var head = "POST " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
        send(
                socket,
                saysLength
                        ? head + "Content-Length: 800\r\n\r\n" + "a".repeat(bytes)
                        : head
                                + "Transfer-Encoding: chunked\r\n\r\n%x\r\n".formatted(bytes)
                                + "a".repeat(bytes)
                                + "\r\n");
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    private String echoed(int bytes) throws IOException {
        try (var socket = begun("/echo", bytes, false)) {
            send(socket, "0\r\n\r\n");
            return answer(socket);
        }
    }

    private void awaitLeft(int bytes) {
        await().until(() -> budget.left() == bytes);
    }

    @Test
    void whatArrivesBeyondItIsRefusedUntilThereIsRoom() throws IOException {
        try (var one = begun("/echo", 500, true);
                var other = begun("/echo", 400, false)) {
            awaitLeft(100);

            assertThat(echoed(101))
                    .startsWith("HTTP/1.1 503")
                    .containsIgnoringCase("Retry-After: 1\r\n")
                    .contains("too much arrives at once");
            assertThat(echoed(100)).startsWith("HTTP/1.1 200");
            awaitLeft(100);

            send(one, "a".repeat(101));
            assertThat(answer(one)).as("the one that goes on").startsWith("HTTP/1.1 503");
            awaitLeft(600);
            send(other, "0\r\n\r\n");
            assertThat(answer(other)).startsWith("HTTP/1.1 200");
        }
        awaitLeft(1000);
    }

    @Test
    void whatIsOnlySaidToComeTakesNothing() throws IOException {
        try (var _ = begun("/echo", 1, true);
                var _ = begun("/echo", 1, true)) {
            awaitLeft(998);
            assertThat(echoed(800)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void itIsGivenBackWhenTheClientGoesAway() throws IOException {
        try (var socket = begun("/echo", 700, true)) {
            awaitLeft(300);
            socket.setSoLinger(true, 0); // a reset
        }
        awaitLeft(1000);
        try (var _ = begun("/echo", 700, false)) {
            awaitLeft(300);
        }
        awaitLeft(1000);
    }

    @Test
    void itIsKeptWhileTheHandlerRunsAndGivenBackAfterHoweverItEnds() throws Exception {
        try (var one = begun("/slow", 700, false);
                var gone = begun("/slow", 200, false)) {
            send(one, "0\r\n\r\n");
            send(gone, "0\r\n\r\n");
            entered.acquire(2);
            assertThat(budget.left()).isEqualTo(100);

            gone.shutdownOutput(); // which is a client that goes away
            awaitLeft(300);

            mayAnswer.countDown();
            assertThat(answer(one)).startsWith("HTTP/1.1 200");
        }
        awaitLeft(1000);
        try (var socket = begun("/broken", 700, false)) {
            send(socket, "0\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 500");
        }
        awaitLeft(1000);
    }

    @Test
    void itIsGivenBackByABodyThatIsTooLarge() throws IOException {
        try (var socket = begun("/echo", 799, false)) {
            awaitLeft(201);
            send(socket, "2\r\naa\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 413");
            awaitLeft(1000);
        }
    }
}
