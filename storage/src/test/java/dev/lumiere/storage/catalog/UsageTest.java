package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.rule.Quota;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much is in buckets, and how much may be. */
class UsageTest {
    private static final List<String> BUCKETS = List.of("pictures", "films");

    @TempDir private Path folder;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private EventLog log;
    private Catalog catalog;

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4));
        catalog = openView("views");
        BUCKETS.forEach(name -> catalog.buckets().create(name, "a1", "z0"));
    }

    private Catalog openView(String name) throws IOException, InterruptedException {
        return Catalog.open(folder.resolve(name), log, _ -> false, () -> now, UUID::randomUUID);
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
        log.close();
    }

    private CatalogObject object(String bucket, String key, long size) {
        return CatalogSamples.object(bucket, key, size, now);
    }

    private CatalogObject put(String key, long size) {
        return catalog.put(object("pictures", key, size), IfExists.REPLACE);
    }

    private void quota(long bytes, long count) {
        catalog.buckets().set("pictures", settings -> settings.with(new Quota(bytes, count)));
    }

    private Usage usage() {
        return catalog.usage("pictures");
    }

    private static void assertFull(String quota, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> {
                            assertThat(e.problem().status()).isEqualTo(403);
                            assertThat(e.problem().error())
                                    .contains("quota of bucket pictures reached")
                                    .contains(quota);
                        });
    }

    @Test
    void whatIsPutReplacedChangedAndDeletedIsCounted() {
        assertThat(usage()).isEqualTo(Usage.NONE);
        put("a", 10);
        put("b", 5);
        assertThat(usage()).isEqualTo(new Usage(15, 2));

        put("a", 7);
        catalog.change("pictures", "a", object -> object.disabled(true).with(Map.of("by", "me")));
        assertThat(usage()).isEqualTo(new Usage(12, 2));

        catalog.copy("pictures", "a", "pictures", "c", false);
        catalog.move("pictures", "b", "films", "b", false);
        assertThat(usage()).isEqualTo(new Usage(14, 2));
        assertThat(catalog.usage("films")).isEqualTo(new Usage(5, 1));

        catalog.change("pictures", "a", object -> object.expiringAt(now.getEpochSecond() + 1));
        now = now.plusSeconds(1);
        assertThat(catalog.find("pictures", "a")).isNull();
        assertThat(usage()).as("until it is deleted").isEqualTo(new Usage(14, 2));
        new CatalogUpkeep(catalog, () -> now).deleteExpired(10);
        catalog.delete("pictures", "c");
        assertThat(usage()).isEqualTo(Usage.NONE);
        assertThat(catalog.usage("none")).isEqualTo(Usage.NONE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void afterAnyChangesItIsThePlainSumInEveryView(long seed) throws Exception {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++) {
            try {
                change(random);
            } catch (Problem.Refused e) {
                assertThat(e.problem().status()).isIn(612, 614);
            }
            if (i == 150) {
                catalog.close();
                catalog = openView("views");
            }
        }

        try (var other = openView("others");
                var parts = openParts()) {
            assertThat(other.view().waitFor(log.end(), Duration.ofSeconds(20))).isTrue();
            for (var bucket : BUCKETS) {
                var sum = Usage.NONE;
                for (var object : catalog.list(bucket, "", "", "", 1000).objects()) {
                    sum = sum.plus(new Usage(object.size(), 1));
                }
                assertThat(sum.objects()).isPositive();
                assertThat(catalog.usage(bucket)).isEqualTo(sum);
                assertThat(other.usage(bucket)).isEqualTo(sum);
                assertThat(parts.usage(bucket)).isEqualTo(sum);
            }
        }
    }

    /** All partitions, each in a view of its own. */
    private Catalog openParts() throws Exception {
        var parts =
                Catalog.open(
                        folder.resolve("parts"),
                        log,
                        new CatalogLayout.Partitioned(
                                1,
                                (_, _, _) -> {
                                    throw new IllegalStateException("there is nobody else");
                                },
                                (_, _) -> {}),
                        _ -> false,
                        () -> now,
                        UUID::randomUUID);
        await().until(() -> parts.index().parts().size() == log.partitions() + 1);
        return parts;
    }

    private void change(Random random) {
        var bucket = BUCKETS.get(random.nextInt(2));
        var key = "k" + random.nextInt(12);
        var toBucket = BUCKETS.get(random.nextInt(2));
        var toKey = "k" + random.nextInt(12);
        switch (random.nextInt(8)) {
            case 0, 1, 2 ->
                    catalog.put(object(bucket, key, random.nextInt(1000)), IfExists.REPLACE);
            case 3 -> catalog.copy(bucket, key, toBucket, toKey, random.nextBoolean());
            case 4 -> catalog.move(bucket, key, toBucket, toKey, random.nextBoolean());
            case 5 -> catalog.change(bucket, key, object -> object.ofType("t/" + random.nextInt()));
            case 6 ->
                    catalog.change(
                            bucket,
                            key,
                            object -> object.expiringAt(now.getEpochSecond() + 1_000_000));
            default -> catalog.delete(bucket, key);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedAndWhatGoesMakesRoom() {
        quota(100, -1);
        put("a", 60);
        assertFull("60 of 100 bytes are used, 41 more", () -> put("b", 41));
        assertThat(put("b", 40).size()).isEqualTo(40);
        assertFull("1 more", () -> put("c", 1));
        assertThat(put("c", 0).size()).isZero();

        catalog.delete("pictures", "a");
        assertThat(put("d", 60).size()).isEqualTo(60);
        quota(-1, 3);
        assertFull("3 of 3 objects are used, 1 more", () -> put("e", 0));
        quota(-1, -1);
        assertThat(put("e", 1000).size()).isEqualTo(1000);
    }

    @Test
    void whatReplacesWithLessIsNeverRefused() {
        put("a", 100);
        put("b", 100);
        quota(50, 1);

        assertFull("50 bytes", () -> put("a", 101));
        assertThat(put("a", 100).size()).isEqualTo(100);
        assertThat(put("a", 99).size()).isEqualTo(99);
        catalog.change("pictures", "a", object -> object.disabled(true));
        catalog.move("pictures", "a", "pictures", "c", false);
        catalog.move("pictures", "c", "pictures", "b", true);
        assertThat(usage()).isEqualTo(new Usage(99, 1));
        catalog.move("pictures", "b", "films", "b", false);
        assertThat(usage()).isEqualTo(Usage.NONE);
        assertFull("50 bytes", () -> catalog.move("films", "b", "pictures", "b", false));
        assertThat(catalog.find("films", "b")).isNotNull();
    }

    @Test
    void copiesAndMovesIntoItNeedRoomToo() {
        put("a", 30);
        catalog.put(object("films", "b", 30), IfExists.REPLACE);
        quota(59, -1);

        assertFull("59 bytes", () -> catalog.copy("pictures", "a", "pictures", "c", false));
        assertFull("59 bytes", () -> catalog.copy("films", "b", "pictures", "c", false));
        assertFull("59 bytes", () -> catalog.move("films", "b", "pictures", "c", false));
        catalog.move("films", "b", "pictures", "a", true);
        assertThat(usage()).isEqualTo(new Usage(30, 1));
    }

    @Test
    void whatIsAboutToComeIsRefusedOnlyWhereItSurelyDoesNotFit() {
        put("a", 80);
        quota(100, 2);

        catalog.requireRoom("pictures", "b", 20);
        assertFull("21 more", () -> catalog.requireRoom("pictures", "b", 21));
        catalog.requireRoom("pictures", "a", 100);
        assertFull("21 more", () -> catalog.requireRoom("pictures", "a", 101));
        catalog.requireRoom("pictures", null, 100);
        assertFull("0 of 100", () -> catalog.requireRoom("pictures", null, 101));
        put("b", 1);
        assertFull("2 objects", () -> catalog.requireRoom("pictures", "c", 0));
        catalog.requireRoom("pictures", null, 100);
        catalog.requireRoom("films", "b", Long.MAX_VALUE);
    }

    @Test
    void ofManyAtOnceAsManyAreLetInAsFit() throws Exception {
        for (var round = 0; round < 5; round++) {
            var full = 10L * (round + 1);
            quota(full, -1);
            var puts = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 64; i++) {
                var key = "%d/%d".formatted(round, i);
                puts.add(() -> isPut(key, 1));
            }
            assertThat(succeeded(puts)).isEqualTo(10);
            assertThat(usage()).isEqualTo(new Usage(full, full));
        }
    }

    @Test
    void whoGoesAndComesAtOnceNeverGoesBeyond() throws Exception {
        quota(-1, 8);
        var changes = new ArrayList<Callable<Boolean>>();
        for (var i = 0; i < 32; i++) {
            var key = "k" + i;
            changes.add(() -> {
                for (var times = 0; times < 20; times++) {
                    if (isPut(key, 3)) {
                        assertThat(usage().objects()).isLessThanOrEqualTo(8);
                        catalog.delete("pictures", key);
                    }
                }
                return true;
            });
        }
        assertThat(succeeded(changes)).isEqualTo(32);
        assertThat(usage()).isEqualTo(Usage.NONE);
        for (var i = 0; i < 8; i++) {
            put("last" + i, 1);
        }
    }

    private boolean isPut(String key, long size) {
        try {
            put(key, size);
            return true;
        } catch (Problem.Refused e) {
            assertThat(e.problem().status()).isEqualTo(403);
            return false;
        }
    }

    private static int succeeded(List<Callable<Boolean>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var succeeded = 0;
            for (var call : threads.invokeAll(calls)) {
                succeeded += call.get() ? 1 : 0;
            }
            return succeeded;
        }
    }
}
