package dev.lumiere.service.registry;

import static dev.lumiere.service.registry.Instances.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.service.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract over a real socket: the HTTP client, the HTTP face and the embedded engine. */
class HttpRegistryTest extends RegistryContract {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Duration TTL = Duration.ofSeconds(15);
    private static final String NO_INSTANCES =
            "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"instances\":[]}";
    private static final Instance A = instance("image", "1.0.0", "a");

    private volatile Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private MemoryRegistry memory;
    private RegistryHandler handler;
    private HttpServer server;
    private HttpRegistry registry;

    @BeforeEach
    void start() {
        memory = new MemoryRegistry(() -> now, Limits.DEFAULT);
        listen(portNoCallerComesFrom());
        var base = URI.create("http://127.0.0.1:" + server.actualPort());
        registry = new HttpRegistry(VERTX, base, new Random(1));
    }

    @AfterEach
    void stop() {
        registry.close();
        stopServer();
        memory.close();
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close().await();
    }

    @Override
    protected Registry registry() {
        return registry;
    }

    @Override
    protected void pass(Duration duration) {
        now = now.plus(duration);
        memory.expire();
    }

    @Test
    void aWatchComesBackAfterTheNodeDidAndTellsAllMembersAnew() throws InterruptedException {
        registry.register(A, TTL);
        var told = new Told();
        try (var _ = registry.watch(Query.everything(), told)) {
            told.thenMembers(A);

            var port = server.actualPort();
            stopServer();
            memory.close();
            memory = new MemoryRegistry(() -> now, Limits.DEFAULT);
            var b = instance("image", "1.0.0", "b");
            memory.register(b, TTL);
            listen(port);

            told.thenMembers(b);
            memory.register(A, TTL);
            told.thenUp(A);
        }
    }

    @Test
    void aWatchThatIsOpenedWhileTheNodeIsAwayStartsWhenItComes() throws InterruptedException {
        var port = server.actualPort();
        stopServer();
        var told = new Told();
        try (var _ = registry.watch(Query.everything(), told)) {
            memory.register(A, TTL);
            listen(port);
            told.thenMembers(A);
        }
    }

    @Test
    void aNodeThatIsAwayIsUnavailableToEveryCall() {
        var lease = registry.register(A, TTL);
        stopServer();

        assertThatThrownBy(() -> registry.register(A, TTL))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("127.0.0.1");
        assertThatThrownBy(() -> registry.find(Query.everything()))
                .isInstanceOf(RegistryUnavailable.class);
        assertThatThrownBy(lease::renew).isInstanceOf(RegistryUnavailable.class);
        assertThatThrownBy(lease::release).isInstanceOf(RegistryUnavailable.class);
    }

    @Test
    void aLeaseOfBeforeTheNodeRestartedIsOver() {
        var lease = registry.register(A, TTL);
        var port = server.actualPort();
        stopServer();
        memory.close();
        memory = new MemoryRegistry(() -> now, Limits.DEFAULT);
        listen(port);

        assertThat(lease.renew()).isFalse();
    }

    /** Lingering for no time is a reset, for the default time an orderly end. */
    @ParameterizedTest
    @ValueSource(ints = {NetServerOptions.DEFAULT_SO_LINGER, 0})
    void aKeptConnectionThatTurnsOutToBeLostIsNoFailure(int linger) {
        var connections = new AtomicInteger();
        var closing =
                VERTX.createNetServer(new NetServerOptions().setSoLinger(linger))
                        .connectHandler(socket -> answerOnceThenClose(socket, connections))
                        .listen(0, "127.0.0.1")
                        .await();
        var base = URI.create("http://127.0.0.1:" + closing.actualPort());
        var caller = new HttpRegistry(VERTX, base, new Random(1));

        assertThat(caller.find(Query.everything())).isEmpty();
        assertThat(caller.find(Query.everything())).isEmpty();
        assertThat(connections).hasValue(2);

        caller.close();
        closing.close().await();
    }

    private static void answerOnceThenClose(NetSocket socket, AtomicInteger connections) {
        connections.incrementAndGet();
        var answered = new AtomicBoolean();
        socket.handler(_ -> {
            var _ =
                    answered.compareAndSet(false, true)
                            ? socket.write(NO_INSTANCES)
                            : socket.close();
        });
    }

    @Test
    void anotherServerThanARegistryIsUnavailable() {
        var other =
                VERTX.createHttpServer()
                        .requestHandler(
                                request -> request.response().setStatusCode(404).end("<html>"))
                        .listen(0, "127.0.0.1")
                        .await();
        var misled =
                new HttpRegistry(
                        VERTX,
                        URI.create("http://127.0.0.1:" + other.actualPort() + "/"),
                        new Random(1));

        assertThatThrownBy(() -> misled.find(Query.everything()))
                .isInstanceOf(RegistryUnavailable.class)
                .hasMessageContaining("404");

        misled.close();
        other.close().await();
    }

    @Test
    void aFullRegistrySaysSo() {
        memory.close();
        stopServer();
        memory = new MemoryRegistry(() -> now, new Limits(1, 1, 10));
        listen(0);
        var full =
                new HttpRegistry(
                        VERTX,
                        URI.create("http://127.0.0.1:" + server.actualPort()),
                        new Random(1));
        full.register(A, TTL);

        assertThatThrownBy(() -> full.register(instance("image", "1", "b"), TTL))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        refused -> {
                            assertThat(refused.problem().status()).isEqualTo(503);
                            assertThat(refused.problem().error()).contains("1 instances");
                        });
        full.close();
    }

    @Test
    void onlyAnAddressWithAHostIsTaken() {
        for (var wrong : new String[] {"ftp://host", "http:///path", "host:8081", "/v1"}) {
            assertThatThrownBy(() -> new HttpRegistry(VERTX, URI.create(wrong), new Random(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong);
        }
    }

    /**
     * A free port below those the system gives to callers (from 32768 on): while the node is away a
     * caller could be given the node's own, which could not listen there again.
     */
    private static int portNoCallerComesFrom() {
        for (var port : new Random().ints(1_000, 10_000, 32_768).toArray()) {
            try (var probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException _) {
                // somebody listens there
            }
        }
        throw new IllegalStateException("no free port");
    }

    private void listen(int port) {
        handler = new RegistryHandler(VERTX, memory, "host-1", () -> now, new SecureRandom());
        var mounted = handler;
        server = // the port of one that has just closed may be taken a moment longer
                await().ignoreExceptionsInstanceOf(BindException.class)
                        .until(
                                () ->
                                        VERTX.createHttpServer()
                                                .requestHandler(request ->
                                                        assertThat(mounted.handle(request))
                                                                .isTrue())
                                                .listen(port, "127.0.0.1")
                                                .await(),
                                Objects::nonNull);
    }

    private void stopServer() {
        handler.close();
        server.close().await();
    }
}
