package dev.lumiere.storage.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.ToldServer;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.source.FetchEvent.FetchEnded;
import dev.lumiere.storage.source.FetchEvent.FetchUntold;
import dev.lumiere.storage.upload.Callback;
import dev.lumiere.storage.upload.MediaFacts;
import dev.lumiere.storage.upload.ObjectCallbacks;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asked for a fetch is told how it ended, by a real host, over a real log. */
class FetchReportTest {
    private static final Credential KEY = new Credential("ak", "sk", "a1", true);
    private static final String BODY = "k=$(key)&h=$(etag)&s=$(fsize)&b=$(bucket)&t=$(mimeType)";

    @TempDir private Path home;
    private volatile Instant now = Instant.parse("2026-06-01T00:00:00Z");
    private final Vertx vertx = Vertx.vertx();
    private OriginServer source;
    private ToldServer told;
    private EventLog log;
    private BlobStore blobs;
    private Catalog catalog;
    private OutgoingClient outgoing;
    private FetchesWaiting waiting;
    private FetchQueue queue;

    @BeforeEach
    void start() throws Exception {
        source = new OriginServer().put("/a", "first");
        told = new ToldServer();
        open();
        catalog.buckets().create("fetched", "a1", "z0");
    }

    private void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 2));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> now);
        catalog = Catalog.open(home.resolve("views"), log, _ -> false, () -> now, UUID::randomUUID);
        waiting = FetchesWaiting.open(home.resolve("fetches"), log);
        assertThat(waiting.view().waitFor(log.end(), Duration.ofSeconds(20))).isTrue();
        var fetch =
                new FetchConfig(false, Set.of("127.0.0.1"), Set.of(), 1000, Duration.ofSeconds(9));
        outgoing = new OutgoingClient(vertx, fetch, () -> now);
        var sources = new Sources(outgoing, blobs, SourceConfig.defaults(), () -> now);
        var callbacks =
                new ObjectCallbacks(
                        outgoing::post,
                        FetchReportTest::key,
                        MediaFacts.NONE,
                        () -> now,
                        UUID::randomUUID);
        queue =
                new FetchQueue(
                        new SourceFetch(sources, catalog, () -> now),
                        callbacks,
                        waiting,
                        log,
                        () -> now,
                        UUID::randomUUID);
    }

    private static @Nullable Credential key(String accessKey) {
        return switch (accessKey) {
            case "ak" -> KEY;
            case "unreadable" -> throw new IllegalStateException("its secret cannot be read");
            default -> null;
        };
    }

    @AfterEach
    void end() throws Exception {
        close();
        told.close();
        source.close();
        vertx.close().await();
    }

    private void close() throws Exception {
        queue.close();
        waiting.close();
        outgoing.close();
        catalog.close();
        blobs.close();
        log.close();
    }

    private UUID add(String path, String key, Callback callback) throws InterruptedException {
        return queue.add("a1", wish(path, key, callback, "ak")).id();
    }

    private Wish wish(String path, String key, Callback callback, String accessKey) {
        var report = new Wish.Report(callback, accessKey);
        return new Wish(source.url() + path, "", "fetched", key, "", "", 0, false, report);
    }

    private Callback form(String path) {
        return Callback.checked(told.url(path), "", BODY, "");
    }

    private FetchEvent last(UUID id) throws Exception {
        var events = log.readStreamBackwards(FetchEvent.stream(id), Long.MAX_VALUE, 1);
        return Objects.requireNonNull(FetchEvent.TYPES.event(events.getFirst().data()));
    }

    private boolean isTried(UUID id, int times) throws Exception {
        return last(id) instanceof FetchUntold untold && untold.tries() == times;
    }

    @Test
    void whoAskedIsToldOfTheObjectSigned() throws Exception {
        var callback = Callback.checked(told.url("/cb?key=$(key)"), "me.example", BODY, "");
        var id = add("/a", "a b", callback);

        await().until(() -> last(id) instanceof FetchEnded);
        var post = told.posts().getFirst();
        var object = Objects.requireNonNull(catalog.find("fetched", "a b"));
        assertThat(told.posts()).hasSize(1);
        assertThat(post.target()).isEqualTo("/cb?key=a%20b");
        assertThat(post.host()).isEqualTo("me.example");
        assertThat(post.body())
                .isEqualTo("k=a+b&h=%s&s=5&b=fetched&t=text%%2Fx-test".formatted(object.hash()));
        assertThat(told.isSigned(post, "ak", "sk")).isTrue();
        await().until(() -> waiting.all().isEmpty());
    }

    @Test
    void whatIsEscapedToBeSentIsSignedSo() throws Exception {
        var urls = List.of("/ä|b c/{}^?q=é&r=a b", "/cb?x[]={1}&y=1", "/cb?");
        for (var url : urls) {
            var id = add("/a", "a", form(url));
            await().until(() -> last(id) instanceof FetchEnded);
        }

        assertThat(told.posts())
                .extracting(ToldServer.Post::target)
                .containsExactly(
                        "/%C3%A4%7Cb%20c/%7B%7D%5E?q=%C3%A9&r=a%20b",
                        "/cb?x%5B%5D=%7B1%7D&y=1", "/cb?");
        assertThat(told.posts()).allMatch(post -> told.isSigned(post, "ak", "sk"));
    }

    @Test
    void whoAskedIsToldOfAFailureInJson() throws Exception {
        var id = add("/nothing", "a", form("/cb"));

        await().until(() -> last(id) instanceof FetchEnded);
        var post = told.posts().getFirst();
        var json = new JsonMapper().readTree(post.body());
        assertThat(post.type()).isEqualTo("application/json");
        assertThat(told.isSigned(post, "ak", "sk")).isTrue();
        assertThat(json.path("url").asText()).isEqualTo(source.url() + "/nothing");
        assertThat(json.path("bucket").asText()).isEqualTo("fetched");
        assertThat(json.path("key").asText()).isEqualTo("a");
        assertThat(json.path("callbackbody").asText()).isEqualTo(BODY);
        assertThat(json.path("code").asInt()).isEqualTo(404);
        assertThat(json.path("err").asText()).contains("the source: status 404");
        assertThat(((FetchEnded) last(id)).status()).isEqualTo(404);
    }

    @Test
    void whoDoesNotTakeItIsToldFiveTimesAndNobodyWaitsForThem() throws Exception {
        told.status = 500;
        var id = add("/a", "a", form("/cb"));
        for (var tries = 1; tries <= 4; tries++) {
            var times = tries;
            await().until(() -> isTried(id, times));
            assertThat(queue.find("a1", id).ahead()).as("it is fetched").isEqualTo(-1);
            now = now.plus(Duration.ofMinutes(3));
        }

        await().until(() -> last(id) instanceof FetchEnded);
        assertThat(told.posts()).hasSize(5);
        assertThat(((FetchEnded) last(id)).status()).isEqualTo(200);
        assertThat(source.asked("/a")).as("it is not fetched again").isOne();
        await().until(() -> waiting.all().isEmpty());
    }

    @Test
    void ofManyAtOnceEachIsToldOnce() throws Exception {
        for (var i = 0; i < WaitingRoom.MOST_OF_ONE; i++) {
            add("/a", "k" + i, form("/cb"));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> waiting.all().isEmpty());

        assertThat(told.posts())
                .extracting(ToldServer.Post::body)
                .hasSize(WaitingRoom.MOST_OF_ONE)
                .doesNotHaveDuplicates();
    }

    @Test
    void whoDoesNotAnswerHoldsUpNoFetch() throws Exception {
        for (var i = 0; i < FetchTurns.MOST_OF_ONE + 2; i++) {
            add("/a", "silent" + i, form("/silent"));
        }
        await().until(() -> told.posts().size() == FetchTurns.MOST_OF_ONE);

        var id = queue.add("a1", Wish.of(source.url() + "/a", "", "fetched", "other")).id();
        await().until(() -> last(id) instanceof FetchEnded);
    }

    @Test
    void whoDoesNotAnswerKeepsNobodyFromAsking() throws Exception {
        for (var i = 0; i < WaitingRoom.MOST_UNTOLD_OF_ONE; i++) {
            add("/a", "silent" + i, form("/silent"));
        }
        await().until(() -> waiting.all().stream().allMatch(FetchesWaiting.Waiting::isFetched));

        var beyond = add("/a", "b", form("/cb"));
        await().until(() -> last(beyond) instanceof FetchEnded);
        assertThat(catalog.find("fetched", "b")).as("it is fetched all the same").isNotNull();
        assertThat(told.posts()).extracting(ToldServer.Post::target).containsOnly("/silent");
        await().until(() -> waiting.all().size() == WaitingRoom.MOST_UNTOLD_OF_ONE);
    }

    @Test
    void whatFailsHereIsTriedNoMoreOftenThanWhatFailsThere() throws Exception {
        var id = queue.add("a1", wish("/a", "a", form("/cb"), "unreadable")).id();
        for (var tries = 1; tries <= 4; tries++) {
            var times = tries;
            await().until(() -> isTried(id, times));
            now = now.plus(Duration.ofMinutes(3));
        }

        await().until(() -> last(id) instanceof FetchEnded);
        assertThat(told.posts()).isEmpty();
        await().until(() -> waiting.all().isEmpty());
    }

    @Test
    void whatWasNotToldIsToldAfterAStop() throws Exception {
        var id = add("/a", "a", form("/silent"));
        await().until(() -> told.posts().size() == 1);
        catalog.delete("fetched", "a");

        close();
        open();

        await().until(() -> told.posts().size() == 2);
        assertThat(told.posts().getLast()).isEqualTo(told.posts().getFirst());
        assertThat(last(id)).isInstanceOf(FetchUntold.class);
        assertThat(source.asked("/a")).isOne();
    }

    @Test
    void nothingIsSignedByAnotherAccountsKey() throws Exception {
        catalog.buckets().create("others", "a2", "z0");
        var report = new Wish.Report(form("/cb"), "ak");
        var wish = new Wish(source.url() + "/a", "", "others", "a", "", "", 0, false, report);
        var id = queue.add("a2", wish).id();
        for (var tries = 1; tries <= 4; tries++) {
            var times = tries;
            await().until(() -> isTried(id, times));
            now = now.plus(Duration.ofMinutes(3));
        }

        await().until(() -> last(id) instanceof FetchEnded);
        assertThat(told.posts()).isEmpty();
    }

    @Test
    void whatOlderNodesWroteAsksForNobodyToBeTold() {
        var json =
                """
                {"account":"a1","wish":{"url":"http://h/","host":"","bucket":"b","key":null,
                "md5":"","etag":"","storageClass":0,"isNew":false},"requestedAt":7}
                """;
        var data = EventData.of(UUID.randomUUID(), "FetchRequested", now, json);

        assertThat(FetchEvent.TYPES.event(data))
                .isEqualTo(
                        new FetchEvent.FetchRequested(
                                "a1", Wish.of("http://h/", "", "b", null), 7));
    }
}
