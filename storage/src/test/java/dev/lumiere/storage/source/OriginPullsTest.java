package dev.lumiere.storage.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.Lookup;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.StoredObject;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.bucket.Origin;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.catalog.CatalogSamples;
import dev.lumiere.storage.rule.Quota;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a mirror makes of a missing object, over a real origin, log, catalog and blobs. */
class OriginPullsTest {
    private static final int MAX_BYTES = 1 << 20;

    @TempDir private Path home;
    private Instant now = Instant.parse("2026-06-01T00:00:00Z");
    private final Vertx vertx = Vertx.vertx();
    private OriginServer origin;
    private EventLog log;
    private BlobStore blobs;
    private Catalog catalog;
    private Buckets buckets;
    private OutgoingClient outgoing;
    private OriginPulls pulls;

    @BeforeEach
    void aMirror() throws Exception {
        origin = new OriginServer();
        open();
        catalog.buckets().create("mirror", "a1", "z0");
        mirrors(origin.url() + "/site/");
    }

    private void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 2));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> now);
        catalog = Catalog.open(home.resolve("views"), log, _ -> false, () -> now, UUID::randomUUID);
        buckets = new Buckets(StorageConfig.of(Map.of()), catalog, blobs, () -> now);
        var fetch =
                new FetchConfig(false, Set.of("127.0.0.1"), Set.of(), 1000, Duration.ofSeconds(5));
        outgoing = new OutgoingClient(vertx, fetch, () -> now);
        var config = new SourceConfig(MAX_BYTES, Duration.ofSeconds(20));
        pulls =
                new OriginPulls(
                        new Sources(outgoing, blobs, config, () -> now),
                        catalog,
                        new SecretKeySpec(new byte[32], "HmacSHA256"),
                        () -> now);
        buckets.pulledBy(pulls);
    }

    private void mirrors(String urls) {
        catalog.buckets().mirror("mirror", Origin.parse(urls, ""));
    }

    @AfterEach
    void end() throws Exception {
        close();
        origin.close();
        vertx.close().await();
    }

    private void close() throws Exception {
        pulls.close();
        outgoing.close();
        catalog.close();
        blobs.close();
        log.close();
    }

    private StoredObject pulled(String key) throws InterruptedException {
        return ((Lookup.Found) buckets.pull("mirror", key)).object();
    }

    private Problem refused(String key) {
        return Objects.requireNonNull(
                        catchThrowableOfType(
                                Problem.Refused.class, () -> buckets.pull("mirror", key)))
                .problem();
    }

    private void refresh(String key) throws InterruptedException {
        pulls.refresh(Objects.requireNonNull(catalog.buckets().find("mirror")), key);
    }

    private String read(StoredObject object) throws Exception {
        try (var file = Objects.requireNonNull(buckets.open(object));
                var channel = file.channel()) {
            var bytes = ByteBuffer.allocate((int) object.size());
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {}
            return new String(bytes.array(), UTF_8);
        }
    }

    @Test
    void whatIsMissingIsPulledOnceAndKeptAsItsOriginSays() throws Exception {
        origin.put("/site/a/h%C3%B6h%C3%B6%20%26%3F%25.txt", "höhö");
        assertThat(buckets.atHand("mirror", "a/höhö &?%.txt")).isNull();
        assertThat(buckets.find("mirror", "a/höhö &?%.txt")).isEqualTo(new Lookup.NoSuchKey());
        assertThat(buckets.atHand("mirror", "a/höhö &?%.txt")).isNull();

        var object = pulled("a/höhö &?%.txt");

        assertThat(read(object)).isEqualTo("höhö");
        assertThat(object.contentType()).isEqualTo("text/x-test");
        assertThat(object.modified()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(buckets.atHand("mirror", "a/höhö &?%.txt")).isEqualTo(new Lookup.Found(object));
        close();
        open();
        assertThat(pulled("a/höhö &?%.txt")).isEqualTo(object);
        assertThat(origin.askedInAll()).isOne();
    }

    @Test
    void aHundredWhoWaitForOneKeyCauseOnePull() throws Exception {
        origin.put("/site/late", "at last");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    IntStream.range(0, 100)
                            .mapToObj(_ -> threads.submit((Callable<?>) () -> pulled("late")))
                            .toList();
            await().until(() -> origin.asked("/site/late") == 1);
            origin.letGo();
            for (var call : calls) {
                assertThat(read((StoredObject) call.get())).isEqualTo("at last");
            }
        }
        assertThat(origin.asked("/site/late")).isOne();
    }

    @Test
    void anOriginThatIsSlowHoldsUpNoOtherMirror() throws Exception {
        catalog.buckets().create("another", "a2", "z0");
        catalog.buckets().mirror("another", Origin.parse(origin.url() + "/another", ""));
        origin.put("/another/a", "at once");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 100; i++) {
                var key = i + "/late";
                var _ = threads.submit(() -> buckets.pull("mirror", key));
            }
            await().until(() -> origin.askedInAll() == OriginPulls.MAX_OF_ONE);

            assertThat(buckets.pull("another", "a")).isInstanceOf(Lookup.Found.class);
            assertThat(origin.askedInAll()).isEqualTo(OriginPulls.MAX_OF_ONE + 1);
            origin.letGo();
        }
        assertThat(origin.askedInAll()).isEqualTo(101);
    }

    /** Of another node, or put here by somebody. */
    private CatalogObject there(String key, String mimeType, Map<String, String> metadata) {
        return CatalogSamples.object("mirror", key, 1, Instant.EPOCH)
                .ofType(mimeType)
                .with(metadata);
    }

    private FutureTask<Boolean> refreshing(String key) {
        var refresh =
                new FutureTask<>(() -> {
                    refresh(key);
                    return true;
                });
        Thread.ofVirtual().start(refresh);
        return refresh;
    }

    @Test
    void aRefreshKeepsWhatIsSaidOfAnObjectMeanwhile() throws Exception {
        origin.put("/site/late", "of the origin");
        catalog.put(there("late", "text/plain", Map.of()), IfExists.REFUSE);
        var refresh = refreshing("late");
        await().until(() -> origin.asked("/site/late") == 1);

        catalog.change("mirror", "late", object -> object.disabled(true));
        origin.letGo();

        assertThat(refresh.get()).isTrue();
        var now = Objects.requireNonNull(catalog.find("mirror", "late"));
        assertThat(now.isDisabled()).isTrue();
        assertThat(now.size()).isEqualTo("of the origin".length());
    }

    @Test
    void aRefreshPutsNothingOverWhatIsUploadedMeanwhile() throws Exception {
        origin.put("/site/late", "of the origin");
        var refresh = refreshing("late");
        await().until(() -> origin.asked("/site/late") == 1);

        var uploaded = catalog.put(there("late", "text/plain", Map.of()), IfExists.REFUSE);
        origin.letGo();

        assertThat(refresh.get()).isTrue();
        assertThat(catalog.find("mirror", "late")).isEqualTo(uploaded);
        assertThat(origin.asked("/site/late")).isOne();
    }

    /** Those through other mirrors and those of other nodes are not waited for. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefreshReplacesWhatAPullThatBeganBeforeHasPutMeanwhile(boolean isThere) throws Exception {
        origin.put("/site/late", "as it is now");
        if (isThere) {
            catalog.put(there("late", "text/plain", Map.of()), IfExists.REFUSE);
        }
        var refresh = refreshing("late");
        await().until(() -> origin.asked("/site/late") == 1);

        var before =
                CatalogSamples.object("mirror", "late", 2, Instant.EPOCH)
                        .ofType("text/plain")
                        .with(Map.of(Origin.ETAG, ""));
        catalog.put(before, IfExists.REPLACE);
        origin.letGo();

        assertThat(refresh.get()).isTrue();
        assertThat(read(pulled("late"))).isEqualTo("as it is now");
    }

    /** Anybody can say so. */
    @Test
    void whoComesThroughOtherMirrorsCausesFewPullsOfOneKey() throws Exception {
        origin.put("/site/late", "at last");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Future<StoredObject>>();
            for (var i = 0; i < 12; i++) {
                var via = Via.of(List.of("1.1 lumiere-%032x".formatted(i)));
                calls.add(threads.submit(() -> pulledThrough(via, "late")));
            }
            await().until(() -> origin.asked("/site/late") == OriginPulls.MAX_THROUGH_MIRRORS);
            calls.add(threads.submit(() -> pulled("late")));
            await().until(() -> origin.asked("/site/late") == OriginPulls.MAX_THROUGH_MIRRORS + 1);
            origin.letGo();
            for (var call : calls) {
                assertThat(read(call.get())).isEqualTo("at last");
            }
        }
        assertThat(origin.asked("/site/late")).isEqualTo(OriginPulls.MAX_THROUGH_MIRRORS + 1);
    }

    private StoredObject pulledThrough(Via via, String key) {
        var pulled = new FutureTask<>(() -> pulled(key));
        via.during(pulled);
        return pulled.resultNow();
    }

    @Test
    void whatIsNotThereIsThereForNoMirror() throws Exception {
        assertThat(buckets.pull("mirror", "a")).isEqualTo(new Lookup.NoSuchKey());
        for (var i = 0; i < 3; i++) {
            var pull = new FutureTask<>(() -> buckets.pull("mirror", "a"));
            Via.of(List.of("1.1 lumiere-%032x".formatted(i))).during(pull);
            assertThat(pull.get()).isEqualTo(new Lookup.NoSuchKey());
        }
        assertThat(origin.askedInAll()).isOne();
    }

    @Test
    void whoGoesAwayEndsNoPull() throws Exception {
        origin.put("/site/late", "at last");
        var waiting = new FutureTask<>(() -> pulled("late"));
        var thread = Thread.ofVirtual().start(waiting);
        await().until(() -> origin.asked("/site/late") == 1);

        thread.interrupt();
        thread.join();
        origin.letGo();

        assertThat(read(pulled("late"))).isEqualTo("at last");
        assertThat(origin.asked("/site/late")).isOne();
    }

    @Test
    void whatIsNotThereIsRememberedForAWhile() throws Exception {
        for (var i = 0; i < 3; i++) {
            assertThat(buckets.pull("mirror", "a")).isEqualTo(new Lookup.NoSuchKey());
        }
        assertThat(buckets.atHand("mirror", "a")).isEqualTo(new Lookup.NoSuchKey());
        assertThat(origin.askedInAll()).isOne();

        origin.put("/site/a", "now");
        now = now.plusSeconds(10);
        assertThat(read(pulled("a"))).isEqualTo("now");
    }

    @Test
    void aFullMirrorServesWhatItPullsAndKeepsNothing() throws Exception {
        origin.put("/site/a", "first").put("/site/b", "second");
        assertThat(read(pulled("a"))).isEqualTo("first");
        catalog.buckets().set("mirror", settings -> settings.with(new Quota(5, -1)));

        for (var i = 0; i < 3; i++) {
            assertThat(read(pulled("b"))).isEqualTo("second");
        }

        assertThat(origin.asked("/site/b")).isOne();
        assertThat(catalog.find("mirror", "b")).isNull();
        assertThat(buckets.atHand("mirror", "b")).isNull();
        var refused = catchThrowableOfType(Problem.Refused.class, () -> refresh("b"));
        assertThat(Objects.requireNonNull(refused).problem().error())
                .contains("quota of bucket mirror reached: 5 of 5 bytes");
        origin.put("/site/a", "larger than before");
        refused = catchThrowableOfType(Problem.Refused.class, () -> refresh("a"));
        assertThat(Objects.requireNonNull(refused).problem().status()).isEqualTo(403);
        assertThat(read(pulled("a"))).isEqualTo("first");

        catalog.delete("mirror", "a");
        catalog.buckets().set("mirror", settings -> settings.with(new Quota(6, -1)));
        now = now.plusSeconds(10);
        assertThat(read(pulled("b"))).isEqualTo("second");
        assertThat(catalog.find("mirror", "b")).isNotNull();
    }

    @Test
    void anotherOriginIsAnotherQuestion() throws Exception {
        assertThat(buckets.pull("mirror", "a")).isEqualTo(new Lookup.NoSuchKey());
        origin.put("/other/a", "here");

        mirrors(origin.url() + "/other");

        assertThat(read(pulled("a"))).isEqualTo("here");
    }

    @Test
    void aFailureIsSaidAndRememberedForASecond() throws Exception {
        assertThat(refused("fails"))
                .isEqualTo(Problem.of(478, "the source of bucket mirror failed: status 500"));
        assertThat(refused("fails").status()).isEqualTo(478);
        assertThat(buckets.atHand("mirror", "fails")).isNull();
        assertThat(origin.asked("/site/fails")).isOne();

        now = now.plusSeconds(1);
        assertThat(refused("fails").status()).isEqualTo(478);
        assertThat(origin.asked("/site/fails")).isEqualTo(2);
        assertThat(catalog.find("mirror", "fails")).isNull();
    }

    @Test
    void theNextOriginIsAskedWhereOneFailsButNotWhereItHasNothing() throws Exception {
        origin.put("/b/fails", "never").put("/b/x", "second").put("/b/only-there", "x");
        mirrors("http://127.0.0.1:1/;" + origin.url() + "/b/");
        assertThat(read(pulled("x"))).isEqualTo("second");

        mirrors(origin.url() + "/a;" + origin.url() + "/b");
        assertThat(buckets.pull("mirror", "only-there")).isEqualTo(new Lookup.NoSuchKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../secret", "a/../../secret", "..", "a/./b", "a\\..\\b", "a\nb"})
    void nobodyIsLedOutOfTheOriginsPath(String key) throws Exception {
        origin.put("/secret", "secret");

        assertThat(buckets.pull("mirror", key)).isEqualTo(new Lookup.NoSuchKey());
        assertThat(buckets.pull("mirror", "k".repeat(751))).isEqualTo(new Lookup.NoSuchKey());
        assertThat(origin.askedInAll()).isZero();
    }

    @Test
    void privateAddressesAreAskedOnlyWhereSettingsSaySo() throws Exception {
        origin.put("/site/away", origin.url().replace("127.0.0.1", "localhost") + "/site/x");
        origin.put("/site/x", "x");

        assertThat(refused("away").error()).contains("nothing may be fetched from there");
        assertThat(origin.asked("/site/x")).isZero();
        mirrors(origin.url().replace("127.0.0.1", "localhost"));
        assertThat(refused("x").status()).isEqualTo(478);
        assertThat(origin.asked("/x")).isZero();

        mirrors(origin.url() + "/site");
        origin.put("/site/away", "/site/x");
        now = now.plusSeconds(1);
        assertThat(read(pulled("away"))).isEqualTo("x");
    }

    @Test
    void aStopLeavesNothingHalfAndTheNextStartPullsAgain() throws Exception {
        origin.put("/site/late", "at last");
        var waiting = new FutureTask<>(() -> pulled("late"));
        Thread.ofVirtual().start(waiting);
        await().until(() -> origin.asked("/site/late") == 1);

        close();
        open();

        assertThat(catalog.find("mirror", "late")).isNull();
        origin.letGo();
        assertThat(read(pulled("late"))).isEqualTo("at last");
        assertThat(origin.asked("/site/late")).isEqualTo(2);
    }

    @Test
    void whatSomebodyPutMeanwhileStays() throws Exception {
        origin.put("/site/late", "of the origin").put("/site/x", "uploaded");
        var waiting = new FutureTask<>(() -> pulled("late"));
        Thread.ofVirtual().start(waiting);
        await().until(() -> origin.asked("/site/late") == 1);
        var uploaded = pulled("x");
        catalog.copy("mirror", "x", "mirror", "late", false);

        origin.letGo();

        assertThat(waiting.get().version()).isEqualTo(uploaded.version());
    }

    @Test
    void aRefreshReplacesWhatHasChangedThere() throws Exception {
        origin.put("/site/a", "first");
        var first = pulled("a");
        catalog.change("mirror", "a", object -> object.inClass(1));
        var before = catalog.find("mirror", "a");
        refresh("a");
        assertThat(catalog.find("mirror", "a")).isEqualTo(before);

        origin.put("/site/a", "second");
        assertThat(read(pulled("a"))).isEqualTo("first");
        refresh("a");
        var second = pulled("a");
        assertThat(read(second)).isEqualTo("second");
        assertThat(second.version()).isNotEqualTo(first.version());
        assertThat(Objects.requireNonNull(catalog.find("mirror", "a")).storageClass()).isOne();

        origin.remove("/site/a");
        var gone = catchThrowableOfType(Problem.Refused.class, () -> refresh("a"));
        assertThat(Objects.requireNonNull(gone).problem().status()).isEqualTo(404);
        assertThat(read(pulled("a"))).isEqualTo("second");
    }

    @Test
    void aRefreshAlsoBringsWhatWasNotThere() throws Exception {
        assertThat(buckets.pull("mirror", "a")).isEqualTo(new Lookup.NoSuchKey());
        origin.put("/site/a", "");

        refresh("a");

        assertThat(pulled("a").size()).isZero();
    }

    @Test
    void aRefreshSeesTheOriginAsItIsOnceItIsAskedFor() throws Exception {
        origin.put("/site/held", "first");
        var pull = new FutureTask<>(() -> pulled("held"));
        Thread.ofVirtual().start(pull);
        await().until(() -> origin.asked("/site/held") == 1);

        origin.put("/site/held", "second");
        var refreshes = new ArrayList<FutureTask<Boolean>>();
        for (var i = 0; i < 10; i++) {
            var refresh =
                    new FutureTask<>(() -> {
                        refresh("held");
                        return true;
                    });
            refreshes.add(refresh);
            var thread = Thread.ofVirtual().start(refresh);
            await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        }
        origin.letGo();

        for (var refresh : refreshes) {
            assertThat(refresh.get()).isTrue();
        }
        assertThat(read(pulled("held"))).isEqualTo("second");
        assertThat(origin.asked("/site/held")).isEqualTo(2);
    }

    @Test
    void aRefreshThatFollowsAnotherAsksAnew() throws Exception {
        origin.put("/site/held", "first");
        var first =
                new FutureTask<>(() -> {
                    refresh("held");
                    return true;
                });
        Thread.ofVirtual().start(first);
        await().until(() -> origin.asked("/site/held") == 1);

        origin.remove("/site/held");
        var second =
                new FutureTask<>(
                        () -> catchThrowableOfType(Problem.Refused.class, () -> refresh("held")));
        var thread = Thread.ofVirtual().start(second);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        origin.letGo();

        assertThat(first.get()).isTrue();
        assertThat(Objects.requireNonNull(second.get()).problem().status()).isEqualTo(404);
    }

    @Test
    void aBucketThatIsNoMirrorPullsNothing() throws Exception {
        origin.put("/site/a", "a");
        catalog.buckets().mirror("mirror", List.of());

        assertThat(buckets.pull("mirror", "a")).isEqualTo(new Lookup.NoSuchKey());
        assertThat(buckets.pull("nothing", "a")).isEqualTo(new Lookup.NoSuchBucket());
        assertThat(origin.askedInAll()).isZero();
    }
}
