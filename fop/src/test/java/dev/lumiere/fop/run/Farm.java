package dev.lumiere.fop.run;

import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Lease;
import dev.lumiere.service.registry.Registry;
import dev.lumiere.service.registry.Version;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Plain servers on Unix sockets that stand for worker processes and can be killed. One that was
 * killed is replaced, as a node's agent does, under a new id.
 */
final class Farm implements AutoCloseable {
    private final Vertx vertx;
    private final Registry registry;
    private final Path folder;
    private final String service;
    private final Map<String, String> metadata;
    private final Handler handler;
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger deaths = new AtomicInteger();
    private final Set<Hand> hands = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** What a server does with a request whose body is there; on its event loop. */
    @FunctionalInterface
    interface Handler {
        void handle(Hand hand, HttpServerRequest request, Buffer body);
    }

    /** One server. */
    final class Hand {
        private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
        private final HttpServer server = vertx.createHttpServer();
        private final Lease lease;
        private boolean dead;

        private Hand() {
            var id = service + ids.incrementAndGet();
            var path = folder.resolve(id);
            server.connectionHandler(
                            connection -> {
                                connections.add(connection);
                                connection.closeHandler(_ -> connections.remove(connection));
                            })
                    .requestHandler(request ->
                            request.body().onSuccess(body -> handler.handle(this, request, body)))
                    .listen(SocketAddress.domainSocketAddress(path.toString()))
                    .await();
            hands.add(this);
            lease =
                    registry.register(
                            new Instance(
                                    new Identity(
                                            "u",
                                            "e",
                                            service,
                                            Version.parse("1.0.0"),
                                            "r",
                                            "host",
                                            id),
                                    "a",
                                    List.of(new Address.Unix(path)),
                                    metadata),
                            Duration.ofHours(1));
        }

        /** Everything in flight is lost, and nobody answers here any more. */
        void kill() {
            synchronized (this) {
                if (dead) {
                    return;
                }
                dead = true;
            }
            deaths.incrementAndGet();
            hands.remove(this);
            var _ = server.close();
            connections.forEach(HttpConnection::close);
            var _ =
                    Thread.startVirtualThread(() -> {
                        lease.release();
                        if (!closed) {
                            start(1);
                        }
                    });
        }
    }

    Farm(
            Vertx vertx,
            Registry registry,
            Path folder,
            String service,
            Map<String, String> metadata,
            Handler handler) {
        this.vertx = vertx;
        this.registry = registry;
        this.folder = folder;
        this.service = service;
        this.metadata = metadata;
        this.handler = handler;
    }

    Farm start(int count) {
        for (var i = 0; i < count; i++) {
            var _ = new Hand();
        }
        return this;
    }

    /** How many were killed. */
    int deaths() {
        return deaths.get();
    }

    List<Hand> alive() {
        return List.copyOf(hands);
    }

    @Override
    public void close() {
        closed = true;
    }
}
