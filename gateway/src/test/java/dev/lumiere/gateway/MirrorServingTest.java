package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.bucket.Origin;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.rule.BucketRules;
import dev.lumiere.storage.rule.Quota;
import dev.lumiere.storage.source.OriginPulls;
import dev.lumiere.storage.source.SourceConfig;
import dev.lumiere.storage.source.Sources;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mirror does not have, on the wire: its origin has {@code /a.jpg} and nothing else. */
class MirrorServingTest {
    @TempDir private Path home;
    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<String> vias = Collections.synchronizedList(new ArrayList<>());
    private HttpServer origin;
    private EventLog log;
    private DirectoryBlobStore blobs;
    private Catalog catalog;
    private OutgoingClient outgoing;
    private OriginPulls pulls;
    private TestGateway gateway;

    @BeforeEach
    void aMirror() throws Exception {
        origin = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        origin.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        origin.createContext(
                "/",
                exchange -> {
                    var path = exchange.getRequestURI().getPath();
                    asked.add(path);
                    vias.addAll(exchange.getRequestHeaders().getOrDefault("Via", List.of()));
                    try (exchange) {
                        if (path.equals("/a.jpg")) {
                            exchange.getResponseHeaders()
                                    .set("Last-Modified", "Fri, 02 Jan 1970 00:00:00 GMT");
                            exchange.getResponseHeaders().set("Content-Type", "image/jpeg");
                            exchange.sendResponseHeaders(200, 7);
                            exchange.getResponseBody()
                                    .write("picture".getBytes(StandardCharsets.US_ASCII));
                        } else {
                            exchange.sendResponseHeaders(path.equals("/fails") ? 500 : 404, -1);
                        }
                    }
                });
        origin.start();
        InstantSource clock = () -> Instant.EPOCH.plus(Duration.ofDays(9));
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), clock);
        catalog = Catalog.open(home.resolve("views"), log, _ -> false, clock, UUID::randomUUID);
        var folder = Files.createDirectory(home.resolve("demo"));
        var rules = BucketRules.of(Map.of("thumb", "imageView2/1/w/9"), "-");
        var config = StorageConfig.of(Map.of("demo", folder), Map.of("mirror", rules));
        var buckets = new Buckets(config, catalog, blobs, clock);
        var fetch = new FetchConfig(true, Set.of(), Set.of(), 1000, Duration.ofSeconds(5));
        outgoing = new OutgoingClient(vertx, fetch, clock);
        var sources = new Sources(outgoing, blobs, SourceConfig.defaults(), clock);
        var key = new SecretKeySpec(new byte[32], "HmacSHA256");
        pulls = new OriginPulls(sources, catalog, key, clock);
        buckets.pulledBy(pulls);
        catalog.buckets().create("mirror", "a1", "z0");
        mirrors("mirror", origin());
        gateway = new TestGateway(home, buckets, _ -> null, null, Map.of());
    }

    private String origin() {
        return "http://127.0.0.1:" + origin.getAddress().getPort();
    }

    /** Where the gateway serves a bucket. */
    private String here(String bucket) {
        return "http://127.0.0.1:%d/%s".formatted(gateway.port(), bucket);
    }

    private void mirrors(String bucket, String origins) {
        catalog.buckets().mirror(bucket, Origin.parse(origins, ""));
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
        pulls.close();
        outgoing.close();
        catalog.close();
        blobs.close();
        log.close();
        vertx.close().await();
        origin.stop(0);
    }

    @Test
    void whatIsMissingIsPulledAndServedToAHundredAtOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Caller.Answer> get = () -> gateway.get("/mirror/a.jpg");
            for (var answer : threads.invokeAll(Collections.nCopies(100, get))) {
                assertThat(answer.get().status()).isEqualTo(200);
                assertThat(answer.get().body()).isEqualTo("picture");
            }
        }
        assertThat(asked).containsExactly("/a.jpg");
        var answer = gateway.get("/mirror/a.jpg");
        assertThat(answer.header("content-type")).isEqualTo("image/jpeg");
        assertThat(answer.header("last-modified")).isEqualTo("Fri, 02 Jan 1970 00:00:00 GMT");
    }

    @Test
    void ofAStyledPictureTheOriginIsAskedForTheOriginal() throws Exception {
        assertThat(gateway.get("/mirror/a.jpg-thumb").status()).isEqualTo(200);
        assertThat(gateway.get("/mirror/a.jpg?imageView2/1/w/8").status()).isEqualTo(200);
        assertThat(asked).containsExactly("/a.jpg");
    }

    @Test
    void aFullMirrorServesWhatItDoesNotKeep() throws Exception {
        catalog.buckets().set("mirror", settings -> settings.with(new Quota(6, -1)));

        assertThat(gateway.get("/mirror/a.jpg").body()).isEqualTo("picture");
        assertThat(gateway.get("/mirror/a.jpg-thumb").status()).isEqualTo(200);
        assertThat(gateway.get("/mirror/a.jpg").header("last-modified"))
                .isEqualTo("Fri, 02 Jan 1970 00:00:00 GMT");
        assertThat(catalog.find("mirror", "a.jpg")).isNull();
        assertThat(asked).containsOnlyOnce("/a.jpg");
    }

    @Test
    void whatTheOriginHasNotIsNotFound() throws Exception {
        for (var i = 0; i < 3; i++) {
            assertThat(gateway.get("/mirror/b.jpg-thumb").status()).isEqualTo(404);
        }
        assertThat(asked).containsExactlyInAnyOrder("/b.jpg", "/b.jpg-thumb", "/errno-404");
    }

    @Test
    void aMirrorOfItselfSaysSoAndServesWhatItHas() throws Exception {
        assertThat(gateway.get("/mirror/a.jpg").status()).isEqualTo(200);
        mirrors("mirror", here("mirror"));

        var answer = gateway.get("/mirror/b.jpg");
        assertThat(answer.status()).isEqualTo(508);
        assertThat(answer.body()).contains("the source of bucket mirror leads in a circle");
        assertThat(gateway.get("/mirror/a.jpg").status()).isEqualTo(200);
        pulls.refresh(Objects.requireNonNull(catalog.buckets().find("mirror")), "a.jpg");
        assertThat(gateway.get("/mirror/a.jpg").body()).isEqualTo("picture");

        mirrors("mirror", here("mirror") + ";" + origin() + "/");
        assertThat(gateway.get("/mirror/c.jpg").status()).isEqualTo(404);
    }

    @Test
    void mirrorsThatAreEachOthersOriginNeitherGoOnNorWaitForEachOther() throws Exception {
        catalog.buckets().create("other", "a2", "z0");
        mirrors("mirror", here("other"));
        mirrors("other", here("mirror"));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Caller.Answer>>();
            for (var i = 0; i < 50; i++) {
                var path = i % 2 == 0 ? "/mirror/b.jpg" : "/other/b.jpg";
                calls.add(() -> gateway.get(path));
            }
            for (var answer : threads.invokeAll(calls)) {
                assertThat(answer.get().status()).isEqualTo(508);
            }
        }

        mirrors("other", here("mirror") + ";" + origin());
        assertThat(gateway.get("/mirror/a.jpg").body()).isEqualTo("picture");
        assertThat(asked).containsExactly("/a.jpg");
    }

    @Test
    void anOriginIsToldThroughWhichMirrorsAndNothingElse() throws Exception {
        catalog.buckets().create("other", "a2", "z0");
        mirrors("other", here("mirror"));

        assertThat(gateway.get("/other/a.jpg", "Via: 1.1 squid").status()).isEqualTo(200);

        assertThat(vias)
                .singleElement()
                .asString()
                .matches("1\\.1 lumiere-[0-9a-f]{32}, 1\\.1 lumiere-[0-9a-f]{32}");
        mirrors("other", origin());
        assertThat(gateway.get("/other/b.jpg", "Via: " + vias.getFirst()).status()).isEqualTo(508);
        assertThat(gateway.get("/other/b.jpg", "Via: 1.1 other").status()).isEqualTo(404);
    }

    @Test
    void anOriginThatFailsIsSaid() throws Exception {
        var answer = gateway.get("/mirror/fails");

        assertThat(answer.status()).isEqualTo(478);
        assertThat(answer.body()).contains("the source of bucket mirror failed: status 500");
        assertThat(answer.header("cache-control")).isEqualTo("no-store");
    }
}
