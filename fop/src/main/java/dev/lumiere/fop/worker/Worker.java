package dev.lumiere.fop.worker;

import dev.lumiere.service.DrainOnSignal;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Health;
import dev.lumiere.service.Listen;
import dev.lumiere.service.Metrics;
import dev.lumiere.service.MonotonicInstants;
import dev.lumiere.service.ServerConfig;
import dev.lumiere.service.ServiceServer;
import dev.lumiere.service.registry.Address;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frame of a worker process: takes {@code POST /handler} on its socket, hands the work to a
 * {@link WorkHandler}, answers.
 *
 * <pre>{@code
 * Worker.named("image", "0.1.0")
 *         .offers(Map.of("ops", "imageView2", "in", "jpeg,png", "encoded", "true"))
 *         .handler(request -> WorkResult.of("image/jpeg", thumbnail(request)))
 *         .start(WorkerConfig.from(System.getenv()))
 *         .stopOnSignal();
 * }</pre>
 */
public final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final String name;
    private final String version;
    private final Health health = new Health();
    private Map<String, String> metadata = Map.of();
    private WorkHandler handler =
            _ -> {
                throw new IllegalStateException("a worker without a handler");
            };

    private Worker(String name, String version) {
        this.name = name;
        this.version = version;
    }

    public static Worker named(String name, String version) {
        return new Worker(name, version);
    }

    /** What {@code /methods} tells; {@code concurrency} is added. */
    public Worker offers(Map<String, String> facts) {
        metadata = Map.copyOf(facts);
        return this;
    }

    public Worker handler(WorkHandler work) {
        handler = work;
        return this;
    }

    /** What {@code /health} and {@code /ready} tell; add to it. */
    public Health health() {
        return health;
    }

    /** Serves until {@link Running#close}. */
    public Running start(WorkerConfig config) {
        return start(config, status -> Runtime.getRuntime().halt(status));
    }

    Running start(WorkerConfig config, IntConsumer halt) {
        var vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setPreferNativeTransport(true)
                                .setEventLoopPoolSize(1)
                                .setFileSystemOptions(
                                        new FileSystemOptions()
                                                .setFileCachingEnabled(false)
                                                .setClassPathResolvingEnabled(false)));
        var clock = new MonotonicInstants();
        var source = config.source();
        var sources =
                source == null
                        ? null
                        : new SourceClient(vertx, source, clock, config.maxBodyBytes());
        var desk = new WorkDesk(config, handler, sources, clock, halt);
        var metrics = new Metrics();
        Gauge.builder("worker.utilization", desk, WorkDesk::utilization)
                .description("Accepted requests per slot")
                .register(metrics.registry());
        var server =
                new ServiceServer(
                                vertx,
                                ServerConfig.on(
                                                Listen.parse(config.listen()),
                                                Exchange.ProblemForm.COMPATIBLE)
                                        .withDrain(config.drain()),
                                new ServiceServer.Parts(
                                        health,
                                        metrics,
                                        methods(config, sources),
                                        clock,
                                        new SplittableRandom()))
                        .onEventLoop(HttpMethod.POST, "/handler", desk::accept)
                        .start();
        LOG.atInfo()
                .addKeyValue("address", server.address())
                .addKeyValue("slots", config.concurrency())
                .log("{} {} serves", name, version);
        return new Running(vertx, server, desk, metrics, sources);
    }

    private JsonObject methods(WorkerConfig config, @Nullable SourceClient sources) {
        var facts = new HashMap<String, Object>(metadata);
        if (sources != null && sources.handsDescriptors()) {
            facts.put("descriptors", "true");
        }
        facts.put("concurrency", Integer.toString(config.concurrency()));
        return JsonObject.of("name", name, "version", version, "metadata", new JsonObject(facts));
    }

    /** A worker that serves. */
    public static final class Running implements AutoCloseable {
        private final Vertx vertx;
        private final ServiceServer server;
        private final WorkDesk desk;
        private final Metrics metrics;
        private final @Nullable SourceClient sources;

        private Running(
                Vertx vertx,
                ServiceServer server,
                WorkDesk desk,
                Metrics metrics,
                @Nullable SourceClient sources) {
            this.vertx = vertx;
            this.server = server;
            this.desk = desk;
            this.metrics = metrics;
            this.sources = sources;
        }

        public Address address() {
            return server.address();
        }

        /** From now on SIGTERM and SIGINT drain, and the process ends with status 0. */
        public Running stopOnSignal() {
            DrainOnSignal.arm(this::close);
            return this;
        }

        /** Not ready any more; lets what is in flight end, within the bound; stops. */
        @Override
        public void close() {
            server.close();
            desk.close();
            if (sources != null) {
                sources.close();
            }
            vertx.close().await();
            metrics.close();
        }
    }
}
