package dev.lumiere.gateway;

import dev.lumiere.service.Problem;
import dev.lumiere.service.limit.ConnectionLimit;
import dev.lumiere.service.limit.RequestBounds;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Listens on the media port, on every event loop, and hands each request to the request path. */
public final class GatewayServer implements AutoCloseable {
    /** A longer request line is refused with 414. */
    private static final int MAX_REQUEST_LINE_BYTES = 16 << 10;

    private static final int MAX_HEADER_BYTES = 32 << 10;

    private static final int ACCEPT_BACKLOG = 1024;

    /** A connection on which nothing moves for longer is closed, also while it should read. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(75);

    /** Closing at once would reset the connection before a caller that still sends has read. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

    private final List<HttpServer> listeners;

    private GatewayServer(List<HttpServer> listeners) {
        this.listeners = listeners;
    }

    /**
     * Starts to listen.
     *
     * @throws RuntimeException caused by an {@link java.io.IOException} if the port is taken
     */
    public static GatewayServer start(
            Vertx vertx, GatewayConfig config, int eventLoops, RequestPath path) {
        var options =
                new HttpServerOptions()
                        .setHost(config.host())
                        .setPort(config.port() == 0 ? freePort(config.host()) : config.port())
                        .setHttp2ClearTextEnabled(false)
                        .setPerFrameWebSocketCompressionSupported(false)
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setAcceptBacklog(ACCEPT_BACKLOG)
                        .setIdleTimeout((int) IDLE_LIMIT.toSeconds());
        var listeners = new CopyOnWriteArrayList<HttpServer>();
        var connections = new ConnectionLimit(config.limits());
        var bounds = new RequestBounds(config.limits().requestTime(), RequestBounds.Part.WHOLE);
        vertx.deployVerticle(
                        () -> new Listener(options, path, connections, bounds, listeners),
                        new DeploymentOptions().setInstances(eventLoops))
                .await();
        return new GatewayServer(listeners);
    }

    public int port() {
        return listeners.getFirst().actualPort();
    }

    /** Stops accepting, lets the requests under way end within ten seconds, stops. */
    @Override
    public void close() {
        var drained =
                listeners.stream()
                        .map(l -> l.shutdown(DRAIN_LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .toList();
        Future.join(drained).otherwiseEmpty().await();
    }

    /** All listeners share one port, so it must be known before the first of them listens. */
    private static int freePort(String host) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + host, e);
        }
    }

    private static final class Listener extends VerticleBase {
        private final HttpServerOptions options;
        private final RequestPath path;
        private final ConnectionLimit connections;
        private final RequestBounds bounds;
        private final List<HttpServer> listeners;

        Listener(
                HttpServerOptions options,
                RequestPath path,
                ConnectionLimit connections,
                RequestBounds bounds,
                List<HttpServer> listeners) {
            this.options = options;
            this.path = path;
            this.connections = connections;
            this.bounds = bounds;
            this.listeners = listeners;
        }

        @Override
        public Future<?> start() {
            return vertx.createHttpServer(options)
                    .connectionHandler(this::connected)
                    .requestHandler(path)
                    .invalidRequestHandler(this::refuse)
                    .listen()
                    .onSuccess(listeners::add);
        }

        private void connected(HttpConnection connection) {
            if (connections.take(connection)) {
                bounds.install(connection);
                path.quickAnswers().install(connection);
            }
        }

        /** What follows is unclear: it is read and dropped for a while, then cut off. */
        private void refuse(HttpServerRequest request) {
            vertx.setTimer(LINGER.toMillis(), _ -> request.response().end());
            path.refuse(
                    request,
                    switch (request.decoderResult().cause()) {
                        case TooLongHttpLineException _ ->
                                Problem.of(
                                        414,
                                        "request line over " + MAX_REQUEST_LINE_BYTES + " bytes");
                        case TooLongHttpHeaderException e ->
                                Problem.of(431, "headers too large: " + e.getMessage());
                        default -> Problem.badRequest("not an HTTP request");
                    });
        }
    }
}
