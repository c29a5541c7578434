package dev.lumiere.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.run.Runner;
import dev.lumiere.fop.run.RunnerConfig;
import dev.lumiere.fop.source.SourceSocket;
import dev.lumiere.fop.worker.WorkRequest;
import dev.lumiere.fop.worker.WorkResult;
import dev.lumiere.fop.worker.Worker;
import dev.lumiere.fop.worker.WorkerConfig;
import dev.lumiere.rendition.Inputs;
import dev.lumiere.rendition.RenditionConfig;
import dev.lumiere.rendition.Renditions;
import dev.lumiere.service.ClientConfig;
import dev.lumiere.service.Services;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Version;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StorageConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that refers to more than its source, from the URL to a worker and back. */
class FurtherInputsTest {
    private static final Map<String, String> OFFER =
            Map.of(
                    "ops", "stamp",
                    "inputs", "stamp:image",
                    "encoded", "true",
                    "concurrency", "2",
                    "descriptors", "true");

    @TempDir Path folder;
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    private volatile Duration passed = Duration.ZERO;
    private final InstantSource clock = () -> Instant.now().plus(passed);
    private final Random random = new Random(1);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger fetches = new AtomicInteger();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Path marks;
    private volatile String served = "of the web";
    private int webPort;
    private Caller caller;

    @BeforeEach
    void start() throws IOException {
        var demo = Files.createDirectory(folder.resolve("demo"));
        marks = Files.createDirectory(folder.resolve("marks"));
        Files.writeString(demo.resolve("a.txt"), "photo");
        Files.writeString(demo.resolve("own.txt"), "own mark");
        Files.writeString(marks.resolve("logo.txt"), "logo");
        webPort =
                vertx.createHttpServer()
                        .requestHandler(request -> {
                            fetches.incrementAndGet();
                            request.response().putHeader("Content-Type", "text/plain").end(served);
                        })
                        .listen(0, "127.0.0.1")
                        .await()
                        .actualPort();
        var registry = open(MemoryRegistry.start(clock));
        var sources =
                open(
                        new SourceSocket(
                                vertx,
                                folder.resolve("s"),
                                folder.resolve("scratch"),
                                clock,
                                random));
        register(registry, open(worker()));
        var services =
                open(
                        new Services(
                                vertx,
                                registry,
                                ClientConfig.of("a", "host"),
                                clock,
                                random,
                                metrics));
        var operations = open(new OperationTable(registry, clock, List.of()));
        await().until(() -> operations.knows("stamp"));
        var buckets = new Buckets(StorageConfig.of(Map.of("demo", demo, "marks", marks)), clock);
        var fetch =
                new FetchConfig(false, Set.of("127.0.0.1"), Set.of(), 1000, Duration.ofSeconds(5));
        var outgoing = open(new OutgoingClient(vertx, fetch, clock));
        var runner =
                new Runner(
                        operations,
                        services,
                        sources,
                        RunnerConfig.defaults(),
                        clock,
                        random,
                        metrics);
        var renditions =
                open(
                        new Renditions(
                                RenditionConfig.in(folder.resolve("cache")),
                                operations,
                                _ -> 2,
                                runner::run,
                                new Inputs(buckets, outgoing, clock),
                                buckets::open,
                                buckets::isUnchanged,
                                clock,
                                metrics));
        var config = TestGateway.config(Map.of());
        var path =
                new RequestPath(
                        config,
                        buckets,
                        _ -> null,
                        operations,
                        renditions,
                        null,
                        metrics,
                        clock,
                        random);
        var gateway = open(GatewayServer.start(vertx, config, 1, path));
        caller = open(new Caller(gateway.port()));
    }

    @AfterEach
    void stop() throws Exception {
        for (var each : opened.reversed()) {
            each.close();
        }
        vertx.close().await();
    }

