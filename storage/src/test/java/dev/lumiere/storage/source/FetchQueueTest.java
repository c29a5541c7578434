package dev.lumiere.storage.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
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
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches that nobody waits for, over a real source, log, catalog and blobs. */
class FetchQueueTest {
    @TempDir private Path home;
    private volatile Instant now = Instant.parse("2026-06-01T00:00:00Z");
    private final Vertx vertx = Vertx.vertx();
    private OriginServer source;
    private EventLog log;
    private BlobStore blobs;
    private Catalog catalog;
    private OutgoingClient outgoing;
    private FetchesWaiting waiting;
    private FetchQueue queue;

    @BeforeEach
    void start() throws Exception {
        source = new OriginServer();
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
        queue =
                new FetchQueue(
                        new SourceFetch(sources, catalog, () -> now),
                        new ObjectCallbacks(
                                outgoing::post,
                                _ -> null,
                                MediaFacts.NONE,
                                () -> now,
                                UUID::randomUUID),
                        waiting,
                        log,
                        () -> now,
                        UUID::randomUUID);
    }

    @AfterEach
    void end() throws Exception {
        close();
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

    private int refused(String account) {
        var wish = Wish.of(source.url() + "/late", "", "fetched", "a");
        var refused = catchThrowableOfType(Problem.Refused.class, () -> queue.add(account, wish));
        return Objects.requireNonNull(refused).problem().status();
    }

    private UUID add(String path, @Nullable String key) throws InterruptedException {
        return queue.add("a1", Wish.of(source.url() + path, "", "fetched", key)).id();
    }

    private long ahead(UUID id) throws InterruptedException {
        return queue.find("a1", id).ahead();
    }

    /** The last of what is written of it. */
    private FetchEvent last(UUID id) throws Exception {
        var events = log.readStreamBackwards(FetchEvent.stream(id), Long.MAX_VALUE, 1);
        return Objects.requireNonNull(FetchEvent.TYPES.event(events.getFirst().data()));
    }

    @Test
    void whatIsAskedForIsThereSomeTimeLater() throws Exception {
        source.put("/a", "first");

        var id = add("/a", "a");

        await().until(() -> ahead(id) == -1);
        assertThat(Objects.requireNonNull(catalog.find("fetched", "a")).size()).isEqualTo(5);
        await().until(() -> waiting.all().isEmpty());
        var other = catchThrowableOfType(Problem.Refused.class, () -> queue.find("a2", id));
        assertThat(Objects.requireNonNull(other).problem().status()).isEqualTo(612);
    }

    @Test
    void fourAreUnderWayAndTheOthersWaitInTheirOrder() throws Exception {
        source.put("/late", "late");
        var first = new UUID[4];
        for (var i = 0; i < first.length; i++) {
            first[i] = add("/late", "k" + i);
            now = now.plusMillis(1);
        }
        await().until(() -> source.asked("/late") == 4);
        var fifth = add("/late", "k5");
        now = now.plusMillis(1);
        var sixth = add("/late", "k6");

        assertThat(ahead(first[0])).isZero();
        assertThat(ahead(fifth)).isOne();
        assertThat(ahead(sixth)).isEqualTo(2);
        source.letGo();
        await().until(() -> ahead(sixth) == -1 && ahead(fifth) == -1);
    }

    @Test
    void anAccountWhoseSourcesAreSlowHoldsUpNoOtherAlsoAfterAStop() throws Exception {
        catalog.buckets().create("others", "a2", "z0");
        source.put("/late", "late").put("/a", "a").put("/b", "b");
        for (var i = 0; i < 10; i++) {
            add("/late", "k" + i);
        }
        await().until(() -> source.asked("/late") == FetchTurns.MOST_OF_ONE);

        for (var key : List.of("a", "b")) {
            var id = queue.add("a2", Wish.of(source.url() + "/" + key, "", "others", key)).id();
            await().until(() -> queue.find("a2", id).ahead() == -1);
            assertThat(catalog.find("others", key)).isNotNull();
            close();
            open();
        }

        assertThat(waiting.all()).hasSize(10).allMatch(each -> each.account().equals("a1"));
        await().until(() -> source.asked("/late") == 3 * FetchTurns.MOST_OF_ONE);
    }

    @Test
    void anAccountHasNoMoreThanItsPartOfThoseThatWaitAlsoAfterAStop() throws Exception {
        source.put("/late", "late");
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < WaitingRoom.MOST_OF_ONE + 50; i++) {
                var key = "k" + i;
                var _ = crowd.submit(() -> add("/late", key));
            }
        }
        for (var i = waiting.all().size(); i < WaitingRoom.MOST_OF_ONE; i++) {
            add("/late", "m" + i);
        }

