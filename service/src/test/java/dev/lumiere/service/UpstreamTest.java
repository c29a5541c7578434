package dev.lumiere.service;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Version;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamTest {
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final long MANY_BYTES = 64L << 20;

    private final InstantSource clock = new MonotonicInstants();
    private final Random random = new Random(7);
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    private final MemoryRegistry registry = MemoryRegistry.start(clock);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Services services =
            new Services(vertx, registry, ClientConfig.of("a", "here"), clock, random, metrics);
    private final Upstream upstream = services.find("s");

    @AfterEach
    void stop() {
        services.close();
        registry.close();
        vertx.close().await();
    }

    @Test
    void aCallReachesAnInstanceWithItsHeadersItsBodyAndItsDeadline() {
        serve(
                "one",
                "a",
                request ->
                        request.body()
                                .onSuccess(body ->
                                        request.response()
                                                .putHeader("x-said", "hello")
                                                .end(
                                                        request.method()
                                                                + " "
                                                                + request.uri()
                                                                + " "
                                                                + request.getHeader("traceparent")
                                                                + " "
                                                                + body)));
        var trace = TraceContext.root(random).traceparent();
        var headers = MultiMap.caseInsensitiveMultiMap().add("traceparent", trace);

        var response =
                upstream.send(
                        new UpstreamRequest(
                                HttpMethod.POST,
                                "/x?y=%20",
                                headers,
                                Buffer.buffer("body"),
                                clock.instant().plus(SOON),
                                null,
                                Retry.NEVER,
                                1_000));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().get("x-said")).isEqualTo("hello");
        assertThat(response.body().toString()).isEqualTo("POST /x?y=%20 " + trace + " body");
        assertThat(response.instance().id()).isEqualTo("one");
        assertThat(headers.names()).containsExactly("traceparent");
    }

    /** The rest of the body would else be sent when its memory may be another's. */
    @Test
    void anAnswerBeforeTheBodyIsOutEndsTheConnection() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            register("one", "a", listener.getLocalPort());
            var hasted = new FutureTask<>(() -> answeredAtOnce(listener));
            Thread.startVirtualThread(hasted);

            var response =
                    upstream.send(
                            new UpstreamRequest(
                                    HttpMethod.POST,
                                    "/",
                                    MultiMap.caseInsensitiveMultiMap(),
                                    Buffer.buffer(new byte[64 << 20]),
                                    clock.instant().plus(SOON),
                                    null,
                                    Retry.NEVER,
                                    1_000));

            assertThat(response.body().toString()).isEqualTo("early");
            try (var caller = hasted.resultNow()) {
                assertThat(bytesUntilTheEnd(caller)).isLessThan(64 << 20);
            }
        }
    }

    private static Socket answeredAtOnce(ServerSocket listener) throws IOException {
        var caller = listener.accept();
        assertThat(caller.getInputStream().read()).isEqualTo('P');
        caller.getOutputStream()
                .write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nearly".getBytes(US_ASCII));
        return caller;
    }

    private static long bytesUntilTheEnd(Socket caller) throws IOException {
        var bytes = 0L;
        try {
            var portion = new byte[1 << 16];
            for (var in = caller.getInputStream(); bytes < 64 << 20; ) {
                var read = in.read(portion);
                if (read < 0) {
                    return bytes;
                }
                bytes += read;
            }
        } catch (SocketException _) {
            return bytes; // cut off
        }
        return bytes;
    }

    @Test
    void theInstanceIsToldHowLongTheCallerWaits() {
        serve("one", "a", r -> r.response().end(r.getHeader("Lumiere-Deadline")));

        var millis = upstream.send(get(Retry.NEVER, SOON)).body().toString();

        assertThat(Long.parseLong(millis)).isBetween(1L, SOON.toMillis());
    }

    @Test
    void aUnixSocketIsForCallersOnTheSameHost(@TempDir Path folder) {
        var socket = folder.resolve("s.sock");
        vertx.createHttpServer()
                .requestHandler(r -> r.response().end("unix"))
                .listen(SocketAddress.domainSocketAddress(socket.toString()))
                .await();
        var port = listen(r -> r.response().end("tcp"));
        var addresses =
                List.<Address>of(new Address.Unix(socket), new Address.Tcp("127.0.0.1", port));
        var here = identity("here-1", "here");
        registry.register(new Instance(here, "a", addresses, Map.of()), TTL);
        awaitMembers(1);
        assertThat(upstream.send(get(Retry.NEVER, SOON)).body().toString()).isEqualTo("unix");

        var elsewhere =
                new Services(
                        vertx, registry, ClientConfig.of("a", "there"), clock, random, metrics);
        var seen = elsewhere.find("s").send(get(Retry.NEVER, SOON)).body().toString();
        elsewhere.close();

        assertThat(seen).isEqualTo("tcp");
    }

    @Test
    void anInstanceWithNothingButASocketOfAnotherHostIsNotCalled(@TempDir Path folder) {
        var socket = folder.resolve("s.sock");
        vertx.createHttpServer()
                .requestHandler(r -> r.response().end("not for us"))
                .listen(SocketAddress.domainSocketAddress(socket.toString()))
                .await();
        registry.register(
                new Instance(
                        identity("there-1", "there"),
                        "a",
                        List.of(new Address.Unix(socket)),
                        Map.of()),
                TTL);
        awaitMembers(1);

        assertThatThrownBy(() -> upstream.send(get(Retry.NEVER, SOON)))
                .hasMessageContaining("no instance of s is there");
    }

    @Test
    void connectionsAreKept() {
        var connections = new ConcurrentLinkedQueue<SocketAddress>();
        serve(
                "one",
                "a",
                r -> {
                    connections.add(r.remoteAddress());
                    r.response().end();
                });

        for (var i = 0; i < 5; i++) {
            upstream.send(get(Retry.NEVER, SOON));
        }

        assertThat(Set.copyOf(connections)).hasSize(1);
    }

    @Test
    void whoRefusesConnectionsIsPassedOver() {
        serve("alive", "a", r -> r.response().end());
        registerDead("dead");

        for (var i = 0; i < 20; i++) {
            var response = upstream.send(get(Retry.CONNECT_FAILURE, SOON));
            assertThat(response.instance().id()).isEqualTo("alive");
        }
        assertThatThrownBy(() -> upstream.sendOnce(get(Retry.NEVER, SOON), Set.of("alive")))
                .isInstanceOfSatisfying(
                        UpstreamFailure.class,
                        e -> assertThat(e.kind()).isEqualTo(UpstreamFailure.Kind.CONNECT));
        assertThat(
                        metrics.counter("lumiere.client.ejections", "service", "s", "version", "")
                                .count())
                .isEqualTo(1);
    }

    @Test
    void aCallLostInFlightIsRepeatedElsewhereOnlyIfThatIsSafe() {
        serve("dies", "a", r -> r.connection().close());
        assertThatThrownBy(() -> upstream.sendOnce(get(Retry.IDEMPOTENT, SOON), Set.of()))
                .isInstanceOfSatisfying(
                        UpstreamFailure.class,
                        e -> assertThat(e.kind()).isEqualTo(UpstreamFailure.Kind.DIED));
        assertThatThrownBy(() -> upstream.send(get(Retry.CONNECT_FAILURE, SOON)))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> assertThat(e.problem().status()).isEqualTo(502));

        serve("lives", "a", r -> r.response().end());
        for (var i = 0; i < 20; i++) {
            var response = upstream.send(get(Retry.IDEMPOTENT, SOON));
            assertThat(response.instance().id()).isEqualTo("lives");
        }
    }

    @Test
    void anInstanceThatRefusesForNowIsPassedOver() {
        serve("busy", "a", r -> r.response().setStatusCode(503).end());
        assertThat(upstream.send(get(Retry.IDEMPOTENT, SOON)).status()).isEqualTo(503);

        serve("free", "a", r -> r.response().end());

        for (var i = 0; i < 20; i++) {
            assertThat(upstream.send(get(Retry.IDEMPOTENT, SOON)).status()).isEqualTo(200);
        }
    }

    @Test
    void aBlackHoleCostsNoMoreThanTheDeadline() {
        serve("hole", "a", _ -> {});

        assertThatThrownBy(() -> upstream.sendOnce(get(Retry.IDEMPOTENT, SHORT), Set.of()))
                .isInstanceOfSatisfying(
                        UpstreamFailure.class,
                        e -> assertThat(e.kind()).isEqualTo(UpstreamFailure.Kind.DEADLINE));
        assertThatThrownBy(() -> upstream.send(get(Retry.IDEMPOTENT, SHORT)))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> assertThat(e.problem().status()).isEqualTo(504));
    }

    @Test
    void aServerThatDoesNotReadCostsNoMoreThanTheDeadline() {
        serve("slow", "a", HttpServerRequest::pause);
        var request =
                new UpstreamRequest(
                        HttpMethod.POST,
                        "/",
                        MultiMap.caseInsensitiveMultiMap(),
                        Buffer.buffer(new byte[32 << 20]),
                        clock.instant().plus(SHORT),
                        null,
                        Retry.NEVER,
                        0);

        assertThatThrownBy(() -> upstream.sendOnce(request, Set.of()))
                .isInstanceOfSatisfying(
                        UpstreamFailure.class,
                        e -> assertThat(e.kind()).isEqualTo(UpstreamFailure.Kind.DEADLINE));
    }

    @Test
    void anInterruptedCallerLetsGoOfTheInstance() throws Exception {
        var arrived = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        serve(
                "hole",
                "a",
                r -> {
                    r.connection().closeHandler(_ -> closed.countDown());
                    arrived.countDown();
                });
        var outcome = new CompletableFuture<UpstreamResponse>();
        var caller =
                Thread.startVirtualThread(() -> {
                    try {
                        outcome.complete(upstream.send(get(Retry.IDEMPOTENT, SOON)));
                    } catch (CancellationException e) {
                        outcome.completeExceptionally(e);
                    }
                });
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

        caller.interrupt();

        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> outcome.get(10, TimeUnit.SECONDS))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void aSecondInstanceIsAskedWhenTheFirstIsLate() throws Exception {
        var closed = new CountDownLatch(1);
        var first = new AtomicInteger();
        Handler<HttpServerRequest> onlyTheFirstHangs =
                r -> {
                    if (first.getAndIncrement() == 0) {
                        r.connection().closeHandler(_ -> closed.countDown());
                    } else {
                        r.response().end("late but well");
                    }
                };
        serve("one", "a", onlyTheFirstHangs);
        serve("two", "a", onlyTheFirstHangs);
        var request =
                new UpstreamRequest(
                        HttpMethod.GET,
                        "/",
                        MultiMap.caseInsensitiveMultiMap(),
                        null,
                        clock.instant().plus(SOON),
                        null,
                        Retry.IDEMPOTENT,
                        1_000,
                        Duration.ofMillis(50));

        assertThat(upstream.send(request).body().toString()).isEqualTo("late but well");

        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void callsWithOneKeyStayWithOneInstance() {
        for (var i = 0; i < 5; i++) {
            serve("i" + i, "a", r -> r.response().end());
        }
        var seen = new HashMap<String, Integer>();

        for (var i = 0; i < 50; i++) {
            var request =
                    new UpstreamRequest(
                            HttpMethod.GET,
                            "/",
                            MultiMap.caseInsensitiveMultiMap(),
                            null,
                            clock.instant().plus(SOON),
                            "the key",
                            Retry.NEVER,
                            1_000);
            seen.merge(upstream.send(request).instance().id(), 1, Integer::sum);
        }

        assertThat(seen).hasSize(1);
    }

    @Test
    void callsStayInTheOwnZone() {
        for (var i = 0; i < 3; i++) {
            serve("a" + i, "a", r -> r.response().end());
            serve("b" + i, "b", r -> r.response().end());
        }

        for (var i = 0; i < 50; i++) {
            var instance = upstream.send(get(Retry.NEVER, SOON)).instance();
            assertThat(instance.zone()).isEqualTo("a");
        }
    }

    @Test
    void aLargeAnswerComesWholeUnlessItIsTooLarge() {
        var bytes = new byte[3 << 20];
        random.nextBytes(bytes);
        serve("one", "a", r -> r.response().end(Buffer.buffer(bytes)));
        serve(
                "two",
                "a",
                r -> {
                    var response = r.response().setChunked(true);
                    for (var at = 0; at < bytes.length; at += 1 << 20) {
                        response.write(Buffer.buffer().appendBytes(bytes, at, 1 << 20));
                    }
                    response.end();
                });

        for (var other : List.of("one", "two")) {
            var response = upstream.sendOnce(get(Retry.NEVER, SOON), Set.of(other));
            assertThat(response.body().getBytes()).isEqualTo(bytes);
        }
        var small =
                new UpstreamRequest(
                        HttpMethod.GET,
                        "/",
                        MultiMap.caseInsensitiveMultiMap(),
                        null,
                        clock.instant().plus(SOON),
                        null,
                        Retry.IDEMPOTENT,
                        1 << 20);
        assertThatThrownBy(() -> upstream.send(small))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> assertThat(e.problem().status()).isEqualTo(502));
    }

    @Test
    void withNobodyThereACallIsRefusedAndWithSomebodyBackItIsAnswered() {
        assertThatThrownBy(() -> upstream.send(get(Retry.IDEMPOTENT, SOON)))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> {
                            assertThat(e.problem().status()).isEqualTo(503);
                            assertThat(e.problem().retryAfter()).isNotNull();
                        });

        serve("one", "a", r -> r.response().end());

        assertThat(upstream.send(get(Retry.IDEMPOTENT, SOON)).status()).isEqualTo(200);
    }

    @Test
    void whenAnInstanceDiesUnderLoadNoCallFails() throws Exception {
        var hanging = new ConcurrentLinkedQueue<HttpServerRequest>();
        serve("dies", "a", hanging::add);
        serve("lives", "a", r -> r.response().end("well"));
        var calls = new ArrayList<Future<UpstreamResponse>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 100; i++) {
                calls.add(
                        callers.submit(() ->
                                upstream.send(
                                        new UpstreamRequest(
                                                HttpMethod.GET,
                                                "/",
                                                MultiMap.caseInsensitiveMultiMap(),
                                                null,
                                                clock.instant().plus(SOON),
                                                null,
                                                Retry.IDEMPOTENT,
                                                MANY_BYTES))));
            }
            await().until(() ->
                    !hanging.isEmpty()
                            && hanging.size() == calls.stream().filter(c -> !c.isDone()).count());
            hanging.forEach(r -> r.connection().close());

            for (var call : calls) {
                assertThat(answer(call).body().toString()).isEqualTo("well");
            }
        }
    }

    @Test
    void aMethodIsToldItsArgumentsAndGivesItsResult() {
        serve(
                "one",
                "a",
                r ->
                        r.body()
                                .onSuccess(body -> {
                                    var n = new JsonArray(body).getInteger(0);
                                    r.response().end(Integer.toString(n * n));
                                }));

        int result = upstream.tell("square", 4);

        assertThat(result).isEqualTo(16);
    }

    private static UpstreamResponse answer(Future<UpstreamResponse> call) throws Exception {
        try {
            return call.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private UpstreamRequest get(Retry retry, Duration within) {
        return new UpstreamRequest(
                HttpMethod.GET,
                "/",
                MultiMap.caseInsensitiveMultiMap(),
                null,
                clock.instant().plus(within),
                null,
                retry,
                MANY_BYTES);
    }

    private int listen(Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer()
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    private void serve(String id, String zone, Handler<HttpServerRequest> handler) {
        register(id, zone, listen(handler));
    }

    private void registerDead(String id) {
        var server =
                vertx.createHttpServer().requestHandler(_ -> {}).listen(0, "127.0.0.1").await();
        server.close().await();
        register(id, "a", server.actualPort());
    }

    private void register(String id, String zone, int port) {
        var before = upstream.instances().size();
        registry.register(
                new Instance(
                        identity(id, "here"),
                        zone,
                        List.of(new Address.Tcp("127.0.0.1", port)),
                        Map.of()),
                TTL);
        awaitMembers(before + 1);
    }

    private void awaitMembers(int count) {
        await().until(() -> upstream.instances().size() == count);
    }

    private static Identity identity(String id, String host) {
        return new Identity("u", "e", "s", Version.parse("1.0.0"), "r", host, id);
    }
}
