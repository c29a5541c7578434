package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.fop.Offer;
import dev.lumiere.fop.OperationTable;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.fop.run.Output;
import dev.lumiere.fop.run.Work;
import dev.lumiere.rendition.Inputs;
import dev.lumiere.rendition.RenditionConfig;
import dev.lumiere.rendition.Renditions;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Version;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StorageConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway over real sockets; only what a worker makes is made here. */
class GatewayServerTest {
    private static final String SMALL = "/demo/a.jpg?imageView/1/w/200";
    private static final String BIG = "/demo/a.jpg?imageView/1/w/9000";
    private static final String MISSING = "/demo/b.jpg?imageView/1/w/200";
    private static final int BIG_BYTES = 40 << 10;

    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final MemoryRegistry registry = MemoryRegistry.start(() -> Instant.EPOCH);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicInteger runs = new AtomicInteger();
    private OperationTable operations;
    private Renditions renditions;
    private GatewayServer gateway;

    @BeforeEach
    void start() throws IOException {
        var bucket = Files.createDirectory(folder.resolve("demo"));
        Files.writeString(bucket.resolve("a.jpg"), "0123456789");
        var buckets = new Buckets(StorageConfig.of(Map.of("demo", bucket)), () -> Instant.EPOCH);
        operations =
                new OperationTable(
                        registry,
                        () -> Instant.EPOCH,
                        List.of(
                                Offer.of(
                                        "image",
                                        Version.parse("0.1.0"),
                                        Map.of("ops", "imageView", "encoded", "true"))));
        renditions =
                new Renditions(
                        RenditionConfig.in(folder.resolve("cache")),
                        operations,
                        _ -> 4,
                        this::make,
                        new Inputs(
                                buckets,
                                new OutgoingClient(
                                        vertx, FetchConfig.defaults(), () -> Instant.EPOCH),
                                () -> Instant.EPOCH),
                        buckets::open,
                        _ -> true,
                        () -> Instant.EPOCH,
                        metrics);
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
                        () -> Instant.EPOCH,
                        new Random(1));
        gateway = GatewayServer.start(vertx, config, 2, path);
    }

    @AfterEach
    void stop() {
        gateway.close();
        renditions.close();
        operations.close();
        registry.close();
        vertx.close().await();
    }

    @Test
    void anAnswerFromMemoryIsTheAnswerThatWasMadeFirst() throws IOException {
        try (var caller = caller()) {
            var made = caller.ask("GET", SMALL);
            var kept = caller.ask("GET", SMALL);

            assertThat(made.status()).isEqualTo(200);
            assertThat(made.body()).isEqualTo("imageView/1/w/200");
            assertThat(kept.body()).isEqualTo(made.body());
            assertThat(kept.headersBut("x-reqid")).isEqualTo(made.headersBut("x-reqid"));
            assertThat(kept.header("x-reqid")).matches("[0-9a-f]{32}");
            assertThat(kept.header("x-reqid")).isNotEqualTo(made.header("x-reqid"));
            assertThat(runs).hasValue(1);
            assertThat(answered(200)).isEqualTo(2);
        }
    }

    @Test
    void whatDependsOnTheRequestIsSaidFromMemoryToo() throws IOException {
        try (var caller = caller()) {
            var named =
                    "/demo/a.jpg?imageView/1/w/200/format/auto&attname=%E7%94%BB \"x\".jpg"
                            .replace(" ", "%20")
                            .replace("\"", "%22");
            for (var i = 0; i < 2; i++) {
                var answer =
                        caller.ask(
                                "GET",
                                named,
                                "Origin: http://elsewhere.example",
                                "Accept: image/webp",
                                "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01");

                assertThat(answer.body()).isEqualTo("imageView/1/w/200/format/webp");
                assertThat(answer.header("vary")).isEqualTo("Accept");
                assertThat(answer.header("content-disposition"))
                        .isEqualTo(
                                "attachment; filename=\"_ _x_.jpg\";"
                                        + " filename*=utf-8''%E7%94%BB%20%22x%22.jpg");
                assertThat(answer.header("access-control-expose-headers"))
                        .isEqualTo("ETag, X-Reqid, Content-Range");
                assertThat(answer.header("x-reqid")).isEqualTo("0123456789abcdef0123456789abcdef");
            }
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void conditionsRangesAndBodiesAreHeardOfWhatIsInMemory() throws IOException {
        try (var caller = caller()) {
            var etag = caller.ask("GET", SMALL).header("etag");

            assertThat(caller.ask("HEAD", SMALL).header("content-length")).isEqualTo("17");
            assertThat(caller.ask("GET", SMALL, "If-None-Match: " + etag).status()).isEqualTo(304);
            var part = caller.ask("GET", SMALL, "Range: bytes=0-8");
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.body()).isEqualTo("imageView");
            assertThat(caller.ask("GET", SMALL, "Content-Length: 2", "", "hi").body())
                    .isEqualTo("imageView/1/w/200");
            assertThat(caller.ask("POST", SMALL).status()).isEqualTo(405);
            assertThat(caller.ask("GET", SMALL).body()).isEqualTo("imageView/1/w/200");
            assertThat(caller.ask("GET", SMALL, "Connection: close").body())
                    .isEqualTo("imageView/1/w/200");
            assertThat(caller.isAtEnd()).isTrue();
        }
    }

    @Test
    void answersKeepTheOrderOfTheirRequests() throws IOException {
        try (var caller = caller()) {
            caller.ask("GET", SMALL);
            var original = "/demo/a.jpg";
            var targets =
                    List.of(SMALL, original, SMALL, MISSING, SMALL, BIG, SMALL, BIG, original);
            caller.sendTogether(targets);
            for (var target : targets) {
                var answer = caller.receive();
                switch (target) {
                    case SMALL -> assertThat(answer.body()).isEqualTo("imageView/1/w/200");
                    case BIG -> assertThat(answer.body()).hasSize(BIG_BYTES);
                    case MISSING -> assertThat(answer.status()).isEqualTo(404);
                    default -> assertThat(answer.body()).isEqualTo("0123456789");
                }
            }
        }
    }

    @Test
    void nothingIsAnsweredAfterAnAnswerThatCloses() throws IOException {
        try (var caller = caller()) {
            caller.ask("GET", SMALL);
            caller.sendTogether(List.of(SMALL, SMALL), "Connection: close");

            assertThat(caller.receive().body()).isEqualTo("imageView/1/w/200");
            assertThat(caller.isAtEnd()).isTrue();
            assertThat(answered(200)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: */*", "Range: bytes=0-99"})
    void aCallerThatAsksAndDoesNotReadIsNotReadFurther(String header) throws IOException {
        var total = 400_000;
        try (var caller = caller()) {
            caller.ask("GET", BIG);
            var sent = caller.sendUntilNobodyReads(BIG, total, header);

            assertThat(sent).isLessThan(total);
            var length = header.startsWith("Range") ? 100 : BIG_BYTES;
            for (var i = 0; i < sent; i++) {
                assertThat(caller.receive().body()).hasSize(length);
            }
        }
    }

    private Output make(Work work) {
        runs.incrementAndGet();
        var text = work.pipeline().canonical();
        var body = text.endsWith("9000") ? Buffer.buffer(new byte[BIG_BYTES]) : Buffer.buffer(text);
        var maker = new ServiceVersion("image", Version.parse("0.1.0"));
        return new Output(body, "image/webp", List.of(maker), List.of());
    }

    private long answered(int status) {
        return metrics.get("lumiere.gateway.requests")
                .tag("status", Integer.toString(status))
                .timer()
                .count();
    }

    private Caller caller() throws IOException {
        return new Caller(gateway.port());
    }
}
