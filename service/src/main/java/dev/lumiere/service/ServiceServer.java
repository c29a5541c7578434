package dev.lumiere.service;

import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.service.limit.ConnectionLimit;
import dev.lumiere.service.limit.RateLimits;
import dev.lumiere.service.limit.RequestBounds;
import dev.lumiere.service.registry.Address;
import io.micrometer.core.instrument.Timer;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP/1.1 on TCP or a Unix socket. Handlers of exact paths, or of all paths below one that
 * ends with a slash, run on the event loop where they never wait, or each on a virtual thread.
 * {@code /health}, {@code /ready}, {@code /metrics} and {@code /methods} are always there.
 */
public final class ServiceServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceServer.class);
    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int CHUNK_BYTES = 256 * 1024;

    /** Of all bodies that are gathered, but for those of handlers with a budget of their own. */
    private static final int BODY_BYTES = 32 << 20;

    /** Of them, of one address, where others than the node may call. */
    private static final int BODY_BYTES_OF_ONE = BODY_BYTES / 4;

    private final Map<String, Route> routes = new ConcurrentHashMap<>();
    private final Map<Integer, Timer> answered = new ConcurrentHashMap<>();
    private final RequestLog log = new RequestLog();
    private final Vertx vertx;
    private final Parts parts;
    private final ServerConfig config;
    private final RateLimits rates;
    private final ConnectionLimit connections;
    private final RequestBounds bounds;
    private final BodyBudget bodies;
    private Consumer<HttpServerRequest> guard = _ -> {};
    private ProblemForm form;
    private @Nullable HttpServer server;
    private @Nullable Address address;

    /**
     * What a server stands on.
     *
     * @param methods what {@code /methods} tells
     */
    public record Parts(
            Health health,
            Metrics metrics,
            JsonObject methods,
            InstantSource clock,
            RandomGenerator random) {}

    /** Never waits. Must answer, or see to it that somebody does. */
    @FunctionalInterface
    public interface EventLoopHandler {
        void handle(Exchange exchange);
    }

    /** May wait; interrupted when the client goes away. Must answer before it returns. */
    @FunctionalInterface
    public interface BlockingHandler {
        void handle(Exchange exchange, Buffer body) throws Exception;
    }

    /**
     * May wait, and reads its body as it arrives; interrupted when the client goes away. Must
     * answer before it returns. Afterwards the body is closed.
     */
    @FunctionalInterface
    public interface StreamingHandler {
        void handle(Exchange exchange, BodyStream body) throws Exception;
    }

    /** A method of null is any, which the handler tells apart. */
    private record Route(@Nullable HttpMethod method, EventLoopHandler handler, ProblemForm form) {}

    public ServiceServer(Vertx vertx, ServerConfig config, Parts parts) {
        this.vertx = vertx;
        this.config = config;
        this.parts = parts;
        form = config.problemForm();
        bodies =
                new BodyBudget(
                        BODY_BYTES, config.limits().isForAll() ? BODY_BYTES_OF_ONE : BODY_BYTES);
        rates = new RateLimits(config.limits(), System::nanoTime);
        connections = new ConnectionLimit(config.limits());
        bounds = new RequestBounds(config.limits().requestTime(), RequestBounds.Part.HEAD);
        onEventLoop(HttpMethod.GET, "/ready", this::ready);
        onEventLoop(
                HttpMethod.GET,
                "/methods",
                exchange -> exchange.json(200, parts.methods().toBuffer()));
        onVirtualThread(
                HttpMethod.GET,
                "/health",
                0,
                (exchange, _) -> {
                    var json = parts.health().json();
                    exchange.json(
                            "up".equals(json.getString("status")) ? 200 : 503, json.toBuffer());
                });
        onVirtualThread(
                HttpMethod.GET,
                "/metrics",
                0,
                (exchange, _) ->
                        exchange.answer(
                                200, Metrics.CONTENT_TYPE, Buffer.buffer(parts.metrics().text())));
    }

    /** Handlers that are added from now on answer their problems so. */
    public ServiceServer withProblems(ProblemForm other) {
        form = other;
        return this;
    }

    /**
     * Adds a handler, before the start. A path that ends with a slash takes all below it, but for
     * {@code /}, which is just that.
     */
    public ServiceServer onEventLoop(HttpMethod method, String path, EventLoopHandler handler) {
        routes.put(path, new Route(method, handler, form));
        return this;
    }

    /** As {@link #onEventLoop(HttpMethod, String, EventLoopHandler)}, for every method. */
    public ServiceServer onEventLoop(String path, EventLoopHandler handler) {
        routes.put(path, new Route(null, handler, form));
        return this;
    }

    /**
     * Adds a handler that gets its body whole, from the budget that all such handlers share.
     *
     * @param maxBodyBytes over it 413
     */
    public ServiceServer onVirtualThread(
            HttpMethod method, String path, int maxBodyBytes, BlockingHandler handler) {
        return onVirtualThread(method, path, maxBodyBytes, bodies, handler);
    }

    /**
     * As the other, with a budget of its own.
     *
     * @param budget beyond it 503
     */
    public ServiceServer onVirtualThread(
            HttpMethod method,
            String path,
            int maxBodyBytes,
            BodyBudget budget,
            BlockingHandler handler) {
        return onEventLoop(method, path, gathering(maxBodyBytes, budget, handler));
    }

    /** As the other, for every method. */
    public ServiceServer onVirtualThread(String path, int maxBodyBytes, BlockingHandler handler) {
        return onEventLoop(path, gathering(maxBodyBytes, bodies, handler));
    }

    /**
     * Adds a handler that reads its body as it arrives, for every method.
     *
     * @param maxBodyBytes over it 413
     * @param patience how long nothing of it may arrive, or next to nothing; then 408
     */
    public ServiceServer onVirtualThreadStreaming(
            String path, long maxBodyBytes, Duration patience, StreamingHandler handler) {
        return onEventLoop(
                path,
                exchange -> {
                    var body = new BodyStream(vertx, exchange.request(), maxBodyBytes, patience);
                    onVirtualThread(
                            exchange,
                            Buffer.buffer(),
                            (e, _) -> {
                                try (body) {
                                    handler.handle(e, body);
                                }
                            });
                });
    }

    private EventLoopHandler gathering(
            int maxBodyBytes, BodyBudget budget, BlockingHandler handler) {
        return exchange -> {
            var share = budget.share(exchange.caller());
            new WholeBody(vertx, exchange, maxBodyBytes, config.bodyTime(), share)
                    .then(body ->
                            onVirtualThread(
                                    exchange,
                                    body,
                                    (e, b) -> {
                                        try (share) {
                                            handler.handle(e, b);
                                        }
                                    }));
        };
    }

    /**
     * Asks {@code check} about every request first, before the start.
     *
     * @param check never waits; throws {@link Problem.Refused} for what is not to be served
     */
    public ServiceServer guardedBy(Consumer<HttpServerRequest> check) {
        guard = check;
        return this;
    }

    /** Listens. */
    public ServiceServer start() {
        config.listen().clear();
        var options =
                new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(MAX_LINE_BYTES)
                        .setMaxHeaderSize(MAX_LINE_BYTES)
                        .setMaxChunkSize(CHUNK_BYTES)
                        .setIdleTimeout(Math.toIntExact(config.idle().toMillis()))
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        server =
                vertx.createHttpServer(options)
                        .connectionHandler(this::connected)
                        .requestHandler(this::serve)
                        .invalidRequestHandler(this::refuse);
        var bound = server.listen(config.listen().socket()).await();
        address = config.listen().address(bound.actualPort());
        return this;
    }

    /** Where it listens, once started. */
    public Address address() {
        if (address == null) {
            throw new IllegalStateException("not started");
        }
        return address;
    }

    /** Not ready any more; takes no new connections; waits, within the bound, for answers. */
    @Override
    public void close() {
        parts.health().drain();
        if (server != null) {
            server.shutdown(config.drain().toMillis(), TimeUnit.MILLISECONDS).await();
        }
    }

    private void connected(HttpConnection connection) {
        if (connections.take(connection)) {
            bounds.install(connection);
        }
    }

    private void serve(HttpServerRequest request) {
        var path = request.path();
        var route = path == null ? null : routeOf(path);
        var exchange = begin(request, route);
        try {
            if (exchange.problemForm() == ProblemForm.COMPATIBLE) {
                exchange.countAddress();
            }
            guard.accept(request);
            if (route == null) {
                throw Problem.notFound("no such path: " + path).refused();
            }
            if (route.method != null && !route.method.equals(request.method())) {
                request.response().putHeader("Allow", route.method.name());
                throw Problem.of(405, request.method() + " is not " + route.method).refused();
            }
            route.handler.handle(exchange);
        } catch (RuntimeException e) {
            fail(exchange, e);
        }
    }

    /** What is no request, or too large for one. */
    private void refuse(HttpServerRequest request) {
        begin(request, null)
                .refuse(
                        switch (request.decoderResult().cause()) {
                            case TooLongHttpLineException _ ->
                                    Problem.of(
                                            414, "request line over " + MAX_LINE_BYTES + " bytes");
                            case TooLongHttpHeaderException e ->
                                    Problem.of(431, "headers too large: " + e.getMessage());
                            default -> Problem.badRequest("not an HTTP request");
                        });
    }

    private Exchange begin(HttpServerRequest request, @Nullable Route route) {
        var trace = TraceContext.continued(request.getHeader("traceparent"), parts.random());
        var exchange =
                new Exchange(
                        vertx,
                        request,
                        trace,
                        new Spans(parts.clock()),
                        parts.clock().instant(),
                        route == null ? config.problemForm() : route.form,
                        rates);
        var response = request.response();
        response.putHeader("X-Reqid", trace.traceId());
        response.endHandler(_ -> ended(exchange));
        return exchange;
    }

    private @Nullable Route routeOf(String path) {
        var exact = routes.get(path);
        for (var end = path.lastIndexOf('/');
                exact == null && end > 0;
                end = path.lastIndexOf('/', end - 1)) {
            exact = routes.get(path.substring(0, end + 1));
        }
        return exact;
    }

    private void onVirtualThread(Exchange exchange, Buffer body, BlockingHandler handler) {
        var thread =
                Thread.ofVirtual()
                        .name("request-", 0)
                        .unstarted(() -> {
                            try {
                                handler.handle(exchange, body);
                            } catch (Exception e) {
                                fail(exchange, e);
                            }
                        });
        exchange.response().closeHandler(_ -> thread.interrupt());
        thread.start();
    }

    /** The one place where what went wrong is answered. */
    private static void fail(Exchange exchange, Exception cause) {
        if (cause instanceof Problem.Refused refused) {
            exchange.refuse(refused.problem());
            return;
        }
        if (exchange.response().closed()) {
            return;
        }
        LOG.atError()
                .addKeyValue("trace", exchange.trace().traceId())
                .setCause(cause)
                .log("a handler failed");
        exchange.refuse(Problem.of(500, "internal error"));
    }

    private void ready(Exchange exchange) {
        if (parts.health().isReady()) {
            exchange.json(200, JsonObject.of("ready", true).toBuffer());
        } else {
            exchange.refuse(Problem.unavailable("not ready", Duration.ofSeconds(1)));
        }
    }

    private void ended(Exchange exchange) {
        var took = Duration.between(exchange.received(), parts.clock().instant());
        var response = exchange.response();
        answered.computeIfAbsent(
                        response.getStatusCode(),
                        status ->
                                Timer.builder("http.server.requests")
                                        .tag("status", Integer.toString(status))
                                        .register(parts.metrics().registry()))
                .record(took);
        var path = String.valueOf(exchange.request().path());
        if (log.isOn() && !path.equals("/ready") && !path.equals("/metrics")) {
            log.write(
                    new RequestLog.Entry(
                            exchange.trace().traceId(),
                            exchange.request().method().name(),
                            path,
                            response.getStatusCode(),
                            response.bytesWritten(),
                            took.toNanos() / 1000,
                            exchange.spans().list()));
        }
    }
}
