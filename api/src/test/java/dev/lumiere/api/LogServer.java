package dev.lumiere.api;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.Face;
import dev.lumiere.service.Health;
import dev.lumiere.service.Listen;
import dev.lumiere.service.Metrics;
import dev.lumiere.service.ServerConfig;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.service.registry.Address;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.spec.SecretKeySpec;

/** The log's face alone, on a free port of its own. */
final class LogServer implements AutoCloseable {
    /** That the nodes of the log share. */
    static final String KEY = "a key of 32 bytes, shared by all";

    static final Instant NOW = Instant.parse("2026-11-29T10:15:30.123456Z");

    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final AtomicLong ids = new AtomicLong(1000);
    private final HttpClient client = HttpClient.newHttpClient();
    private final LogHandler handler;
    private final ServiceServer server;

    LogServer(EventLog log) {
        this(log, LogCare.none());
    }

    /** With other faces beside it. */
    LogServer(EventLog log, LogCare care, Face... others) {
        var random = new Random(1);
        var config =
                ServerConfig.on(Listen.parse("tcp://127.0.0.1:0"), ProblemForm.RFC_9457)
                        .withDrain(Duration.ofSeconds(5));
        server =
                new ServiceServer(
                        vertx,
                        config,
                        new ServiceServer.Parts(
                                new Health(),
                                metrics,
                                new JsonObject(),
                                InstantSource.system(),
                                random));
        handler =
                new LogHandler(
                        log,
                        "rocks",
                        care,
                        signature(KEY, NOW),
                        InstantSource.fixed(NOW),
                        () -> new UUID(0, ids.incrementAndGet()));
        handler.addTo(server);
        for (var face : others) {
            face.addTo(server);
        }
        server.start();
    }

    LogHandler handler() {
        return handler;
    }

    int port() {
        return ((Address.Tcp) server.address()).port();
    }

    String address() {
        return "http://127.0.0.1:" + port();
    }

    HttpForwarding forwarding() {
        return forwarding(signature(KEY, NOW));
    }

    HttpForwarding forwarding(NodeSignature signature) {
        return new HttpForwarding(calls(signature));
    }

    NodeCalls calls(NodeSignature signature) {
        return new NodeCalls(vertx, signature);
    }

    static NodeSignature signature(String key, Instant now) {
        var bytes = key.getBytes(StandardCharsets.US_ASCII);
        return new NodeSignature(new SecretKeySpec(bytes, "HmacSHA256"), InstantSource.fixed(now));
    }

    HttpResponse<String> get(String target) throws IOException, InterruptedException {
        return client.send(request(target).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String target, String body) throws IOException, InterruptedException {
        return post(target, body.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> post(String target, byte[] body) throws IOException, InterruptedException {
        return client.send(
                request(target).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String target, String body, String authorization)
            throws IOException, InterruptedException {
        return client.send(
                request(target)
                        .header("Authorization", authorization)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(address() + target))
                .timeout(Duration.ofSeconds(60));
    }

    @Override
    public void close() {
        handler.close();
        server.close();
        client.close();
        vertx.close().await();
        metrics.close();
    }
}
