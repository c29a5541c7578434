package dev.lumiere.fop.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.fop.Stage;
import dev.lumiere.fop.source.SourceSocket;
import dev.lumiere.service.Listen;
import dev.lumiere.service.Problem;
import dev.lumiere.service.Spans;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.service.registry.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WorkerTest {
    private static final long MAX_BODY = 8 << 20;

    @TempDir Path folder;
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(20));
    private final AtomicInteger halted = new AtomicInteger();
    private final AtomicReference<Arena> arena = new AtomicReference<>(Arena.global());
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private SourceSocket sources;
    private Worker.@Nullable Running worker;

    @BeforeEach
    void openSourceSocket() {
        sources =
                new SourceSocket(
                        vertx,
                        folder.resolve("s.sock"),
                        folder.resolve("scratch"),
                        InstantSource.system(),
                        new Random(1));
    }

    @AfterEach
    void stop() {
        release.countDown();
        if (worker != null) {
            worker.close();
        }
        sources.close();
        vertx.close().await();
    }

    @Test
    void worksOnTheBodyAndTellsHow() throws Exception {
        serve(request -> {
            try (var _ = request.spans().start("decode")) {
                assertThat(request.stages())
                        .containsExactly(new Stage("imageView", List.of("1", "w", "200")));
                assertThat(request.source().bytes().isNative()).isTrue();
                assertThat(request.source().contentType()).isEqualTo("image/jpeg");
                assertThat(request.requestId()).isEqualTo("r1");
            }
            return reversed(request);
        });
        var body = random(3_500_000);

        var answer =
                send(
                        "/handler?cmd=imageView%2F1%2Fw%2F200",
                        body, Map.of("Content-Type", "image/jpeg", "X-Reqid", "r1"));

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.body).isEqualTo(Buffer.buffer(reversed(body)));
        assertThat(answer.header("Content-Type")).isEqualTo("image/x-reversed");
        assertThat(answer.header("Lumiere-Utilization")).isEqualTo("0.50");
        assertThat(Spans.parse(answer.header("Server-Timing"), Instant.EPOCH))
                .extracting("name")
                .containsExactly("receive", "queue", "decode");
        allIsFreed();
    }

    @Test
    void takesABodyOfUnknownLength() {
        serve(WorkerTest::reversed);
        var body = random(700_000);

        var request = open("/handler?cmd=x");
        request.setChunked(true);
        var answer = body(request);
        request.write(Buffer.buffer(body).slice(0, 300_000)).await();
        request.end(Buffer.buffer(body).slice(300_000, body.length));

        assertThat(answer.await()).isEqualTo(Buffer.buffer(reversed(body)));
    }

    @Test
    void takesCanonicalPipelines() {
        serve(request -> text(request.stages().toString()));

        var cmd = "a%2Fb%252Fc%7Cd%2F%2525";
        assertThat(send("/handler?cmd=" + cmd, "", Map.of("Lumiere-Encoded", "1")).text())
                .isEqualTo(
                        List.of(new Stage("a", List.of("b/c")), new Stage("d", List.of("%")))
                                .toString());
        assertThat(send("/handler?cmd=a%2Fb%3Bc%7Cd%2F%25", "", Map.of()).text())
                .isEqualTo(List.of(new Stage("a", List.of("b;c|d", "%"))).toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsItsSourceWholeAndInRangesAsAnOpenFileOrFromTheSourceSocket(boolean handed)
            throws Exception {
        var bytes = random(300_000);
        Files.write(folder.resolve("film.mp4"), bytes);
        var file = OpenFile.beneath(folder, Path.of("film.mp4"));
        assertThat(sources.handsDescriptors()).isTrue();
        if (handed) {
            file = file.sealed();
        } else {
            var facts = file.facts();
            file = OpenFile.of(file.intoChannel(), facts);
        }
        serve(request -> {
            var source = request.source();
            assertThat(source.size()).isEqualTo(bytes.length);
            assertThat(source.contentType()).isEqualTo("video/mp4");
            assertThat(text(source.bytes(100, 50))).isEqualTo(text(bytes, 100, 50));
            assertThat(text(source.bytes(299_990, 50))).isEqualTo(text(bytes, 299_990, 10));
            assertThat(source.bytes(300_000, 50).byteSize()).isZero();
            var passing = request.arena().allocate(50);
            assertThat(source.read(100, passing)).isEqualTo(50);
            assertThat(text(passing)).isEqualTo(text(bytes, 100, 50));
            assertThat(source.read(299_990, passing)).isEqualTo(10);
            assertThat(text(passing.asSlice(0, 10))).isEqualTo(text(bytes, 299_990, 10));
            assertThat(source.read(300_000, passing)).isZero();
            assertThat(text(source.bytes())).isEqualTo(text(bytes, 0, bytes.length));
            assertThat(text(source.bytes(7, 3))).isEqualTo(text(bytes, 7, 3));
            assertThat(source.read(7, passing.asSlice(0, 3))).isEqualTo(3);
            assertThat(text(passing.asSlice(0, 3))).isEqualTo(text(bytes, 7, 3));
            var mark = request.input("mark");
            return WorkResult.of(mark.contentType(), mark.bytes());
        });

        try (var grants = sources.grants(Instant.MAX)) {
            var answer =
                    send(
                            "/handler?cmd=x&url=" + grants.input(file, "video/mp4").url(),
                            "",
                            Map.of(
                                    "Lumiere-Inputs",
                                    "mark="
                                            + grants.input(Buffer.buffer("logo"), "text/plain")
                                                    .url()));

            assertThat(answer.text()).isEqualTo("logo");
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        }
        allIsFreed();
    }

    @Test
    void writesOutputs() throws Exception {
        var big = random(2_000_000);
        var file = Files.write(folder.resolve("segment.ts"), big);
        serve(request -> {
            var bytes = request.arena().allocateFrom("small\n");
            request.output("list").write(bytes.asSlice(0, 6), "text/plain");
            request.output("segment").write(file, "video/mp2t");
            return text("done");
        });

        try (var grants = sources.grants(Instant.MAX)) {
            var list = grants.output(100);
            var segment = grants.output(2_000_000);
            var unused = grants.output(1);
            var header =
                    "list=%s, segment=%s, unused=%s"
                            .formatted(
                                    list.capability().url(),
                                    segment.capability().url(),
                                    unused.capability().url());
            assertThat(send("/handler?cmd=x", "", Map.of("Lumiere-Outputs", header)).text())
                    .isEqualTo("done");

            var written = list.written();
            assertThat(requireNonNull(written).file()).hasContent("small\n");
            assertThat(written.contentType()).isEqualTo("text/plain");
            assertThat(requireNonNull(segment.written()).file()).hasBinaryContent(big);
            assertThat(unused.written()).isNull();
        }
        try (var left = Files.list(folder.resolve("scratch"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void tellsWhatTheSourceSocketRefuses() {
        serve(request -> text(Long.toString(request.source().bytes().byteSize())));

        assertThat(send("/handler?cmd=x&url=http://source/unknown", "", Map.of()).status)
                .isEqualTo(404);
        assertThat(send("/handler?cmd=x&url=http://example.com/a", "", Map.of()).text())
                .contains("not on the source socket");
    }

    @Test
    void answersWhatTheHandlerRefusesAndHidesItsOwnFaults() {
        serve(request -> {
            if (request.stages().getFirst().operation().equals("bad")) {
                throw Problem.of(400, "w is 0").refused();
            }
            throw new IllegalStateException("secret");
        });

        var refused = send("/handler?cmd=bad", "x", Map.of());
        assertThat(refused.status).isEqualTo(400);
        assertThat(new JsonObject(refused.text()))
                .isEqualTo(JsonObject.of("error", "w is 0", "code", 400));
        var broken = send("/handler?cmd=broken", "x", Map.of());
        assertThat(broken.status).isEqualTo(500);
        assertThat(broken.text()).contains("internal error").doesNotContain("secret");
        assertThat(send("/handler", "x", Map.of()).status).isEqualTo(400);
        allIsFreed();
    }

    @Test
    void refusesABodyOverTheBoundAnnouncedOrNot() {
        serve(WorkerTest::reversed);

        assertThat(send("/handler?cmd=x", random((int) MAX_BODY + 1), Map.of()).status)
                .isEqualTo(413);
        var chunked = open("/handler?cmd=x");
        chunked.setChunked(true);
        chunked.write(Buffer.buffer(random((int) MAX_BODY + 1)));
        assertThat(chunked.response().await().statusCode()).isEqualTo(413);
        allIsFreed();
    }

    @Test
    void aTruncatedBodyFreesEverything() throws Exception {
        var called = new AtomicBoolean();
        serve(request -> {
            called.set(true);
            return reversed(request);
        });

        try (var socket =
                raw("POST /handler?cmd=x HTTP/1.1\r\nHost: w\r\nContent-Length: 5000000")) {
            write(socket, new String(new char[100_000]));
            await().until(() -> utilization() == 0.5);
        }

        await().until(() -> utilization() == 0);
        assertThat(called).isFalse();
    }

    @Test
    void anUnfinishedBodyIsRefusedAtTheDeadline() throws Exception {
        serve(WorkerTest::reversed);

        try (var socket =
                raw(
                        "POST /handler?cmd=x HTTP/1.1\r\nHost: w\r\nLumiere-Deadline: 50\r\n"
                                + "Content-Length: 5000000")) {
            assertThat(readAll(socket)).startsWith("HTTP/1.1 504");
        }
        allIsFreed();
    }

    @Test
    void aCallerThatGoesAwayCancelsTheWork() throws Exception {
        var reason = new AtomicReference<Cancellation.Reason>();
        serve(request -> {
            request.cancellation().onCancel(release::countDown);
            arena.set(request.arena());
            started.countDown();
            release.await();
            reason.set(requireNonNull(request.cancellation().reason()));
            return text("late");
        });

        try (var _ = raw("POST /handler?cmd=x HTTP/1.1\r\nHost: w\r\nContent-Length: 0")) {
            started.await();
        }

        allIsFreed();
        assertThat(reason).hasValue(Cancellation.Reason.CALLER_GONE);
        assertThat(arena.get().scope().isAlive()).isFalse();
    }

    @Test
    void theDeadlineCancelsTheWork() {
        serve(request -> {
            try (var _ = request.cancellation().onCancel(release::countDown)) {
                release.await();
            }
            return text("late");
        });

        var answer = send("/handler?cmd=x", "x", Map.of("Lumiere-Deadline", "30"));

        assertThat(answer.status).isEqualTo(504);
        allIsFreed();
        assertThat(halted).hasValue(0);
    }

    @Test
    void whatGoesOnAfterItsDeadlineHaltsTheProcess() {
        serve(_ -> {
            release.await();
            return text("never");
        });

        var answer = send("/handler?cmd=x", "x", Map.of("Lumiere-Deadline", "30"));

        assertThat(answer.status).isEqualTo(504);
        await().until(() -> halted.get() == WorkDesk.HALTED);
    }

    @Test
    void overSlotsAndQueueItRefusesAtOnce() throws Exception {
        serve(_ -> {
            release.await();
            return text("done");
        });
        var waiting =
                IntStream.range(0, 5)
                        .mapToObj(_ -> open("/handler?cmd=x"))
                        .map(request -> bodyOf(request, "x"))
                        .toList();
        await().until(() -> utilization() == 2.5);

        var refused = send("/handler?cmd=x", "x", Map.of());

        assertThat(refused.status).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        release.countDown();
        assertThat(waiting).allSatisfy(a -> assertThat(a.await().toString()).isEqualTo("done"));
        allIsFreed();
    }

    @Test
    void nativeResultsAreReleasedOnceTheyAreSent() {
        var released = new AtomicInteger();
        serve(request -> {
            var bytes = request.arena().allocate(1_000_000).fill((byte) 7);
            return new WorkResult("a/b", bytes, released::incrementAndGet);
        });

        var answer = send("/handler?cmd=x", "x", Map.of());

        assertThat(answer.body.length()).isEqualTo(1_000_000);
        assertThat(answer.body.getByte(999_999)).isEqualTo((byte) 7);
        allIsFreed();
        assertThat(released).hasValue(1);
    }

    @Test
    void drainsWhatIsInFlight() throws Exception {
        serve(_ -> {
            started.countDown();
            release.await();
            return text("done");
        });
        var inFlight = bodyOf(open("/handler?cmd=x"), "x");
        started.await();

        var closing = Thread.ofVirtual().start(() -> requireNonNull(worker).close());
        await().until(() -> refusesConnections());
        release.countDown();

        assertThat(inFlight.await().toString()).isEqualTo("done");
        closing.join();
    }

    @Test
    void tellsWhatItIsAndHow() {
        serve(WorkerTest::reversed);

        assertThat(get("/ready").status).isEqualTo(200);
        assertThat(new JsonObject(get("/health").text()).getString("status")).isEqualTo("up");
        assertThat(get("/metrics").text())
                .contains("worker_utilization", "process_resident_memory_bytes", "jvm_memory_used");
        assertThat(new JsonObject(get("/methods").text()))
                .isEqualTo(
                        new JsonObject(
                                """
                                {"name":"test","version":"1.2.3",
                                 "metadata":{"ops":"x","concurrency":"2","descriptors":"true"}}\
                                """));
    }

    private void serve(WorkHandler handler) {
        var config =
                new WorkerConfig(
                        "unix:" + folder.resolve("w.sock"),
                        sources.path(),
                        2,
                        3,
                        MAX_BODY,
                        Duration.ofSeconds(30),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(20));
        worker =
                Worker.named("test", "1.2.3")
                        .offers(Map.of("ops", "x"))
                        .handler(handler)
                        .start(config, halted::set);
    }

    private record Answer(int status, io.vertx.core.MultiMap headers, Buffer body) {
        String text() {
            return body.toString();
        }

        @Nullable String header(String name) {
            return headers.get(name);
        }
    }

    private Address address() {
        return requireNonNull(worker).address();
    }

    private HttpClientRequest open(String target) {
        return open(HttpMethod.POST, target);
    }

    private HttpClientRequest open(HttpMethod method, String target) {
        return client.request(
                        new RequestOptions()
                                .setServer(Listen.socketOf(address()))
                                .setHost("worker")
                                .setMethod(method)
                                .setURI(target))
                .await();
    }

    private Answer send(String target, String body, Map<String, String> headers) {
        return send(target, body.getBytes(UTF_8), headers);
    }

    private Answer send(String target, byte[] body, Map<String, String> headers) {
        var request = open(target);
        headers.forEach(request::putHeader);
        var answer = answer(request);
        request.send(Buffer.buffer(body)).onFailure(_ -> {});
        return answer.await();
    }

    private Answer get(String target) {
        var request = open(HttpMethod.GET, target);
        var answer = answer(request);
        request.send();
        return answer.await();
    }

    /** To be asked for before the request is sent: what comes while nobody listens is lost. */
    private static Future<Answer> answer(HttpClientRequest request) {
        return request.response()
                .compose(response ->
                        response.body()
                                .map(body ->
                                        new Answer(
                                                response.statusCode(), response.headers(), body)));
    }

    private static Future<Buffer> body(HttpClientRequest request) {
        return request.response().compose(response -> response.body());
    }

    private static Future<Buffer> bodyOf(HttpClientRequest request, String sent) {
        var body = body(request);
        request.send(Buffer.buffer(sent)).onFailure(_ -> {});
        return body;
    }

    private void allIsFreed() {
        await().until(() -> utilization() == 0);
    }

    private double utilization() {
        return get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("worker_utilization"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    private boolean refusesConnections() {
        try (var socket = raw("GET /ready HTTP/1.1\r\nHost: w")) {
            return readAll(socket).isEmpty();
        } catch (IOException _) {
            return true;
        }
    }

    private SocketChannel raw(String head) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(folder.resolve("w.sock")));
        write(channel, head + "\r\n\r\n");
        return channel;
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static String readAll(SocketChannel channel) throws IOException {
        var bytes = ByteBuffer.allocate(10_000);
        while (channel.read(bytes) >= 0 && bytes.hasRemaining()) {}
        return new String(bytes.array(), 0, bytes.position(), UTF_8);
    }

    private static WorkResult text(String text) {
        return WorkResult.of("text/plain", text.getBytes(UTF_8));
    }

    private static String text(MemorySegment bytes) {
        return Buffer.buffer(bytes.toArray(ValueLayout.JAVA_BYTE)).toString("ISO-8859-1");
    }

    private static String text(byte[] bytes, int from, int length) {
        return Buffer.buffer(bytes).slice(from, from + length).toString("ISO-8859-1");
    }

    private static WorkResult reversed(WorkRequest request) {
        var bytes = request.source().bytes().toArray(ValueLayout.JAVA_BYTE);
        return WorkResult.of("image/x-reversed", reversed(bytes));
    }

    private static byte[] reversed(byte[] bytes) {
        var reversed = new byte[bytes.length];
        for (var i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
