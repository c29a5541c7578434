package dev.lumiere.gateway;

import dev.lumiere.fop.Offer;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.fop.run.Output;
import dev.lumiere.fop.run.Source;
import dev.lumiere.fop.run.Work;
import dev.lumiere.rendition.Inputs;
import dev.lumiere.rendition.RenditionConfig;
import dev.lumiere.rendition.Renditions;
import dev.lumiere.rendition.Run;
import dev.lumiere.service.Problem;
import dev.lumiere.service.Settings;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Version;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.rule.BucketRules;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.upload.SavedResults;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A gateway over real sockets with one bucket, {@code demo}. What a worker makes is made here: the
 * object's name and the canonical pipeline, as text; of an object called {@code broken} nothing.
 */
final class TestGateway implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final MemoryRegistry registry = MemoryRegistry.start(() -> Instant.EPOCH);
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch avif = new CountDownLatch(1);
    private final Path bucket;
    private final OperationTable operations;
    private final Renditions renditions;
    private final RequestPath path;
    private final GatewayServer server;

    /** Starts it. */
    TestGateway(Path folder, BucketRules rules, Map<String, String> settings) throws IOException {
        this(folder, buckets(folder, rules), _ -> null, null, settings);
    }

    private static Buckets buckets(Path folder, BucketRules rules) throws IOException {
        var demo = Files.createDirectory(folder.resolve("demo"));
        return new Buckets(
                StorageConfig.of(Map.of("demo", demo), Map.of("demo", rules)), () -> Instant.EPOCH);
    }

    /** Starts one with other buckets. */
    TestGateway(Path folder, Buckets buckets, KeyRing keys, Map<String, String> settings) {
        this(folder, buckets, keys, null, settings);
    }

    /** Starts one that keeps results. */
    TestGateway(
            Path folder,
            Buckets buckets,
            KeyRing keys,
            @Nullable SavedResults saved,
            Map<String, String> settings) {
        this(folder, buckets, keys, saved, settings, run -> run);
    }

    /**
     * Starts one whose runs are looked at.
     *
     * @param around makes of what makes results what is run
     */
    TestGateway(
            Path folder,
            Buckets buckets,
            KeyRing keys,
            @Nullable SavedResults saved,
            Map<String, String> settings,
            UnaryOperator<Run> around) {
        bucket = folder.resolve("demo");
        var names = "imageView2,imageMogr2,watermark,imageInfo,qrcode";
        operations =
                new OperationTable(
                        registry,
                        () -> Instant.EPOCH,
                        List.of(
                                Offer.of(
                                        "image",
                                        Version.parse("0.1.0"),
                                        Map.of(
                                                "ops",
                                                names,
                                                "encoded",
                                                "true",
                                                "inputs",
                                                "watermark:image"))));
        var metrics = new SimpleMeterRegistry();
        var outgoing = new OutgoingClient(vertx, FetchConfig.defaults(), () -> Instant.EPOCH);
        renditions =
                new Renditions(
                        RenditionConfig.in(folder.resolve("cache")),
                        operations,
                        _ -> 4,
                        around.apply(this::make),
                        new Inputs(buckets, outgoing, () -> Instant.EPOCH),
                        buckets::open,
                        _ -> true,
                        () -> Instant.EPOCH,
                        metrics);
        var config = config(settings);
        path =
                new RequestPath(
                        config,
                        buckets,
                        keys,
                        operations,
                        renditions,
                        saved,
                        metrics,
                        () -> Instant.EPOCH,
                        new Random(1));
        server = GatewayServer.start(vertx, config, 1, path);
    }

    /** Starts one as it is by default. */
    static TestGateway with(Path folder, BucketRules rules) throws IOException {
        return new TestGateway(folder, rules, Map.of());
    }

    /** As it is by default, but for a free port, and what these settings say. */
    static GatewayConfig config(Map<String, String> settings) {
        var all = new HashMap<>(Map.of("gateway.port", "0", "gateway.autoFormats", "webp"));
        all.put("gateway.maxAge", "1d");
        all.putAll(settings);
        return GatewayConfig.from(new Settings(all, Map.of(), Map.of()), Map.of());
    }

    /** Puts an object into the bucket; its own text is its key. */
    TestGateway put(String... keys) throws IOException {
        for (var key : keys) {
            var file = bucket.resolve(key);
            Files.createDirectories(file.getParent());
            Files.writeString(file, key);
        }
        return this;
    }

    /** Whether the answer is in memory, so that it is given right behind the decoder. */
    boolean isAtHand(String target, String header, String value) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        request.headers().add("Host", "localhost").add(header, value);
        return path.hit(path.beginQuickly(request, null)) != null;
    }

    int runs() {
        return runs.get();
    }

    Caller.Answer get(String target, String... headers) throws IOException {
        return ask("GET", target, headers);
    }

    int port() {
        return server.port();
    }

    Caller caller() throws IOException {
        return new Caller(server.port());
    }

    Caller.Answer ask(String method, String target, String... headers) throws IOException {
        try (var caller = new Caller(server.port())) {
            return caller.ask(method, target, headers);
        }
    }

    /** Until this is said, runs whose result is an AVIF do not end. */
    void finishAvif() {
        avif.countDown();
    }

    private Output make(Work work) throws InterruptedException {
        runs.incrementAndGet();
        if (work.pipeline().isSlowToWrite()) {
            avif.await();
        }
        var key = ((Source.OnDisk) work.source()).key();
        if (key.startsWith("broken")) {
            throw Problem.badRequest("unsupported format").refused();
        }
        var pipeline = work.pipeline().canonical();
        var type =
                pipeline.endsWith("imageInfo")
                        ? "application/json"
                        : work.pipeline().isSlowToWrite() ? "image/avif" : "image/webp";
        return new Output(
                Buffer.buffer(key + " " + pipeline),
                type,
                List.of(new ServiceVersion("image", Version.parse("0.1.0"))),
                List.of());
    }

    @Override
    public void close() {
        server.close();
        renditions.close();
        operations.close();
        registry.close();
        vertx.close().await();
    }
}
