package dev.lumiere.service;

import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.LeaseKeeper;
import dev.lumiere.service.registry.Registry;
import dev.lumiere.service.registry.Version;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A micro-service in the making.
 *
 * <pre>{@code
 * Service.named("math", "1.0.0")
 *         .method("square", args -> args.getDouble(0) * args.getDouble(0))
 *         .listed(registry, "a", "laptop")
 *         .start()
 *         .stopOnSignal();
 * }</pre>
 *
 * A method is called by {@code POST /rpc/<method>} with its arguments as a JSON array.
 */
public final class Service {
    private static final int MAX_ARGUMENT_BYTES = 1 << 20;
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final JsonObject ANY_ARGUMENTS = JsonObject.of("type", "array");

    private final String name;
    private final Version version;
    private final Health health = new Health();
    private final Metrics metrics = new Metrics();
    private final Map<String, RpcMethod> methods = new LinkedHashMap<>();
    private final Map<String, JsonObject> contract = new TreeMap<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private String listen = "tcp://127.0.0.1:0";
    private @Nullable Listing listing;

    private record Listing(Registry registry, String zone, String hostname) {}

    private Service(String name, Version version) {
        this.name = name;
        this.version = version;
    }

    public static Service named(String name, String version) {
        return new Service(name, Version.parse(version));
    }

    /** Adds a method that takes any arguments. */
    public Service method(String called, RpcMethod method) {
        return method(called, ANY_ARGUMENTS, new JsonObject(), method);
    }

    /**
     * Adds a method.
     *
     * @param arguments JSON Schema of the array of its arguments, told by {@code /methods}
     * @param result JSON Schema of what it gives
     */
    public Service method(
            String called, JsonObject arguments, JsonObject result, RpcMethod method) {
        methods.put(called, method);
        contract.put(called, JsonObject.of("arguments", arguments, "result", result));
        return this;
    }

    /** Where to listen, {@code unix:/path} or {@code tcp://host:port}; a free port by default. */
    public Service listen(String address) {
        listen = address;
        return this;
    }

    /** A fact about every instance, for the registry. */
    public Service fact(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Where to be listed while it runs.
     *
     * @param zone the failure domain it runs in
     */
    public Service listed(Registry registry, String zone, String hostname) {
        listing = new Listing(registry, zone, hostname);
        return this;
    }

    public Health health() {
        return health;
    }

    public Metrics metrics() {
        return metrics;
    }

    /** Serves and registers. */
    public Running start() {
        var vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        var clock = new MonotonicInstants();
        var random = new SecureRandom();
        var server =
                new ServiceServer(
                                vertx,
                                ServerConfig.on(
                                        Listen.parse(listen), Exchange.ProblemForm.RFC_9457),
                                new ServiceServer.Parts(health, metrics, contract(), clock, random))
                        .onVirtualThread(HttpMethod.POST, "/rpc/", MAX_ARGUMENT_BYTES, this::call)
                        .start();
        var wanted = listing;
        LeaseKeeper keeper = null;
        if (wanted != null) {
            keeper = LeaseKeeper.start(wanted.registry, clock, random);
            var _ = keeper.keep(instance(wanted, server), TTL);
        }
        return new Running(vertx, server, health, metrics, keeper);
    }

    private Instance instance(Listing wanted, ServiceServer server) {
        var id = UUID.randomUUID().toString();
        var identity =
                new Identity("lumiere", "local", name, version, "local", wanted.hostname, id);
        return new Instance(identity, wanted.zone, List.of(server.address()), metadata);
    }

    private JsonObject contract() {
        return JsonObject.of(
                "name",
                name,
                "version",
                version.toString(),
                "metadata",
                new JsonObject(new TreeMap<>(metadata)),
                "methods",
                new JsonObject(new TreeMap<>(contract)));
    }

    private void call(Exchange exchange, Buffer body) throws Exception {
        var called = String.valueOf(exchange.request().path()).substring("/rpc/".length());
        var method = methods.get(called);
        if (method == null) {
            throw Problem.notFound("no such method: " + called).refused();
        }
        JsonArray arguments;
        try {
            arguments = body.length() == 0 ? new JsonArray() : new JsonArray(body);
        } catch (DecodeException _) {
            throw Problem.badRequest("the arguments are not a JSON array").refused();
        }
        Object result;
        try {
            result = method.call(arguments);
        } catch (ClassCastException | IndexOutOfBoundsException e) {
            throw Problem.badRequest(called + ": " + e.getMessage()).refused();
        }
        exchange.json(200, Json.encodeToBuffer(result));
    }

    /** A service that serves. */
    public static final class Running implements AutoCloseable {
        private final Vertx vertx;
        private final ServiceServer server;
        private final Health health;
        private final Metrics metrics;
        private final @Nullable LeaseKeeper keeper;

        private Running(
                Vertx vertx,
                ServiceServer server,
                Health health,
                Metrics metrics,
                @Nullable LeaseKeeper keeper) {
            this.vertx = vertx;
            this.server = server;
            this.health = health;
            this.metrics = metrics;
            this.keeper = keeper;
        }

        public dev.lumiere.service.registry.Address address() {
            return server.address();
        }

        /** From now on SIGTERM and SIGINT drain, and the process ends with status 0. */
        public Running stopOnSignal() {
            DrainOnSignal.arm(this::close);
            return this;
        }

        /** Leaves the registry, answers what is in flight, stops. */
        @Override
        public void close() {
            health.drain();
            if (keeper != null) {
                keeper.close();
            }
            server.close();
            vertx.close().await();
            metrics.close();
        }
    }
}
