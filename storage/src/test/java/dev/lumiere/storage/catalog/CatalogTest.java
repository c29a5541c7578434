package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.eventlog.view.CatchUp;
import dev.lumiere.eventlog.view.Index;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.bucket.Histories;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.rule.StorageClass;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {
    private static final String ACCOUNT = "a1";

    @TempDir private Path folder;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private EventLog log;
    private Catalog catalog;

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4));
        catalog = openView("views");
        catalog.buckets().create("pictures", ACCOUNT, "z0");
    }

    private Catalog openView(String name) throws IOException, InterruptedException {
        return Catalog.open(folder.resolve(name), log, "demo"::equals, () -> now, UUID::randomUUID);
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
        log.close();
    }

    private CatalogObject object(String key, int content) {
        return CatalogSamples.object("pictures", key, content, now).with(Map.of("by", "me"));
    }

    private CatalogObject put(String key, int content) {
        return catalog.put(object(key, content), IfExists.REPLACE);
    }

    private static void assertRefused(int status, Callable<?> call) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> assertThat(e.problem().status()).isEqualTo(status));
    }

    @Test
    void whatWasPutIsFoundUntilItIsDeleted() {
        put("a.jpg", 1);
        assertThat(catalog.find("pictures", "a.jpg")).isEqualTo(object("a.jpg", 1));
        assertThat(catalog.referredTo(List.of(CatalogSamples.blob(1)))).hasSize(1);

        put("a.jpg", 2);
        assertThat(catalog.find("pictures", "a.jpg")).isEqualTo(object("a.jpg", 2));
        assertThat(catalog.referredTo(List.of(CatalogSamples.blob(1)))).isEmpty();

        catalog.delete("pictures", "a.jpg");
        assertThat(catalog.find("pictures", "a.jpg")).isNull();
        assertThat(catalog.referredTo(List.of(CatalogSamples.blob(2)))).isEmpty();
        assertRefused(612, () -> delete("a.jpg"));
    }

    private CatalogObject found(String key) {
        return Objects.requireNonNull(catalog.find("pictures", key));
    }

    private boolean delete(String key) {
        catalog.delete("pictures", key);
        return true;
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-29T15:59:59.999Z, 1, 2026-11-30T16:00:00Z",
        "2026-11-29T16:00:00Z, 1, 2026-11-30T16:00:00Z",
        "2026-11-29T16:00:00.000000001Z, 1, 2026-12-01T16:00:00Z",
        "2026-11-29T10:00:00Z, 30, 2026-12-29T16:00:00Z"
    })
    void whatIsDeletedAfterDaysIsSoAtMidnightInTheEast(Instant now, int days, Instant end) {
        assertThat(CatalogObject.expiry(days, now)).isEqualTo(end.getEpochSecond());
    }

    @Test
    void whetherAnObjectIsReplacedIsForItsWriterToSay() {
        put("a.jpg", 1);

        assertThat(catalog.put(object("a.jpg", 1), IfExists.KEEP_SAME).size()).isEqualTo(1);
        assertRefused(614, () -> catalog.put(object("a.jpg", 2), IfExists.KEEP_SAME));
        assertRefused(614, () -> catalog.put(object("a.jpg", 1), IfExists.REFUSE));
        assertThat(catalog.put(object("b.jpg", 1), IfExists.REFUSE).key()).isEqualTo("b.jpg");
    }

    @Test
    void nothingIsReplacedButWhatIsMeant() {
        var first = put("a.jpg", 1);
        catalog.replace(first, object("a.jpg", 2));
        var second = catalog.find("pictures", "a.jpg");
        assertThat(second).isNotNull().extracting(CatalogObject::size).isEqualTo(2L);

        catalog.replace(first, object("a.jpg", 3));
        assertThat(catalog.find("pictures", "a.jpg")).isEqualTo(second);

        catalog.delete("pictures", "a.jpg");
        catalog.replace(first, object("a.jpg", 3));
        assertThat(catalog.find("pictures", "a.jpg")).isNull();
    }

    @Test
    void ofManyWhoInsertAtOnceOneSucceeds() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Boolean>>();
            for (var i = 1; i <= 20; i++) {
                var content = i;
                calls.add(() -> {
                    try {
                        catalog.put(object("a.jpg", content), IfExists.REFUSE);
                        return true;
                    } catch (Problem.Refused e) {
                        assertThat(e.problem().status()).isEqualTo(614);
                        return false;
                    }
                });
            }
            var succeeded = 0;
            for (var call : threads.invokeAll(calls)) {
                succeeded += call.get() ? 1 : 0;
            }
            assertThat(succeeded).isEqualTo(1);
        }
    }

    @Test
    void whoHasNothingToDoReadsWhatTheFirstHasDone() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 100; i++) {
                var key = "a" + i;
                var calls = new ArrayList<Callable<Boolean>>();
                for (var n = 0; n < 4; n++) {
                    calls.add(() -> {
                        catalog.put(object(key, 1), IfExists.KEEP_SAME);
                        return catalog.find("pictures", key) != null;
                    });
                }
                for (var call : threads.invokeAll(calls)) {
                    assertThat(call.get()).isTrue();
                }
            }
        }
    }

    @Test
    void changesOfManyAllCount() throws Exception {
        put("a.jpg", 1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    IntStream.range(0, 8)
                            .<Callable<CatalogObject>>mapToObj(
                                    i -> () -> catalog.change("pictures", "a.jpg", this::older))
                            .toList();
            for (var call : threads.invokeAll(calls)) {
                call.get();
            }
        }
        assertThat(found("a.jpg").putTime()).isEqualTo(object("a.jpg", 1).putTime() - 8);
    }

    private CatalogObject older(CatalogObject object) {
        return object.at(object.bucket(), object.key(), object.putTime() - 1);
    }

    @Test
    void keysOfAnyKindAreKept() {
        var keys =
                List.of(
                        "",
                        "/",
                        "//a",
                        "../a",
                        "a\nb",
                        "100%",
                        "%00",
                        "#a",
                        "ключ",
                        "🎞.mp4",
                        "é".repeat(375),
                        "\u0001".repeat(750),
                        "\u0002".repeat(750));
        for (var i = 0; i < keys.size(); i++) {
            put(keys.get(i), i + 1);
        }
        for (var i = 0; i < keys.size(); i++) {
            assertThat(found(keys.get(i)).size()).isEqualTo(i + 1);
        }
        assertRefused(400, () -> put("é".repeat(376), 1));
        assertRefused(400, () -> put("\ud800", 1));
        assertThat(catalog.list("pictures", "", "", "", 1000).objects())
                .extracting(CatalogObject::key)
                .containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void whatHasANulIsReadChangedAndDeletedButNotMade() {
        put("a", 1);
        assertRefused(400, () -> put("a\0b", 1));
        assertRefused(400, () -> catalog.copy("pictures", "a", "pictures", "a\0b", true));
        assertRefused(400, () -> catalog.move("pictures", "a", "pictures", "a\0b", true));

        histories()
                .change(
                        ObjectEvent.stream("pictures", "a\0b"),
                        _ -> new ObjectEvent.ObjectPut(object("a\0b", 2), null, null));
        assertThat(found("a\0b").size()).isEqualTo(2);
        assertThat(catalog.list("pictures", "a\0", "", "", 10).objects()).hasSize(1);
        assertThat(catalog.change("pictures", "a\0b", o -> o.disabled(true)).isDisabled()).isTrue();
        assertThat(catalog.copy("pictures", "a\0b", "pictures", "c", false).size()).isEqualTo(2);
        assertThat(catalog.move("pictures", "a\0b", "pictures", "b", false).size()).isEqualTo(2);
        assertThat(catalog.find("pictures", "a\0b")).isNull();
    }

    @Test
    void aMoveIsACopyAndADelete() {
        put("a.jpg", 1);
        put("c.jpg", 3);

        assertThat(catalog.copy("pictures", "a.jpg", "pictures", "b.jpg", false).size())
                .isEqualTo(1);
        assertRefused(614, () -> catalog.move("pictures", "a.jpg", "pictures", "c.jpg", false));
        assertThat(catalog.move("pictures", "a.jpg", "pictures", "c.jpg", true).size())
                .isEqualTo(1);

        assertThat(catalog.find("pictures", "a.jpg")).isNull();
        assertThat(catalog.find("pictures", "b.jpg")).isNotNull();
        assertThat(found("c.jpg").size()).isEqualTo(1);
        assertRefused(612, () -> catalog.move("pictures", "a.jpg", "pictures", "d", false));
        assertThat(catalog.move("pictures", "b.jpg", "pictures", "b.jpg", false).size())
                .isEqualTo(1);
    }

    @Test
    void aMoveThatWasCutShortIsFinished() {
        put("a.jpg", 9);
        put("a.jpg", 1);
        put("b.jpg", 2);
        linked("a.jpg", "c.jpg");
        linked("b.jpg", "d.jpg");
        put("b.jpg", 3);

        new CatalogUpkeep(catalog, () -> now).finishMoves(10);

        assertThat(catalog.find("pictures", "a.jpg")).isNull();
        assertThat(found("b.jpg").size()).isEqualTo(3);
        assertThat(found("c.jpg").size()).isEqualTo(1);
    }

    @Test
    void aMoveWhoseSourceHasChangedEndsOnceForAllWhoReadOfIt() throws Exception {
        put("a.jpg", 1);
        var first = histories().last(ObjectEvent.stream("pictures", "a.jpg")).version();
        put("a.jpg", 2);
        histories()
                .change(
                        ObjectEvent.stream("pictures", "b.jpg"),
                        _ ->
                                new ObjectEvent.ObjectMoved(
                                        object("b.jpg", 1), "pictures", "a.jpg", first));
        linked("a.jpg", "c.jpg");
        put("a.jpg", 3);
        assertThat(openMoves()).hasSize(2);

        new CatalogUpkeep(catalog, () -> now).finishMoves(10);
        var end = log.end();
        catalog.unlink(name("a.jpg"), first, name("b.jpg")); // by who had read of it

        assertThat(openMoves()).isEmpty();
        assertThat(log.end()).as("nothing more is said").isEqualTo(end);
        assertThat(found("a.jpg").size()).isEqualTo(3);
        try (var other = openView("others")) {
            assertThat(other.view().waitFor(end, Duration.ofSeconds(20))).isTrue();
            assertThat(other.view().<MoveIndex.Page>read(i -> MoveIndex.begun(i, "", 10)).begun())
                    .isEmpty();
        }
    }

    @Test
    void aMoveThatIsDoneIsNotGivenUpByWhoHasNotHeardOfIt() throws Exception {
        put("a.jpg", 1);
        var version = histories().last(ObjectEvent.stream("pictures", "a.jpg")).version();
        catalog.move("pictures", "a.jpg", "pictures", "b.jpg", false);
        put("a.jpg", 2);
        var end = log.end();

        catalog.unlink(name("a.jpg"), version, name("b.jpg"));

        assertThat(log.end()).isEqualTo(end);
        assertThat(openMoves()).isEmpty();
    }

    @Test
    void bothHalvesOfAMoveCountInAnyOrder() throws Exception {
        catalog.move("pictures", put("a.jpg", 1).key(), "pictures", "b.jpg", false);
        put("c.jpg", 3);
        histories()
                .change(
                        ObjectEvent.stream("pictures", "c.jpg"),
                        last ->
                                new ObjectEvent.ObjectMovedAway(
                                        "pictures", "c.jpg", last.version(), name("d.jpg")));
        histories()
                .change(
                        ObjectEvent.stream("pictures", "d.jpg"),
                        _ ->
                                new ObjectEvent.ObjectMoved(
                                        object("d.jpg", 3), "pictures", "c.jpg", 1));

        assertThat(openMoves()).isEmpty();
        linked("d.jpg", "e.jpg");
        assertThat(openMoves()).hasSize(1);
        put("d.jpg", 4);
        new CatalogUpkeep(catalog, () -> now).finishMoves(10);
        assertThat(openMoves()).as("it is another object now").isEmpty();
    }

    /** Also where the other has ended before this one is heard of. */
    @Test
    void whoMovesTheSameElsewhereAtTheSameTimeGivesItUp() throws Exception {
        put("a.jpg", 1);
        linked("a.jpg", "b.jpg");
        var late = moved("a.jpg", "c.jpg");
        catalog.unlink(name("a.jpg"), 1, name("b.jpg"));
        assertThat(openMoves()).isEmpty();
        histories().change(ObjectEvent.stream("pictures", "c.jpg"), _ -> late);
        assertThat(openMoves()).hasSize(1);

        new CatalogUpkeep(catalog, () -> now).finishMoves(10);

        assertThat(openMoves()).isEmpty();
        assertThat(catalog.find("pictures", "a.jpg")).isNull();
        assertThat(found("b.jpg").size()).isEqualTo(1);
        assertThat(found("c.jpg").size()).isEqualTo(1);
        var end = log.end();
        catalog.unlink(name("a.jpg"), 1, name("c.jpg"));
        assertThat(log.end()).as("nothing more is said").isEqualTo(end);
    }

    @Test
    void theEndOfAMoveToOnePlaceIsNotThatToAnother() throws Exception {
        put("a.jpg", 1);
        linked("a.jpg", "b.jpg");
        linked("a.jpg", "c.jpg");

        catalog.unlink(name("a.jpg"), 1, name("c.jpg"));

        assertThat(catalog.view().<MoveIndex.Page>read(i -> MoveIndex.begun(i, "", 10)).begun())
                .containsExactly(new MoveIndex.Begun(name("a.jpg"), 1, name("b.jpg")));
    }

    @Test
    void twoWhoMoveTheSameToOnePlaceHaveMovedItOnce() throws Exception {
        put("a.jpg", 1);
        linked("a.jpg", "b.jpg");
        var linked = found("b.jpg");

        assertThat(catalog.move("pictures", "a.jpg", "pictures", "b.jpg", false)).isEqualTo(linked);
        assertThat(catalog.find("pictures", "a.jpg")).isNull();
        assertThat(openMoves()).isEmpty();
    }

    private static ObjectName name(String key) {
        return new ObjectName("pictures", key);
    }

    private List<Index.Entry> openMoves() throws IOException {
        return catalog.view().read(index -> index.scan("m", "", 10));
    }

    private Histories<ObjectEvent> histories() {
        var view = catalog.view();
        return new Histories<>(
                log, view, new CatchUp(log, view), ObjectEvent.TYPES, () -> now, UUID::randomUUID);
    }

    /** As far as who moves it may come before it is killed. */
    private void linked(String key, String toKey) {
        var moved = moved(key, toKey);
        histories().change(ObjectEvent.stream("pictures", toKey), _ -> moved);
    }

    private ObjectEvent moved(String key, String toKey) {
        var from = histories().last(ObjectEvent.stream("pictures", key));
        var object = found(key).at("pictures", toKey, 1);
        return new ObjectEvent.ObjectMoved(object, "pictures", key, from.version());
    }

    @Test
    void whatExpiresIsGoneAtOnceAndDeletedLater() {
        put("a.jpg", 1);
        catalog.change("pictures", "a.jpg", o -> o.expiringAt(now.getEpochSecond() + 60));
        assertThat(catalog.find("pictures", "a.jpg")).isNotNull();

        now = now.plusSeconds(60);
        assertThat(catalog.find("pictures", "a.jpg")).isNull();
        assertThat(catalog.list("pictures", "", "", "", 10).objects()).isEmpty();
        assertThat(catalog.referredTo(List.of(CatalogSamples.blob(1)))).hasSize(1);

        new CatalogUpkeep(catalog, () -> now).deleteExpired(10);
        assertThat(catalog.referredTo(List.of(CatalogSamples.blob(1)))).isEmpty();
    }

    @Test
    void anObjectGoesFromClassToClassWhenItIsTime() throws Exception {
        put("a.jpg", 1);
        put("gone.jpg", 2);
        var times =
                Map.of(
                        StorageClass.INFREQUENT_ACCESS, now.getEpochSecond() + 60,
                        StorageClass.ARCHIVE, now.getEpochSecond() + 120);
        catalog.change("pictures", "a.jpg", object -> object.transitioning(times));
        catalog.change("pictures", "gone.jpg", object -> object.transitioning(times));
        delete("gone.jpg");
        catalog.close();
        catalog = openView("anew");
        assertThat(catalog.view().waitFor(log.end(), Duration.ofSeconds(10))).isTrue();
        assertThat(existing("a.jpg").transitions()).isEqualTo(times);

        var upkeep = new CatalogUpkeep(catalog, () -> now);
        upkeep.changeClasses(10);
        assertThat(existing("a.jpg").storageClass()).isZero();
        now = now.plusSeconds(60);
        upkeep.changeClasses(10);
        assertThat(existing("a.jpg").storageClass()).isEqualTo(1);
        assertThat(existing("a.jpg").transitions()).containsOnlyKeys(StorageClass.ARCHIVE);
        assertThat(existing("a.jpg").putTime())
                .isEqualTo(object("a.jpg", 1).putTime() - 600_000_000);

        catalog.change("pictures", "a.jpg", object -> object.inClass(3));
        now = now.plusSeconds(60);
        upkeep.changeClasses(10);
        assertThat(existing("a.jpg").storageClass()).as("it is colder already").isEqualTo(3);
        assertThat(existing("a.jpg").transitions()).isEmpty();
        assertThat(catalog.find("pictures", "gone.jpg")).isNull();
    }

    private CatalogObject existing(String key) {
        return Objects.requireNonNull(catalog.find("pictures", key));
    }

    @Test
    void aViewThatIsMadeAnewHasTheSame() throws Exception {
        for (var i = 1; i <= 50; i++) {
            put("k" + i % 10, i);
        }
        delete("k3");
        catalog.move("pictures", "k4", "pictures", "k5", true);

        try (var other = openView("others")) {
            assertThat(other.view().waitFor(log.end(), Duration.ofSeconds(20))).isTrue();
            assertThat(other.list("pictures", "", "", "", 1000))
                    .isEqualTo(catalog.list("pictures", "", "", "", 1000));
        }
    }

    @Test
    void bucketsAreMadeChangedAndDropped() {
        assertRefused(614, () -> catalog.buckets().create("pictures", "a2", "z0"));
        assertRefused(614, () -> catalog.buckets().create("demo", ACCOUNT, "z0"));
        assertRefused(400, () -> catalog.buckets().create("No", ACCOUNT, "z0"));
        assertRefused(631, () -> catalog.list("films", "", "", "", 1));
        assertThat(catalog.buckets().of(ACCOUNT))
                .extracting(Bucket::name)
                .containsExactly("pictures");

        var hidden = catalog.buckets().change("pictures", b -> b.withPrivacy(true));
        assertThat(hidden.isPrivate()).isTrue();
        assertThat(catalog.buckets().find("pictures")).isEqualTo(hidden);

        put("a.jpg", 1);
        assertRefused(403, () -> drop("pictures"));
        delete("a.jpg");
        drop("pictures");
        assertThat(catalog.buckets().find("pictures")).isNull();
        assertRefused(631, () -> put("a.jpg", 1));
        assertRefused(631, () -> drop("pictures"));
    }

    private boolean drop(String name) {
        catalog.buckets().drop(name);
        return true;
    }
}
