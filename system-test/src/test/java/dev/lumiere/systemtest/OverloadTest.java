package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * More than can be worked on, seen through a worker of our own that is held as long as we like: one
 * call may be under way, one may wait.
 */
class OverloadTest {
    @TempDir Path folder;

    private final CountDownLatch working = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer worker;
    private RunningNode node;

    @BeforeEach
    void start() throws Exception {
        worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        worker.setExecutor(threads);
        worker.createContext("/handler", this::work);
        worker.start();
        var bucket = Files.createDirectories(folder.resolve("bucket"));
        Files.write(bucket.resolve("p.png"), Pictures.png(90, 60));
        node =
                RunningNode.up(
                        folder.resolve("home"),
                        "--bucket",
                        "pics=" + bucket,
                        "--workers",
                        "0",
                        "--set",
                        "rendition.concurrency=1",
                        "--set",
                        "rendition.maxQueued=1");
        register();
    }

    @AfterEach
    void stop() {
        release.countDown();
        node.close();
        threads.close();
        worker.stop(0);
    }

    @Test
    void overTheBoundIsSaidAtOnceAndWhatIsKeptIsStillServed() throws Exception {
        Awaitility.await().until(() -> get("known").body().equals("known"));

        var first = threads.submit(() -> get("held/1"));
        working.await();
        var second = threads.submit(() -> get("held/2"));
        Awaitility.await().until(() -> queued() == 1);
        var third = get("held/3");
        var known = get("known");

        // the worker still holds the first, so nobody waited for it
        assertThat(first.isDone()).isFalse();
        assertThat(third.statusCode()).isEqualTo(503);
        assertThat(third.headers().firstValue("Retry-After")).isPresent();
        assertThat(new JsonObject(third.body()).getString("error")).contains("over capacity");
        assertThat(known.statusCode()).isEqualTo(200);
        assertThat(known.body()).isEqualTo("known");

        release.countDown();
        assertThat(first.get().body()).isEqualTo("held/1");
        assertThat(second.get().body()).isEqualTo("held/2");
        assertThat(get("held/3").body()).isEqualTo("held/3");
    }

    private record Answer(int statusCode, String body, java.net.http.HttpHeaders headers) {}

    private Answer get(String arguments) {
        var answer = node.get("/pics/p.png?mine/" + arguments);
        return new Answer(
                answer.statusCode(),
                new String(answer.body(), StandardCharsets.UTF_8),
                answer.headers());
    }

    /** Answers its arguments. */
    private void work(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            var query = exchange.getRequestURI().getQuery();
            var arguments = query.substring(query.indexOf("mine/") + "mine/".length());
            if (arguments.startsWith("held")) {
                working.countDown();
                release.await();
            }
            var body = arguments.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void register() throws IOException, InterruptedException {
        var instance =
                JsonObject.of("username", "demo", "environment", "test", "name", "mine")
                        .put("version", "1.0.0")
                        .put("region", "eu")
                        .put("hostname", "here")
                        .put("zone", "a")
                        .put(
                                "addresses",
                                JsonArray.of("tcp://127.0.0.1:" + worker.getAddress().getPort()))
                        .put("metadata", JsonObject.of("ops", "mine"))
                        .put("ttlSeconds", Duration.ofMinutes(5).toSeconds());
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://localhost:%d/v1/instances/mine-1"
                                                .formatted(node.apiPort())))
                        .PUT(HttpRequest.BodyPublishers.ofString(instance.encode()))
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            var granted = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(granted.statusCode()).as(granted.body()).isEqualTo(200);
        }
    }

    private double queued() {
        var metrics = node.send("GET", node.apiPort(), "/metrics").body();
        return new String(metrics, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("lumiere_rendition_queue_length"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