        assertThat(waiting.all()).hasSize(WaitingRoom.MOST_OF_ONE);
        assertThat(refused("a1")).isEqualTo(429);
        close();
        open();
        assertThat(refused("a1")).isEqualTo(429);
        queue.add("a2", Wish.of(source.url() + "/nothing", "", "others", "a"));

        source.letGo();
        await().until(() -> waiting.all().isEmpty());
        add("/late", "again");
    }

    @Test
    void inAllNoMoreWaitThanMay() throws Exception {
        var room = new WaitingRoom(waiting);
        for (var i = 0; i < WaitingRoom.PLACES - 1; i++) {
            var _ = room.enter("account" + i / WaitingRoom.MOST_OF_ONE);
        }
        var last = room.enter("b");

        var refused = catchThrowableOfType(Problem.Refused.class, () -> room.enter("a"));
        assertThat(Objects.requireNonNull(refused).problem().status()).isEqualTo(503);
        last.close();
        room.enter("a").close();
    }

    @Test
    void nothingIsPutIntoABucketThatIsAnotherAccountsByThen() throws Exception {
        source.put("/late", "late");
        var id = add("/late", "a");
        await().until(() -> source.asked("/late") == 1);
        catalog.buckets().drop("fetched");
        catalog.buckets().create("fetched", "a2", "z0");
        source.letGo();

        await().until(() -> ahead(id) == -1);
        assertThat(last(id))
                .isInstanceOfSatisfying(
                        FetchEvent.FetchEnded.class,
                        end -> assertThat(end.status()).isEqualTo(631));
        assertThat(catalog.find("fetched", "a")).isNull();
    }

    @Test
    void aStopForgetsNothing() throws Exception {
        source.put("/late", "late").put("/a", "a");
        UUID[] ids = new UUID[6];
        for (var i = 0; i < ids.length; i++) {
            ids[i] = add("/late", "k" + i);
        }
        await().until(() -> source.asked("/late") == 4);

        close();
        source.letGo();
        open();

        for (var i = 0; i < ids.length; i++) {
            var id = ids[i];
            await().until(() -> ahead(id) == -1);
            assertThat(last(id))
                    .isInstanceOfSatisfying(
                            FetchEvent.FetchEnded.class,
                            end -> assertThat(end.status()).isEqualTo(200));
            assertThat(catalog.find("fetched", "k" + i)).isNotNull();
        }
        assertThat(source.asked("/late")).isEqualTo(10);
    }

    @Test
    void whatFailsIsTriedAgainWithGrowingPausesAlsoAfterAStop() throws Exception {
        var id = add("/fails", "a");
        await().until(() -> last(id) instanceof FetchEvent.FetchFailed);
        await().until(() -> ahead(id) == 1);

        for (var pause : new int[] {1, 5, 25, 125}) {
            await().until(() ->
                    last(id) instanceof FetchEvent.FetchFailed failed
                            && failed.nextAt() == now.plusSeconds(pause).toEpochMilli());
            if (pause == 25) {
                close();
                open();
            }
            now = now.plusSeconds(pause);
        }

        await().until(() -> ahead(id) == -1);
        assertThat(last(id))
                .isInstanceOfSatisfying(
                        FetchEvent.FetchEnded.class,
                        end -> assertThat(end.status()).isEqualTo(478));
        assertThat(source.asked("/fails")).isEqualTo(5);
        await().until(() -> waiting.all().isEmpty());
    }

    @Test
    void whatCannotGoBetterIsGivenUpAtOnce() throws Exception {
        source.put("/a", "a");
        var nothing = add("/nothing", "a");
        var wrong =
                queue.add(
                                "a1",
                                new Wish(
                                        source.url() + "/a",
                                        "",
                                        "fetched",
                                        "b",
                                        "00",
                                        "",
                                        0,
                                        true,
                                        null))
                        .id();
        var nowhere = queue.add("a1", Wish.of(source.url() + "/a", "", "gone", "a")).id();

        for (var id : new UUID[] {nothing, wrong, nowhere}) {
            await().until(() -> ahead(id) == -1);
        }
        assertThat(((FetchEvent.FetchEnded) last(nothing)).status()).isEqualTo(404);
        assertThat(((FetchEvent.FetchEnded) last(wrong)).status()).isEqualTo(400);
        assertThat(((FetchEvent.FetchEnded) last(nowhere)).status()).isEqualTo(631);
        assertThat(source.asked("/nothing")).isOne();
    }
}
