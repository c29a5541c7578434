package dev.lumiere.service;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.limit.LimitsConfig;
import dev.lumiere.service.registry.Address;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one caller may take of a server, over real sockets. */
@Timeout(60)
class LimitsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private ServiceServer server;

    @BeforeEach
    void start() {
        var settings =
                new Settings(
                        Map.of(
                                "s.requestsPerAddress", "1",
                                "s.requestsPerKey", "1",
                                "s.trustedProxies", "127.0.0.1",
                                "s.connections", "5",
                                "s.connectionsPerAddress", "3",
                                "s.requestTime", "300ms"),
                        Map.of(),
                        Map.of());
        server =
                new ServiceServer(
                                vertx,
                                ServerConfig.on(
                                                Listen.parse("tcp://0.0.0.0:0"),
                                                ProblemForm.RFC_9457)
                                        .withLimits(LimitsConfig.from(settings, "s")),
                                new ServiceServer.Parts(
                                        new Health(),
                                        metrics,
                                        new JsonObject(),
                                        InstantSource.system(),
                                        new Random(1)))
                        .onVirtualThread(
                                HttpMethod.POST,
                                "/slow",
                                1000,
                                (exchange, body) -> {
                                    mayAnswer.await();
                                    exchange.answer(200, "text/plain", body);
                                })
                        .onVirtualThread(
                                HttpMethod.POST,
                                "/large",
                                10 << 20,
                                (exchange, body) ->
                                        exchange.answer(
                                                200,
                                                "text/plain",
                                                Buffer.buffer("bytes: " + body.length())))
                        .withProblems(ProblemForm.COMPATIBLE)
                        .onEventLoop(
                                HttpMethod.GET,
                                "/hello",
                                exchange -> exchange.answer(200, "text/plain", Buffer.buffer("hi")))
                        .onEventLoop(
                                HttpMethod.GET,
                                "/signed",
                                exchange -> {
                                    exchange.countKey("key");
                                    exchange.answer(200, "text/plain", Buffer.buffer("hi"));
                                })
                        .start();
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        server.close();
        vertx.close().await();
        metrics.close();
    }

    private Socket connected(String to) throws IOException {
        var port = ((Address.Tcp) server.address()).port();
        var socket = new Socket(InetAddress.ofLiteral(to), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private String ask(String head) throws IOException {
        try (var socket = connected("127.0.0.1")) {
            send(socket, head + "\r\nHost: h\r\nConnection: close\r\n\r\n");
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    /** Asks until that is too often, soon after the first ten. */
    private String refused(String head) throws IOException {
        var answer = ask(head);
        for (var i = 0; i < 100 && answer.startsWith("HTTP/1.1 200"); i++) {
            answer = ask(head);
        }
        return answer;
    }

    private Socket begun(String forwarded, int bytes) throws IOException {
        var socket = connected("127.0.0.1");
        send(
                socket,
                "POST /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n"
                        .formatted(forwarded, bytes));
        send(socket, "a".repeat(bytes - 1));
        return socket;
    }

    private String sent(String forwarded, int bytes) throws IOException {
        try (var socket = begun(forwarded, bytes)) {
            send(socket, "a");
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        } catch (SocketException _) {
            return "refused before all was sent";
        }
    }

    @Test
    void oneAddressHasOnlyAPartOfWhatBodiesMayTake() throws IOException {
        var one = "X-Forwarded-For: 192.0.2.1\r\n";
        var other = "X-Forwarded-For: 192.0.2.2\r\n";
        try (var _ = begun(one, 5 << 20)) {
            awaitAnswer(one, 4 << 20, "too much arrives at once from this address");
            awaitAnswer(one, 1 << 20, "bytes: 1048576");
            awaitAnswer(other, 4 << 20, "bytes: 4194304");
            awaitAnswer("", 9 << 20, "bytes: 9437184"); // of whomever that proxy serves
        }
        awaitAnswer(one, 8 << 20, "bytes: 8388608");
    }

    /** In the end: that a connection has ended is seen a moment later. */
    private void awaitAnswer(String forwarded, int bytes, String answer) {
        await().until(() -> sent(forwarded, bytes), told -> told.contains(answer));
    }

    @Test
    void whoAsksTooOftenGetsTheCodeThatSdksKnow() throws IOException {
        for (var i = 0; i < 10; i++) {
            assertThat(ask("GET /hello HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1"))
                    .startsWith("HTTP/1.1 200");
        }

        assertThat(refused("GET /hello HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1"))
                .startsWith("HTTP/1.1 573")
                .containsIgnoringCase("Retry-After: 1\r\n")
                .containsIgnoringCase("X-Reqid: ")
                .contains("\"code\":573", "too many requests of this address");
        assertThat(ask("GET /hello HTTP/1.1\r\nX-Forwarded-For: 192.0.2.2"))
                .startsWith("HTTP/1.1 200");
        assertThat(ask("GET /ready HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1"))
                .as("what operators and other nodes ask does not count")
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void aKeyCountsFromWhereverItIsUsed() throws IOException {
        for (var i = 0; i < 10; i++) {
            assertThat(ask("GET /signed HTTP/1.1\r\nX-Forwarded-For: 192.0.2." + i))
                    .startsWith("HTTP/1.1 200");
        }

        assertThat(refused("GET /signed HTTP/1.1\r\nX-Forwarded-For: 192.0.2.99"))
                .startsWith("HTTP/1.1 573")
                .contains("with this key");
    }

    @Test
    void aHeadThatTricklesIsCutOff() throws IOException {
        try (var socket = connected("127.0.0.1")) {
            send(socket, "GET /ready HTTP/1.1\r\nHost: h\r\nA: ");
            socket.setSoTimeout(20); // never idle for longer
            var answered = false;
            while (!answered) {
                try {
                    answered = socket.getInputStream().read() < 0;
                } catch (SocketTimeoutException _) {
                    send(socket, "a");
                } catch (SocketException _) {
                    answered = true;
                }
            }
        }
    }

    @Test
    void whoWaitsForAnAnswerOrWithTheNextRequestIsNotCutOff() throws Exception {
        try (var socket = connected("127.0.0.1")) {
            send(socket, "POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\no");
            vertx.timer(600, TimeUnit.MILLISECONDS).await(); // twice the time of a head
            send(socket, "k");
            mayAnswer.countDown();
            var in = socket.getInputStream();
            var answer = new StringBuilder();
            while (!answer.toString().endsWith("\r\n\r\nok")) {
                answer.append((char) in.read());
                assertThat(answer).hasSizeLessThan(1000);
            }

            vertx.timer(600, TimeUnit.MILLISECONDS).await();
            send(socket, "GET /ready HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(new String(in.readAllBytes(), US_ASCII)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void headersAreCounted() throws IOException {
        var many = IntStream.range(0, 98).mapToObj(_ -> "A: a").collect(Collectors.joining("\r\n"));
        assertThat(ask("GET /ready HTTP/1.1\r\n" + many)).startsWith("HTTP/1.1 200");

        assertThat(ask("GET /ready HTTP/1.1\r\nA: a\r\n" + many))
                .startsWith("HTTP/1.1 431")
                .contains("over 100 headers")
                .containsIgnoringCase("X-Reqid: ");
    }

    @Test
    void whatIsTooLargeOrNoRequestIsTold() throws IOException {
        assertThat(ask("GET /ready HTTP/1.1\r\nA: " + "a".repeat(70_000)))
                .startsWith("HTTP/1.1 431")
                .contains("headers too large");
        assertThat(ask("GET /" + "a".repeat(70_000) + " HTTP/1.1"))
                .contains(" 414 ", "request line over 65536 bytes");
        assertThat(ask("GET /ready HTTP/1.1\r\nno header"))
                .startsWith("HTTP/1.1 400")
                .contains("not an HTTP request");
    }

    @Test
    void connectionsBeyondTheBoundAreClosedUntilOthersEnd() throws IOException {
        try (var a = connected("127.0.0.1");
                var b = connected("127.0.0.1");
                var c = connected("127.0.0.1")) {
            for (var each : new Socket[] {a, b, c}) {
                assertThat(answers(each)).isTrue();
            }
            try (var tooMany = connected("127.0.0.1")) {
                assertThat(answers(tooMany)).isFalse();
            }

            b.shutdownOutput();
            await().until(() -> {
                try (var again = connected("127.0.0.1")) {
                    return answers(again);
                }
            });
        }
    }

    private static boolean answers(Socket socket) {
        try {
            send(socket, "GET /ready HTTP/1.1\r\nHost: h\r\n\r\n");
            return socket.getInputStream().read() == 'H';
        } catch (IOException _) {
            return false;
        }
    }
}
