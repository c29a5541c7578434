package dev.lumiere.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.deploy.BackOff;
import dev.lumiere.deploy.DeployConfig;
import dev.lumiere.deploy.NodeAgent;
import dev.lumiere.deploy.ProcessRuntime;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Health;
import dev.lumiere.service.Metrics;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.service.Settings;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Query;
import dev.lumiere.service.registry.RegistryHandler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the control plane lets in, as seen on the wire. */
class ApiServerTest {
    private static final String INSTANCE =
            JsonObject.of(
                            "username",
                            "demo",
                            "environment",
                            "test",
                            "name",
                            "mine",
                            "version",
                            "1.0.0",
                            "region",
                            "eu",
                            "hostname",
                            "elsewhere",
                            "zone",
                            "a",
                            "addresses",
                            JsonArray.of("tcp://10.0.0.7:7070"),
                            "ttlSeconds",
                            60)
                    .encode();

    @TempDir static Path folder;

    private static final InstantSource CLOCK = InstantSource.system();
    private static final Vertx VERTX = Vertx.vertx();
    private static final MemoryRegistry REGISTRY = MemoryRegistry.start(CLOCK);
    private static final Metrics METRICS = new Metrics();

    private static ProcessRuntime runtime;
    private static NodeAgent agent;
    private static EventLog log;
    private static ApiServer api;

    @BeforeAll
    static void start() throws IOException {
        var random = new SecureRandom();
        var settings =
                new Settings(
                        Map.of(
                                "api.port", "0",
                                "api.hosts", "media.example",
                                "deploy.sandbox", "off",
                                "deploy.runtimeFolder", folder.resolve("run").toString()),
                        Map.of(),
                        Map.of());
        var config = ApiConfig.from(settings, "host-1");
        var deploy = DeployConfig.from(settings, folder, "host-1");
        runtime = ProcessRuntime.open(deploy);
        agent =
                new NodeAgent(
                        VERTX,
                        REGISTRY,
                        runtime,
                        deploy,
                        BackOff.DEFAULT,
                        CLOCK,
                        random,
                        METRICS.registry());
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 1));
        var parts = new ServiceServer.Parts(new Health(), METRICS, new JsonObject(), CLOCK, random);
        api =
                ApiServer.start(
                        new ServiceServer(VERTX, config.server(), parts),
                        config,
                        new RegistryHandler(VERTX, REGISTRY, "host-1", CLOCK, random),
                        new LogHandler(
                                log,
                                "rocks",
                                LogCare.none(),
                                LogServer.signature(LogServer.KEY, CLOCK.instant()),
                                CLOCK,
                                UUID::randomUUID),
                        List.of(),
                        agent);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
        log.close();
        agent.close();
        runtime.close();
        REGISTRY.close();
        VERTX.close().await();
        METRICS.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:1",
                "localhost.:8081",
                "127.0.0.1",
                "127.0.0.1:8081",
                "10.1.2.3:8081",
                "[::1]",
                "[::1]:8081",
                "host-1:8081",
                "Media.Example"
            })
    void aNameOfItsOwnAnyAddressAndLocalhostAreServedOnWhateverPort(String host)
            throws IOException {
        assertThat(answer("GET /health HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8081",
                "localhost.evil.example",
                "127.0.0.1.evil.example:8081",
                "[::1].evil.example",
                "[evil.example]",
                "localhost@evil.example"
            })
    void aNameThatIsNotItsOwnIsRefusedByThatNameOnEveryPath(String host) throws IOException {
        for (var path :
                new String[] {
                    "/health", "/v1/instances", "/v1/watch", "/v1/deploy", "/v1/log", "/v1/log/tail"
                }) {
            assertThat(answer("GET " + path + " HTTP/1.1", "Host: " + host))
                    .startsWith("HTTP/1.1 403")
                    .contains("application/problem+json", host, "api.hosts");
        }
    }

    @Test
    void aRequestHasOneHostUnlessItIsOfTheTimeBeforeThat() throws IOException {
        assertThat(answer("GET /health HTTP/1.0")).contains(" 200 ");
        assertThat(answer("GET /health HTTP/1.1")).contains(" 400 ");
        assertThat(answer("GET /health HTTP/1.1", "Host: localhost", "Host: localhost"))
                .contains(" 400 ");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT /v1/instances/a, http://evil.example",
        "PUT /v1/instances/a, null",
        "PUT /v1/instances/a, http://localhost:1",
        "PUT /v1/instances/a, http://localhost",
        "POST /v1/instances/a/heartbeat, http://evil.example",
        "DELETE /v1/instances/a, http://evil.example",
        "PATCH /v1/instances/a, http://evil.example",
        "POST /v1/log/appends, http://evil.example",
        "POST /v1/log/backups, http://evil.example"
    })
    void aPageOfAnotherOriginChangesNothing(String request, String origin) throws IOException {
        assertThat(send(request + " HTTP/1.1", "localhost:8081", origin))
                .startsWith("HTTP/1.1 403")
                .contains("application/problem+json", origin);
        assertThat(REGISTRY.find(Query.everything())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "POST /, 404",
        "POST /mkblk/4, 404",
        "POST /bput/a/0, 404",
        "POST /mkfile/4, 404",
        "POST /putb64/4, 404",
        "POST /buckets/b/objects//uploads, 404",
        "PUT /buckets/b/objects/~/uploads/1/2, 404",
        "DELETE /buckets/b/objects/~/uploads/1, 404",
        "PUT /, 403",
        "POST /x, 403",
        "POST /mkblk, 403",
        "PUT /mkblk/4, 403",
        "POST /buckets, 403",
        "POST /buckets/b/objects/~/, 403",
        "PATCH /buckets/b/objects/~/uploads/1, 403",
        "POST /v1/../mkblk/4, 403"
    })
    void pagesOfAnotherOriginUploadAndDoNothingElse(String request, int status) throws IOException {
        assertThat(send(request + " HTTP/1.1", "localhost:8081", "http://evil.example"))
                .startsWith("HTTP/1.1 " + status);
        assertThat(send(request + " HTTP/1.1", "evil.example", "http://evil.example"))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void whatIsNoPageOrIsOfItsOwnOriginMayChangeThings() throws IOException {
        var put = "PUT /v1/instances/a HTTP/1.1";

        assertThat(send(put, "localhost:8081", "http://localhost:8081")).contains(" 200 ");
        assertThat(send(put, "host-1", "https://host-1")).contains(" 200 ");
        assertThat(send(put, "127.0.0.1:8081", "")).contains(" 200 ");
        assertThat(send("GET /v1/instances/a HTTP/1.1", "localhost", "http://evil.example"))
                .contains(" 200 ");
        assertThat(send("DELETE /v1/instances/a HTTP/1.1", "localhost", "")).contains(" 204 ");
    }

    private static String send(String requestLine, String host, String origin) throws IOException {
        return answer(
                requestLine, "Host: " + host, origin.isEmpty() ? "X-None: 1" : "Origin: " + origin);
    }

    /** Sends a request with the body of an instance; gives everything until the connection ends. */
    private static String answer(String requestLine, String... headers) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.setSoTimeout(30_000);
            var body = requestLine.startsWith("GET") ? "" : INSTANCE;
            var lines = new ArrayList<String>();
            lines.add(requestLine);
            lines.addAll(List.of(headers));
            lines.add("Content-Length: " + body.length());
            lines.add("Connection: close");
            var request = String.join("\r\n", lines) + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
