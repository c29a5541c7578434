package dev.lumiere.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Query;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ServiceTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final Service math =
            Service.named("math", "1.0.0")
                    .method(
                            "square",
                            new JsonObject("{\"type\":\"array\",\"minItems\":1}"),
                            JsonObject.of("type", "number"),
                            args -> args.getDouble(0) * args.getDouble(0))
                    .method(
                            "wait",
                            _ -> {
                                started.countDown();
                                release.await();
                                return "done";
                            })
                    .method(
                            "refuse",
                            _ -> {
                                throw Problem.of(409, "not now").refused();
                            })
                    .method(
                            "fail",
                            _ -> {
                                throw new IllegalStateException("secret");
                            });
    private final Service.Running running = math.start();

    @AfterEach
    void stop() {
        release.countDown();
        running.close();
    }

    @Test
    void answersCalls() throws Exception {
        var answer = call("square", "[4]");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("16.0");
        assertThat(answer.headers().firstValue("X-Reqid").orElseThrow()).hasSize(32);
    }

    @Test
    void tellsWhatIsWrong() throws Exception {
        assertProblem(call("square", "[]"), 400);
        assertProblem(call("square", "[\"four\"]"), 400);
        assertProblem(call("square", "{"), 400);
        assertProblem(call("cube", "[4]"), 404);
        assertProblem(call("refuse", "[]"), 409);
        assertProblem(call("square", "[" + " ".repeat(1 << 20) + "4]"), 413);
        assertProblem(send(request("/rpc/square").GET()), 405);
        assertProblem(send(request("/nowhere").GET()), 404);
        var failed = call("fail", "[]");
        assertProblem(failed, 500);
        assertThat(failed.body()).doesNotContain("secret");
    }

    @Test
    void tellsItsContract() throws Exception {
        var methods = new JsonObject(send(request("/methods").GET()).body());

        assertThat(methods.getString("name")).isEqualTo("math");
        var square = methods.getJsonObject("methods").getJsonObject("square");
        assertThat(square.getJsonObject("result")).isEqualTo(JsonObject.of("type", "number"));
    }

    @Test
    void isReadyAndHealthyAsItsChecksSay() throws Exception {
        assertThat(send(request("/ready").GET()).statusCode()).isEqualTo(200);

        math.health().readyWhen("peer", () -> Health.Status.down("no peer"));
        assertThat(send(request("/ready").GET()).statusCode()).isEqualTo(503);
        assertThat(send(request("/health").GET()).statusCode()).isEqualTo(200);

        math.health()
                .check(
                        "disk",
                        () -> {
                            throw new IllegalStateException("full");
                        });
        var health = send(request("/health").GET());
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(health.body()).getJsonObject("checks").getJsonObject("disk"))
                .isEqualTo(JsonObject.of("up", false, "detail", "full"));
    }

    @Test
    void tellsItsFigures() throws Exception {
        call("square", "[4]");

        await().untilAsserted(() ->
                assertThat(send(request("/metrics").GET()).body())
                        .contains(
                                "http_server_requests_seconds_count{status=\"200\"}",
                                "process_cpu_seconds_total",
                                "process_resident_memory_bytes",
                                "jvm_threads_live_threads"));
    }

    @Test
    void isListedWhileItRunsAndDrains() throws Exception {
        try (var registry = MemoryRegistry.start(new MonotonicInstants());
                var listed =
                        Service.named("slow", "2.0.0")
                                .method(
                                        "wait",
                                        _ -> {
                                            started.countDown();
                                            release.await();
                                            return "done";
                                        })
                                .fact("color", "red")
                                .listed(registry, "a", "here")
                                .start()) {
            var found = registry.find(Query.named("slow"));
            assertThat(found).hasSize(1);
            assertThat(found.getFirst().addresses()).containsExactly(listed.address());
            assertThat(found.getFirst().metadata()).containsEntry("color", "red");
            var inFlight =
                    client.sendAsync(
                            HttpRequest.newBuilder(uri(listed.address(), "/rpc/wait"))
                                    .POST(BodyPublishers.ofString("[]"))
                                    .build(),
                            BodyHandlers.ofString());
            started.await();

            var closing = Thread.ofVirtual().start(listed::close);
            await().until(() -> registry.find(Query.named("slow")).isEmpty());
            release.countDown();

            assertThat(inFlight.join().body()).isEqualTo("\"done\"");
            closing.join();
        }
    }

    @Test
    void aStaleSocketFileIsReplacedAndALiveOneIsNot(@TempDir Path folder) throws Exception {
        var path = folder.resolve("s.sock");
        try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();

        try (var _ = Service.named("one", "1").listen("unix:" + path).start()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> new Listen(Listen.parse("unix:" + path).socket()).clear())
                    .withMessageContaining("listens on");
        }

        Files.deleteIfExists(path);
        Files.writeString(path, "precious");
        assertThatIllegalStateException().isThrownBy(() -> Listen.parse("unix:" + path).clear());
        assertThat(path).hasContent("precious");
    }

    private static void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(new JsonObject(answer.body()).getInteger("status")).isEqualTo(status);
    }

    private HttpResponse<String> call(String method, String arguments)
            throws IOException, InterruptedException {
        return send(request("/rpc/" + method).POST(BodyPublishers.ofString(arguments)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(running.address(), path));
    }

    private static URI uri(Address address, String path) {
        return URI.create(address.toString().replace("tcp:", "http:") + path);
    }
}
