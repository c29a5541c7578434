package dev.lumiere.service.registry;

import static dev.lumiere.service.registry.Instances.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Health;
import dev.lumiere.service.Listen;
import dev.lumiere.service.Metrics;
import dev.lumiere.service.ServerConfig;
import dev.lumiere.service.ServiceServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The face as another language meets it: plain HTTP, by a client that is not ours. */
class RegistryHandlerTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration TTL = Duration.ofSeconds(15);
    private static final Instance A = instance("image", "1.2.0", "a");

    private volatile Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final MemoryRegistry registry = new MemoryRegistry(() -> now, new Limits(10, 2, 10));
    private final RegistryHandler handler =
            new RegistryHandler(VERTX, registry, "host-1", () -> now, new SecureRandom());
    private final HttpServer server =
            VERTX.createHttpServer()
                    .requestHandler(request -> {
                        if (!handler.handle(request)) {
                            request.response().setStatusCode(418).end();
                        }
                    })
                    .listen(0, "0.0.0.0")
                    .await();

    @AfterEach
    void stop() {
        handler.close();
        server.close().await();
        registry.close();
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close().await();
        CLIENT.close();
    }

    @Test
    void anInstanceRegistersRenewsIsFoundAndLeaves() throws Exception {
        var granted = send("PUT", "/v1/instances/a", body(A, 15), 200);
        assertThat(granted.getString("expires")).isEqualTo("2026-11-23T12:00:15Z");
        assertThat(granted.getDouble("ttlSeconds")).isEqualTo(15);
        assertThat(granted.getDouble("renewAfterSeconds")).isEqualTo(5);
        assertThat(granted.getString("lease")).hasSize(32);

        now = now.plusSeconds(10);
        assertThat(send("POST", "/v1/instances/a/heartbeat", "", 200).getString("expires"))
                .isEqualTo("2026-11-23T12:00:25Z");
        assertThat(send("GET", "/v1/instances?name=image&version=~%3E+1.1&zone=a", "", 200))
                .isEqualTo(InstanceJson.writeAll(registry.find(Query.everything())));
        assertThat(InstanceJson.read(send("GET", "/v1/instances/a", "", 200))).isEqualTo(A);

        send("DELETE", "/v1/instances/a?lease=" + granted.getString("lease"), "", 204);
        send("DELETE", "/v1/instances/a", "", 404);
        send("GET", "/v1/instances/a", "", 404);
    }

    @Test
    void aLeaseThatEndedOrIsAnothersIsNotRenewed() throws Exception {
        var first = send("PUT", "/v1/instances/a", body(A, 15), 200).getString("lease");
        var second = send("PUT", "/v1/instances/a", body(A, 15), 200).getString("lease");
        send("POST", "/v1/instances/a/heartbeat?lease=" + first, "", 404);
        send("DELETE", "/v1/instances/a?lease=" + first, "", 404);
        send("POST", "/v1/instances/a/heartbeat?lease=" + second, "", 200);

        now = now.plus(TTL);
        var ended = send("POST", "/v1/instances/a/heartbeat", "", 404);
        assertThat(ended.getString("detail")).contains("register again").contains("a");
        send("POST", "/v1/instances/never/heartbeat", "", 404);
    }

    @Test
    void whatThisNodeRegisteredItselfIsNotForOthersToEnd() throws Exception {
        registry.register(A, TTL);
        send("DELETE", "/v1/instances/a", "", 404);
        assertThat(registry.find(Query.everything())).containsExactly(A);
    }

    @Test
    void everyWrongFieldIsNamedInTheProblem() throws Exception {
        var wrong = InstanceJson.write(A).put("id", "b").put("zone", "").put("version", "x");
        var problem = send("PUT", "/v1/instances/a", wrong.encode(), 400);
        assertThat(
                        problem.getJsonArray("errors").stream()
                                .map(e -> ((JsonObject) e).getValue("field")))
                .containsExactlyInAnyOrder("id", "zone", "version", "ttlSeconds");
        assertThat(problem.getString("detail")).contains("ttlSeconds: is missing");

        for (var ttl : new Object[] {0, 0.5, 3601, -1, 1e300, "15"}) {
            var json = InstanceJson.write(A).put("ttlSeconds", ttl);
            assertThat(send("PUT", "/v1/instances/a", json.encode(), 400).getString("detail"))
                    .contains("ttlSeconds");
        }
        assertThat(registry.find(Query.everything())).isEmpty();
    }

    @Test
    void malformedBodiesPathsAndQueriesGetAClearRefusal() throws Exception {
        for (var body :
                new String[] {
                    "", "null", "[]", "7", "{", "{\"id\":", "\u0000", "[".repeat(5_000)
                }) {
            assertThat(send("PUT", "/v1/instances/a", body, 400).getString("detail"))
                    .contains("JSON");
        }
        send("PUT", "/v1/instances/a", body(A, 15).replace("eu", "\\ud800"), 400);
        assertThat(
                        send("GET", "/v1/instances?nmae=x&version=x&name=a&name=b", "", 400)
                                .getJsonArray("errors"))
                .hasSize(3);
        send("GET", "/v1/watch?version=x", "", 400);
        assertThat(raw("GET /v1/instances/%zz HTTP/1.1")).contains(" 400 ");
        assertThat(raw("GET /v1/instances?name=%zz HTTP/1.1")).contains(" 400 ");
        send("GET", "/v1/instances/", "", 404);
        send("GET", "/v1/instances/a/other", "", 404);
        send("POST", "/v1/instances", "", 405);
        send("PATCH", "/v1/instances/a", "", 405);
        send("DELETE", "/v1/watch", "", 405);
    }

    @Test
    void aSocketOfThisHostIsTakenFromAProcessOfThisHost() throws Exception {
        var local = Instances.at(A, new Address.Unix(Path.of("/run/own.sock")));

        send("PUT", "/v1/instances/a", body(local, 15), 200);

        assertThat(registry.find(Query.everything())).containsExactly(local);
    }

    @Test
    void aSocketOfAnotherHostIsTakenForItsCallersThere() throws Exception {
        var json =
                InstanceJson.write(Instances.at(A, new Address.Unix(Path.of("/run/image.sock"))));
        json.put("hostname", "host-2").put("ttlSeconds", 15);

        send("PUT", "/v1/instances/a", json.encode(), 200);

        assertThat(registry.find(Query.everything())).hasSize(1);
    }

    @Test
    void aSocketOfThisHostIsNotTakenFromAnotherHost() throws Exception {
        var outside = addressBesideLoopback();
        assumeThat(outside).as("an address of this machine that is not loopback").isPresent();
        var request =
                HttpRequest.newBuilder(
                        URI.create(
                                "http://%s:%d/v1/instances/a"
                                        .formatted(
                                                outside.get().getHostAddress(),
                                                server.actualPort())));
        var both =
                Instances.at(
                        A, A.addresses().getFirst(), new Address.Unix(Path.of("/run/docker.sock")));

        var refused =
                CLIENT.send(
                        request.PUT(HttpRequest.BodyPublishers.ofString(body(both, 15))).build(),
                        HttpResponse.BodyHandlers.ofString());
        var taken =
                CLIENT.send(
                        request.PUT(HttpRequest.BodyPublishers.ofString(body(A, 15))).build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("addresses[1]", "unix:/run/docker.sock");
        assertThat(taken.statusCode()).isEqualTo(200);
    }

    @Test
    void anIdMayBeAnyUnicodeWithoutASlash() throws Exception {
        var odd = instance("image", "1", "ид +%25 🎞");
        send("PUT", "/v1/instances/%D0%B8%D0%B4%20+%2525%20%F0%9F%8E%9E", body(odd, 15), 200);
        assertThat(registry.find(Query.everything())).containsExactly(odd);
        send("PUT", "/v1/instances/a%2Fb", body(A, 15).replace("\"a\"", "\"a/b\""), 400);
    }

    @Test
    void aHugeBodyIsRefusedAndTheLargestLegalInstanceIsNot() throws Exception {
        send("PUT", "/v1/instances/a", "x".repeat(10_000_000), 413);

        var largest =
                Instances.with(Map.of("k", "\u0001".repeat(Instance.MAX_METADATA_BYTES - 1)), A);
        send("PUT", "/v1/instances/a", body(largest, 15), 200);
        assertThat(InstanceJson.read(send("GET", "/v1/instances/a", "", 200))).isEqualTo(largest);
    }

    @Test
    void aFullRegistrySaysWhenToComeAgain() throws Exception {
        for (var i = 0; i < 10; i++) {
            registry.register(instance("image", "1", "n" + i), TTL);
        }
        var refused = response("PUT", "/v1/instances/a", body(A, 15));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("5");
        assertThat(refused.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
    }

    @Test
    void aWatchIsAStreamOfEventsWhoseIdsGrow() throws Exception {
        registry.register(A, TTL);
        try (var events = open("/v1/watch?name=image")) {
            assertThat(events.readLine()).isEqualTo("id: 1");
            assertThat(events.readLine()).isEqualTo("event: members");
            assertThat(events.readLine())
                    .isEqualTo(
                            "data: "
                                    + InstanceJson.writeAll(registry.find(Query.everything()))
                                            .encode());
            assertThat(events.readLine()).isEmpty();

            now = now.plus(TTL);
            registry.expire();
            assertThat(events.readLine()).isEqualTo("id: 2");
            assertThat(events.readLine()).isEqualTo("event: down");
            assertThat(events.readLine()).startsWith("data: {\"cause\":\"ended\",\"instance\":{");
        }
    }

    @Test
    void aWatchOnWhichNothingHappensOutlivesTheIdleTimeOfItsConnection() throws Exception {
        var often = Duration.ofMillis(100);
        var watched =
                new RegistryHandler(VERTX, registry, "h", often, () -> now, new SecureRandom());
        var metrics = new Metrics();
        var listening =
                new ServiceServer(
                                VERTX,
                                ServerConfig.on(
                                                Listen.parse("tcp://127.0.0.1:0"),
                                                ProblemForm.RFC_9457)
                                        .withIdle(often.multipliedBy(20)),
                                new ServiceServer.Parts(
                                        new Health(),
                                        metrics,
                                        new JsonObject(),
                                        () -> now,
                                        new SecureRandom()))
                        .onEventLoop("/v1/watch", exchange -> watched.handle(exchange.request()))
                        .start();
        var port = ((Address.Tcp) listening.address()).port();
        try (var events = openAt("http://127.0.0.1:" + port + "/v1/watch")) {
            for (var heard = 0; heard < 30; ) {
                heard += ": keep-alive".equals(events.readLine()) ? 1 : 0;
            }
            registry.register(A, TTL);

            assertThat(events.lines().filter(line -> line.startsWith("event:")).findFirst())
                    .contains("event: up");
        } finally {
            watched.close();
            listening.close();
            metrics.close();
        }
    }

    @Test
    void aWatchWhoseClientLeftIsOver() throws Exception {
        for (var i = 0; i < 5; i++) {
            var first = open("/v1/watch");
            var second = open("/v1/watch");
            first.readLine();
            second.readLine();
            assertThat(response("GET", "/v1/watch", "").statusCode()).isEqualTo(503);
            first.close();
            second.close();
            await().untilAsserted(() -> assertThat(registry.watchCount()).isZero());
        }
    }

    @Test
    void whatIsNotTheRegistrysIsLeftAlone() throws Exception {
        for (var path : new String[] {"/", "/v1/instancesx", "/v1/watch/", "/v2/instances"}) {
            assertThat(response("GET", path, "").statusCode()).isEqualTo(418);
        }
    }

    private static Optional<InetAddress> addressBesideLoopback() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .filter(address -> !address.isLoopbackAddress())
                .findFirst();
    }

    private static String body(Instance instance, int ttlSeconds) {
        return InstanceJson.write(instance).put("ttlSeconds", ttlSeconds).encode();
    }

    private JsonObject send(String method, String target, String body, int status)
            throws Exception {
        var response = response(method, target, body);
        assertThat(response.statusCode()).as("%s %s", method, target).isEqualTo(status);
        if (status >= 400) {
            assertThat(response.headers().firstValue("Content-Type"))
                    .contains("application/problem+json");
        }
        return response.body().isEmpty() ? new JsonObject() : new JsonObject(response.body());
    }

    private HttpResponse<String> response(String method, String target, String body)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(base() + target))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private BufferedReader open(String target) throws Exception {
        return openAt(base() + target);
    }

    private static BufferedReader openAt(String url) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).build();
        var response = CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private String raw(String requestLine) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            var head = requestLine + "\r\nHost: x\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String base() {
        return "http://127.0.0.1:" + server.actualPort();
    }
}
