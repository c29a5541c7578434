package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Nodes;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.postgres.PostgresLogDevice;
import dev.lumiere.eventlog.postgres.PostgresServer;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.rule.Quota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of one log on PostgreSQL that have a part of the catalog each. */
@Timeout(120)
class PartitionedCatalogTest {
    private static final int PARTITIONS = 6;
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static PostgresServer server;

    @TempDir private Path home;
    private final String schema = "parts" + SCHEMAS.incrementAndGet();
    private final Nodes nodes = new Nodes();
    private final Map<String, Catalog> catalogs = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final Map<String, Integer> failed = new ConcurrentHashMap<>();
    private volatile boolean isSilent;
    private volatile String hanging = "";
    private volatile String failing = "";
    private DirectoryBlobStore blobs;
    private volatile Instant now = START;

    @BeforeAll
    static void start() throws Exception {
        server = new PostgresServer();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> now);
        open("a", 1);
        open("b", 1);
        settled("a", "b");
        haveOnlyTheirShares("a", "b");
        catalog("a").buckets().create("pictures", "a1", "z0");
        assertThat(catalog("b").bucket("pictures")).isNotNull();
    }

    @AfterEach
    void close() throws Exception {
        for (var name : List.copyOf(catalogs.keySet())) {
            close(name);
        }
        nodes.close();
        blobs.close();
    }

    private void open(String name, int copies) throws Exception {
        nodes.open(name, new PostgresLogDevice(server.config(schema, PARTITIONS)));
        var snapshots =
                new CatalogSnapshots(
                        nodes.log(name),
                        blobs,
                        home.resolve("on its way to " + name),
                        1,
                        () -> now,
                        UUID::randomUUID);
        catalogs.put(
                name,
                Catalog.open(
                        home.resolve(name),
                        nodes.log(name),
                        new CatalogLayout.Partitioned(copies, this::partition, snapshots),
                        _ -> false,
                        () -> now,
                        UUID::randomUUID));
    }

    private void close(String name) throws Exception {
        Objects.requireNonNull(catalogs.remove(name)).close();
        nodes.close(name);
    }

    private Catalog catalog(String name) {
        return Objects.requireNonNull(catalogs.get(name));
    }

    /** As one node asks another, but for the wire. */
    private CatalogPartition partition(String address, int partition, PositionVector end) {
        return new CatalogPartition() {
            private CatalogPartition there() throws IOException, InterruptedException {
                var catalog = catalogs.get(address);
                if (catalog == null || isSilent || address.equals(failing)) {
                    failed.merge(address, 1, Integer::sum);
                    throw new IOException("nobody answers at " + address);
                }
                asked.merge(address, 1, Integer::sum);
                return catalog.held(partition, end);
            }

            @Override
            public @Nullable CatalogObject find(String bucket, String key)
                    throws IOException, InterruptedException {
                return there().find(bucket, key);
            }

            @Override
            public Catalog.Page page(Listing listing, String marker)
                    throws IOException, InterruptedException {
                return there().page(listing, marker);
            }

            @Override
            public Set<BlobId> referredTo(Collection<BlobId> of)
                    throws IOException, InterruptedException {
                return there().referredTo(of);
            }

            @Override
            public Usage usage(String bucket) throws IOException, InterruptedException {
                if (address.equals(hanging)) {
                    new CountDownLatch(1).await();
                }
                return there().usage(bucket);
            }
        };
    }

    /** Until each has its share of the partitions, and that is ready. */
    private void settled(String... names) {
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        Stream.of(names)
                                .allMatch(name ->
                                        nodes.owned(name) == PARTITIONS / names.length
                                                && IntStream.range(0, PARTITIONS)
                                                        .filter(nodes.log(name)::owns)
                                                        .allMatch(p -> has(name, p))));
    }

    /** Time goes by until what they need not have any more is given up. */
    private void haveOnlyTheirShares(String... names) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> {
                    now = now.plus(HeldPartitions.GRACE); // counted from when it is first seen
                    return Stream.of(names)
                            .allMatch(name -> held(name) == PARTITIONS / names.length);
                });
    }

    private long held(String name) {
        return IntStream.range(0, PARTITIONS).filter(p -> has(name, p)).count();
    }

    private boolean has(String name, int partition) {
        return catalog(name).index().held(partition) != null;
    }

    private CatalogObject object(String key, int content) {
        return CatalogSamples.object("pictures", key, content, START).with(Map.of("by", "é"));
    }

    private void put(String name, String key, int content) {
        catalog(name).put(object(key, content), IfExists.REPLACE);
    }

    private static List<String> keys(Catalog of, String prefix, String delimiter, int max) {
        var keys = new ArrayList<String>();
        var marker = "";
        do {
            var page = of.list("pictures", prefix, delimiter, marker, max);
            assertThat(page.objects().size() + page.prefixes().size()).isLessThanOrEqualTo(max);
            page.objects().forEach(object -> keys.add(object.key()));
            page.prefixes().forEach(group -> keys.add("(" + group + ")"));
            marker = page.next();
        } while (!marker.isEmpty());
        return keys;
    }

    @Test
    void eachHasAPartAndBothTellAll() {
        var all = new TreeMap<String, Integer>();
        for (var i = 0; i < 60; i++) {
            var key = "k%02d".formatted(i);
            put(i % 2 == 0 ? "a" : "b", key, i + 1);
            all.put(key, i + 1);
        }

        for (var name : List.of("a", "b")) {
            assertThat(held(name)).isEqualTo(PARTITIONS / 2);
            all.forEach((key, size) ->
                    assertThat(catalog(name).find("pictures", key)).isEqualTo(object(key, size)));
            assertThat(catalog(name).find("pictures", "none")).isNull();
            assertThat(keys(catalog(name), "", "", 7)).containsExactlyElementsOf(all.keySet());
            assertThat(
                            catalog(name)
                                    .referredTo(
                                            List.of(
                                                    CatalogSamples.blob(1),
                                                    CatalogSamples.blob(2),
                                                    CatalogSamples.blob(99))))
                    .containsExactlyInAnyOrder(CatalogSamples.blob(1), CatalogSamples.blob(2));
        }
        assertThat(asked).containsOnlyKeys("a", "b");
    }

    @Test
    void listsWithADelimiterTellAGroupOnceWhereverItsKeysAre() {
        for (var folder : List.of("a", "b", "ü", "🎞")) {
            for (var i = 0; i < 12; i++) {
                put("a", folder + "/" + i, 1);
            }
        }
        put("b", "a0", 1);
        put("b", "z", 1);

        for (var max : List.of(1, 2, 3, 1000)) {
            assertThat(keys(catalog("b"), "", "/", max))
                    .containsExactlyInAnyOrder("(a/)", "(b/)", "a0", "z", "(ü/)", "(🎞/)");
            assertThat(keys(catalog("a"), "b/1", "/", max)).containsExactly("b/1", "b/10", "b/11");
        }
        assertThatThrownBy(() -> catalog("a").list("pictures", "", "", "no marker", 10))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> assertThat(e.problem().status()).isEqualTo(640));
    }

    @Test
    void whoHasWrittenAtOneReadsItAtTheOtherAtOnce() {
        for (var i = 0; i < 40; i++) {
            var writer = i % 2 == 0 ? "a" : "b";
            var reader = catalog(i % 2 == 0 ? "b" : "a");
            var key = "k" + i % 10;
            put(writer, key, i + 1);
            reader.catchUp(); // of what it has itself
            assertThat(reader.find("pictures", key)).isEqualTo(object(key, i + 1));
            assertThat(keys(reader, key, "", 10)).contains(key);
        }
    }

    @Test
    void aMoveFromOnePartitionToAnotherIsFinishedByAnyNode() throws Exception {
        for (var i = 0; i < 10; i++) {
            put("a", "from" + i, i + 1);
            assertThat(catalog("b").move("pictures", "from" + i, "pictures", "to" + i, false))
                    .extracting(CatalogObject::size)
                    .isEqualTo(i + 1L);
        }
        assertThat(keys(catalog("a"), "from", "", 10)).isEmpty();
        assertThat(keys(catalog("a"), "to", "", 100)).hasSize(10);

        catalog("a")
                .append(
                        "pictures",
                        "to there",
                        _ ->
                                new ObjectEvent.ObjectMoved(
                                        object("to there", 1), "pictures", "to0", 1));
        var view = catalog("b").view();
        assertThat(view.waitFor(nodes.log("a").end(), Duration.ofSeconds(30))).isTrue();
        new CatalogUpkeep(catalog("b"), () -> now).finishMoves(100);

        assertThat(catalog("a").catchUp()).isTrue();
        assertThat(catalog("a").find("pictures", "to0")).isNull();
        assertThat(view.waitFor(nodes.log("b").end(), Duration.ofSeconds(30))).isTrue();
        assertThat(view.<MoveIndex.Page>read(index -> MoveIndex.begun(index, "", 100)).begun())
                .isEmpty();
    }

    @Test
    void aQuotaIsOfAllPartitionsTogetherWhoeverHasThem() {
        for (var i = 0; i < 20; i++) {
            put(i % 2 == 0 ? "a" : "b", "k" + i, 10);
        }
        for (var name : List.of("a", "b")) {
            assertThat(catalog(name).usage("pictures")).isEqualTo(new Usage(200, 20));
        }
        limit(210, -1);

        put("a", "last", 10);
        assertThatThrownBy(() -> put("a", "more", 1)).hasMessageContaining("210 of 210 bytes");
        for (var i = 0; i < 5; i++) {
            assertThatThrownBy(() -> put("b", "more", 1)).hasMessageContaining("210 of 210 bytes");
        }
        put("b", "last", 9);
        catalog("b").delete("pictures", "k1");
        put("b", "more", 11);
        assertThatThrownBy(() -> put("b", "too much", 1)).hasMessageContaining("210 of 210 bytes");

        catalog("a").delete("pictures", "k2");
        await().untilAsserted(() -> put("b", "too much", 1)); // as soon as it has asked again
        assertThat(catalog("a").usage("pictures")).isEqualTo(new Usage(201, 21));
    }

    private void limit(long bytes, long count) {
        catalog("a").buckets().set("pictures", s -> s.with(new Quota(bytes, count)));
        assertThat(catalog("b").catchUp()).isTrue();
    }

    @Test
    void ofManyAtOnceAtOneNodeAsManyAreLetInAsFit() throws Exception {
        limit(-1, 10);
        var letIn = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var puts =
                    IntStream.range(0, 40)
                            .mapToObj(i -> threads.submit(() -> isLetIn("k" + i)))
                            .toList();
            for (var put : puts) {
                letIn += put.get() ? 1 : 0;
            }
        }
        assertThat(letIn).isEqualTo(10);
        assertThat(catalog("b").usage("pictures").objects()).isEqualTo(10);
    }

    private boolean isLetIn(String key) {
        try {
            put("a", key, 1);
            return true;
        } catch (Problem.Refused e) {
            assertThat(e.problem().status()).isEqualTo(403);
            return false;
        }
    }

    @Test
    void whereItIsNotKnownHowMuchThereIsUploadsAreLetIn() {
        put("a", "k", 10);
        limit(10, -1);
        isSilent = true;

        put("a", "more", 10);
        catalog("a").requireRoom("pictures", "more still", 10);

        isSilent = false;
        await().untilAsserted(() ->
                assertThatThrownBy(() -> catalog("a").requireRoom("pictures", "again", 10))
                        .hasMessageContaining("20 of 10 bytes"));
    }

    @Test
    void aBucketIsEmptyIfItIsSoInAllPartitions() {
        put("a", "k", 1);
        for (var name : List.of("a", "b")) {
            assertThatThrownBy(() -> catalog(name).buckets().drop("pictures"))
                    .isInstanceOfSatisfying(
                            Problem.Refused.class,
                            e -> assertThat(e.problem().status()).isEqualTo(403));
        }
        catalog("b").delete("pictures", "k");
        catalog("a").buckets().drop("pictures");
    }

    @Test
    void whatADeadNodeHadIsReadFromTheLogUntilAnotherHasIt() throws Exception {
        for (var i = 0; i < 30; i++) {
            put("a", "k" + i, i + 1);
        }
        close("b");

        for (var i = 0; i < 30; i++) { // whether somebody has taken it over yet or not
            assertThat(catalog("a").find("pictures", "k" + i)).isEqualTo(object("k" + i, i + 1));
        }
        settled("a");
        assertThat(keys(catalog("a"), "", "", 1000)).hasSize(30);
    }

    @Test
    void aNodeThatComesTakesItsShareAndTheOthersGiveItUpLater() throws Exception {
        for (var i = 0; i < 30; i++) {
            put("a", "k" + i, i + 1);
        }
        for (var name : List.of("a", "b")) {
            assertThat(catalog(name).leaveSnapshots(snapshots(name))).isTrue();
        }

        open("c", 1);
        settled("a", "b", "c");

        assertThat(held("c")).isEqualTo(2);
        for (var name : List.of("a", "b", "c")) {
            assertThat(keys(catalog(name), "", "", 1000)).hasSize(30);
        }
        haveOnlyTheirShares("a", "b", "c");
        await().until(() -> folders("a").size() == 2); // deleted after it is given up
        assertThat(keys(catalog("a"), "", "", 1000)).hasSize(30);
    }

    @Test
    void whoDoesNotEndToAnswerIsAskedLast() throws Exception {
        aThirdNodeHasSome();

        hanging = "c";
        await().untilAsserted(
                        () -> // once it has heard of it
                        assertThatThrownBy(() -> catalog("a").usage("pictures"))
                                        .hasMessageContaining("not all partitions told within"));
        await().ignoreExceptionsInstanceOf(Problem.Refused.class) // the machine may be slow
                .untilAsserted(() ->
                        assertThat(catalog("a").usage("pictures")).isEqualTo(new Usage(30, 30)));
    }

    @Test
    void whoCannotBeAskedIsAskedLast() throws Exception {
        aThirdNodeHasSome();

        failing = "c";
        await().untilAsserted(() -> { // once it has heard of it
            assertThat(catalog("a").usage("pictures")).isEqualTo(new Usage(30, 30));
            assertThat(failed).containsKey("c");
        });
        await().untilAsserted(() -> { // others may ask it meanwhile
            var before = failed.get("c");
            assertThat(catalog("a").usage("pictures")).isEqualTo(new Usage(30, 30));
            assertThat(failed.get("c")).isEqualTo(before);
        });
    }

    /** Of thirty objects, and those before have what they had. */
    private void aThirdNodeHasSome() throws Exception {
        for (var i = 0; i < 30; i++) {
            put("a", "k" + i, 1);
        }
        open("c", 1);
        settled("a", "b", "c");
    }

    private List<Path> folders(String name) throws IOException {
        try (var folders = Files.list(home.resolve(name + "/objects"))) {
            return folders.toList();
        }
    }

    private CatalogSnapshots snapshots(String name) {
        return new CatalogSnapshots(
                nodes.log(name),
                blobs,
                home.resolve("snapshot of " + name),
                1,
                () -> now,
                UUID::randomUUID);
    }
}
