package dev.lumiere.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.api.catalog.CatalogHandler;
import dev.lumiere.api.catalog.HttpCatalogPeers;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Exchange.ProblemForm;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogLayout;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.catalog.CatalogPartition;
import dev.lumiere.storage.catalog.CatalogPeers;
import dev.lumiere.storage.catalog.CatalogSamples;
import dev.lumiere.storage.catalog.NotHeldException;
import dev.lumiere.storage.catalog.Usage;
import dev.lumiere.storage.rule.StorageClass;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that has the catalog tells another that has nothing of it. */
class CatalogPeersTest {
    private static final int PARTITIONS = 3;
    private static final int ASKERS = 8;
    private static final int QUESTIONS = 250;
    private static final InstantSource CLOCK = InstantSource.fixed(LogServer.NOW);
    private static final List<String> ODD =
            List.of(
                    "",
                    "/",
                    "a b+c%20&d=e",
                    "a\1b\n\"{}",
                    "ключ",
                    "🎞.mp4",
                    "é".repeat(375),
                    "\u0001".repeat(750));

    @TempDir private Path home;
    private EventLog log;
    private EventLog otherLog;
    private Catalog catalog;
    private Catalog other;
    private LogServer server;
    private LogServer wholeServer;
    private Catalog whole;
    private CatalogPeers peers;

    @BeforeEach
    void open() throws Exception {
        var device = SharedDevice.owning(new RocksLogDevice(home.resolve("log"), PARTITIONS));
        log = EventLog.open(device);
        catalog = open("one", log, (_, _, _) -> unasked());
        var signature = LogServer.signature(LogServer.KEY, LogServer.NOW);
        server = serving(log, catalog, signature);
        otherLog =
                EventLog.open(
                        device.seenFromElsewhere(server.address()), "other", server.forwarding());
        peers = new HttpCatalogPeers(server.calls(signature));
        other = open("other", otherLog, peers);
        whole = Catalog.open(home.resolve("whole"), log, _ -> false, CLOCK, UUID::randomUUID);
        wholeServer = serving(log, whole, signature);
        await().ignoreException(NotHeldException.class)
                .untilAsserted(() -> {
                    for (var partition = 0; partition < PARTITIONS; partition++) {
                        assertThat(catalog.held(partition, log.end())).isNotNull();
                    }
                });
        catalog.buckets().create("pictures", "a1", "z0");
    }

    private static CatalogPartition unasked() {
        throw new IllegalStateException("it has all");
    }

    private static LogServer serving(EventLog log, Catalog catalog, NodeSignature signature) {
        return new LogServer(
                log,
                LogCare.none(),
                others -> others.withProblems(ProblemForm.COMPATIBLE),
                new CatalogHandler(catalog, PARTITIONS, signature));
    }

    private Catalog open(String name, EventLog of, CatalogPeers asking) throws Exception {
        return Catalog.open(
                home.resolve(name),
                of,
                new CatalogLayout.Partitioned(1, asking, (_, _) -> {}),
                _ -> false,
                CLOCK,
                UUID::randomUUID);
    }

    @AfterEach
    void close() throws Exception {
        other.close();
        wholeServer.close();
        server.close();
        whole.close();
        catalog.close();
        otherLog.close();
        log.close();
    }

    private static CatalogObject object(String key, int content) {
        return CatalogSamples.object("pictures", key, content, LogServer.NOW)
                .inClass(1)
                .disabled(true)
                .by("somebody")
                .expiringAt(content % 2 == 0 ? 0 : 4_000_000_000L)
                .transitioning(Map.of(StorageClass.ARCHIVE, 3_000_000_000L))
                .with(Map.of("by", "\u0000é🎞"));
    }

    @Test
    void whatIsElsewhereIsToldToTheByte() throws Exception {
        for (var i = 0; i < ODD.size(); i++) {
            catalog.put(object(ODD.get(i), i + 1), IfExists.REPLACE);
        }

        assertThat(other.bucket("pictures")).isNotNull();
        for (var i = 0; i < ODD.size(); i++) {
            assertThat(other.find("pictures", ODD.get(i))).isEqualTo(object(ODD.get(i), i + 1));
        }
        assertThat(other.find("pictures", "none")).isNull();
        assertThat(other.list("pictures", "", "", "", 1000))
                .isEqualTo(whole.list("pictures", "", "", "", 1000));
        var page = other.list("pictures", "a", "\1", "", 1);
        assertThat(page).isEqualTo(whole.list("pictures", "a", "\1", "", 1));
        assertThat(other.list("pictures", "a", "\1", page.next(), 1))
                .isEqualTo(whole.list("pictures", "a", "\1", page.next(), 1));
        assertThat(other.usage("pictures"))
                .isEqualTo(whole.usage("pictures"))
                .extracting(Usage::objects)
                .isEqualTo((long) ODD.size());
        assertThat(
                        other.referredTo(
                                List.of(
                                        CatalogSamples.blob(1),
                                        CatalogSamples.blob(8),
                                        CatalogSamples.blob(9))))
                .containsExactlyInAnyOrder(CatalogSamples.blob(1), CatalogSamples.blob(8));
    }