    @Test
    void theWorkerReadsWhatThePipelineRefersTo() throws IOException {
        var own = Base64Values.encode("own.txt");
        var logo = Base64Values.encode("kodo://marks/logo.txt");
        var web = Base64Values.encode("http://127.0.0.1:" + webPort + "/x");
        var target = "/demo/a.txt?stamp/3/image/" + own + "/image/" + logo + "==/image/" + web;

        var made = caller.ask("GET", target);
        var kept = caller.ask("GET", target);

        assertThat(made.body()).isEqualTo("photo own mark logo of the web");
        assertThat(made.status()).isEqualTo(200);
        assertThat(kept.body()).isEqualTo(made.body());
        assertThat(runs).hasValue(1);
        assertThat(fetches).hasValue(1);
        assertThat(
                        metrics.get("lumiere.rendition.hits")
                                .tag("tier", "memory")
                                .functionCounter()
                                .count())
                .isEqualTo(1);
    }

    @Test
    void aChangedInputIsAnotherResult() throws IOException {
        var target = stamped("kodo://marks/logo.txt");
        var first = caller.ask("GET", target);
        Files.writeString(marks.resolve("logo.txt"), "new logo");
        passed = Duration.ofSeconds(2);
        var second = caller.ask("GET", target);

        assertThat(first.body()).isEqualTo("photo logo");
        assertThat(second.body()).isEqualTo("photo new logo");
        assertThat(second.header("etag")).isNotEqualTo(first.header("etag"));
    }

    @Test
    void aChangeAtAUrlIsSeenAfterAMinute() throws IOException {
        var target = stamped("http://127.0.0.1:" + webPort + "/x");
        var first = caller.ask("GET", target);
        served = "changed";
        var second = caller.ask("GET", target);
        passed = Duration.ofSeconds(61);
        var third = caller.ask("GET", target);

        assertThat(first.body()).isEqualTo("photo of the web");
        assertThat(second.body()).isEqualTo("photo of the web");
        assertThat(third.body()).isEqualTo("photo changed");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void whatCannotBeHadIsSaid() throws IOException {
        refused(stamped("nosuch.txt"), "input not found: nosuch.txt");
        refused(stamped("kodo://nosuch/x"), "input not found: kodo://nosuch/x");
        refused(stamped("ftp://x/y"), "bad argument: image");
        refused("/demo/a.txt?stamp/1/image/%25", "bad argument: image");
        refused(stamped("http://localhost:" + webPort + "/"), "address not allowed: localhost");
        refused(stamped("http://[::1]:" + webPort + "/"), "address not allowed: ::1");
        refused(
                stamped("http://2130706433:" + webPort + "/"),
                "input cannot be fetched: http://2130706433:"
                        + webPort
                        + "/: the URL cannot be read, it has no valid host: 2130706433");
        served = "x".repeat(1001);
        refused(
                stamped("http://127.0.0.1:" + webPort + "/big"),
                "input cannot be fetched: http://127.0.0.1:" + webPort + "/big: over 1000 bytes");
        assertThat(runs).hasValue(0);
    }

    private void refused(String target, String error) throws IOException {
        for (var i = 0; i < 2; i++) {
            var answer = caller.ask("GET", target);
            assertThat(answer.body()).contains("\"" + error + "\"");
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    private static String stamped(String reference) {
        return "/demo/a.txt?stamp/1/image/" + Base64Values.encode(reference);
    }

    private Worker.Running worker() {
        return Worker.named("stamper", "1.0.0")
                .offers(OFFER)
                .handler(this::stamp)
                .start(
                        WorkerConfig.from(
                                Map.of(
                                        "LUMIERE_WORKER_LISTEN",
                                        "unix:" + folder.resolve("w"),
                                        "LUMIERE_WORKER_SOURCE",
                                        folder.resolve("s").toString())));
    }

    /** The source, and after it what each image says. */
    private WorkResult stamp(WorkRequest request) {
        runs.incrementAndGet();
        var text = new StringBuilder(text(request.source().bytes().toArray(ValueLayout.JAVA_BYTE)));
        var arguments = request.stages().getFirst().arguments();
        for (var i = 0; i + 1 < arguments.size(); i++) {
            if (arguments.get(i).equals("image")) {
                var image = request.input(arguments.get(i + 1)).bytes();
                text.append(' ').append(text(image.toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return WorkResult.of("text/plain", text.toString().getBytes(UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private static void register(MemoryRegistry registry, Worker.Running worker) {
        var identity = new Identity("u", "e", "stamper", Version.parse("1.0.0"), "r", "host", "w");
        registry.register(
                new Instance(identity, "a", List.of(worker.address()), OFFER), Duration.ofHours(1));
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.add(part);
        return part;
    }
}