    @Test
    void whatIsWrittenThroughTheOtherIsReadThereAtOnce() {
        assertThat(other.bucket("pictures")).isNotNull();
        for (var i = 0; i < 20; i++) {
            other.put(object("k", i + 1), IfExists.REPLACE);
            assertThat(other.find("pictures", "k")).isEqualTo(object("k", i + 1));
        }
    }

    @Test
    void ofManyQuestionsAtOnceEachIsAnswered() throws Exception {
        catalog.put(object("k", 1), IfExists.REPLACE);
        var page = new Catalog.Page(List.of(object("k", 1)), List.of(), "");

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var askers =
                    IntStream.range(0, ASKERS)
                            .mapToObj(_ ->
                                    threads.submit(() -> {
                                        for (var i = 0; i < QUESTIONS; i++) {
                                            assertThat(other.list("pictures", "", "", "", 10))
                                                    .isEqualTo(page);
                                        }
                                        return null;
                                    }))
                            .toList();
            for (var asker : askers) {
                asker.get();
            }
        }
    }

    @Test
    void withoutAnybodyToAskAnObjectIsReadFromTheLogAndListsWait() throws Exception {
        other.bucket("pictures");
        other.put(object("k", 1), IfExists.REPLACE);
        server.close();

        assertThat(other.find("pictures", "k")).isEqualTo(object("k", 1));
        assertThat(other.find("pictures", "none")).isNull();
        assertThatThrownBy(() -> other.list("pictures", "", "", "", 10))
                .hasMessageContaining("nobody has partition");
        assertThatThrownBy(() -> other.referredTo(List.of(CatalogSamples.blob(1))))
                .hasMessageContaining("nobody has partition");
    }

    @Test
    void whoHasNoPartsSaysSo() {
        var partition = peers.partition(wholeServer.address(), 0, log.end());

        assertThatThrownBy(() -> partition.find("pictures", "k"))
                .isInstanceOf(NotHeldException.class);
    }

    @Test
    void aStrangerIsToldNothing() throws Exception {
        var target = "/v1/catalog/object?partition=0&end=0.0.0&bucket=pictures&key=k";
        var answer = server.get(target);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type"))
                .as("not of those whose addresses are counted")
                .contains("application/problem+json");
        assertThat(server.post("/v1/catalog/references?partition=0", "[]").statusCode())
                .isEqualTo(403);
        var signature = LogServer.signature("another key, of 32 bytes as well", LogServer.NOW);
        var strange = new HttpCatalogPeers(server.calls(signature));

        assertThatThrownBy(() ->
                        strange.partition(server.address(), 0, log.end()).find("pictures", "k"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("403");
    }

    @Test
    void whatIsNoQuestionIsRefused() throws Exception {
        for (var target :
                List.of(
                        "object?partition=3&bucket=b&key=k",
                        "object?partition=-1&bucket=b&key=k",
                        "object?partition=x&bucket=b&key=k",
                        "object?bucket=b&key=k",
                        "object?partition=0&end=0.0.0&bucket=b",
                        "page?partition=0&end=0.0.0&bucket=b&prefix=&delimiter=&marker=&max=1001&at=0",
                        "page?partition=0&end=0.0.0&bucket=b&prefix=&delimiter=&marker=&max=0&at=0")) {
            assertThat(asked(HttpMethod.GET, target, "")).as(target).isEqualTo(400);
        }
        for (var end : List.of("", "&end=0.x.0", "&end=0.0", "&end=-1.0.0")) {
            var target = "references?partition=0" + end;
            assertThat(asked(HttpMethod.POST, target, "[]")).as(target).isEqualTo(400);
        }
        var references = "references?partition=0&end=0.0.0";
        for (var body : List.of("", "[1", "[\"no id\"]", "[null]", "null")) {
            assertThat(asked(HttpMethod.POST, references, body)).as(body).isEqualTo(400);
        }
        assertThat(asked(HttpMethod.POST, references, "[]")).isEqualTo(200);
    }

    private int asked(HttpMethod method, String target, String body) throws Exception {
        var signature = LogServer.signature(LogServer.KEY, LogServer.NOW);
        return server.calls(signature)
                .call(
                        method,
                        server.address(),
                        "/v1/catalog/" + target,
                        Buffer.buffer(body),
                        Duration.ofSeconds(10),
                        10_000)
                .status();
    }
}
