package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.rule.LifecycleRule;
import dev.lumiere.storage.rule.StorageClass;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleTest {
    @TempDir private Path folder;
    private Instant now = Instant.parse("2026-01-01T10:00:00Z");
    private EventLog log;
    private Catalog catalog;
    private Lifecycle lifecycle;

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4));
        catalog =
                Catalog.open(folder.resolve("views"), log, _ -> false, () -> now, UUID::randomUUID);
        lifecycle = new Lifecycle(catalog, () -> now);
        catalog.buckets().create("logs", "a1", "z0");
        catalog.buckets().create("other", "a1", "z0");
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
        log.close();
    }

    private void put(String bucket, String... keys) {
        for (var key : keys) {
            catalog.put(CatalogSamples.object(bucket, key, 1, now), IfExists.REPLACE);
        }
    }

    private void rules(LifecycleRule... rules) {
        catalog.buckets().set("logs", settings -> settings.withLifecycle(List.of(rules)));
    }

    private List<String> keys(String bucket) {
        return catalog.list(bucket, "", "", "", 1000).objects().stream()
                .map(CatalogObject::key)
                .toList();
    }

    @Test
    void whatHasOutlivedItsTimeGoesWhenTheRuleCameLaterToo() {
        put("logs", "a/old", "b", "c/kept/x");
        put("other", "a/old");
        rules(
                LifecycleRule.deleting("a", "a/", 7),
                LifecycleRule.deleting("c", "c/", 1),
                LifecycleRule.deleting("kept", "c/kept/", 0));
        now = now.plus(Duration.ofDays(3));
        put("logs", "a/new", "c/x");

        now = Instant.parse("2026-01-08T15:59:59Z");
        assertThat(lifecycle.pass()).as("c/x alone").isEqualTo(1);
        assertThat(keys("logs")).containsExactly("a/new", "a/old", "b", "c/kept/x");

        now = Instant.parse("2026-01-08T16:00:00Z"); // midnight in the east
        assertThat(lifecycle.pass()).isEqualTo(1);
        assertThat(keys("logs")).containsExactly("a/new", "b", "c/kept/x");
        assertThat(keys("other")).containsExactly("a/old");
    }

    @Test
    void anObjectsOwnEndGoesFirst() {
        put("logs", "own", "none");
        catalog.change("logs", "own", object -> object.expiringAt(Long.MAX_VALUE / 2));
        rules(LifecycleRule.deleting("all", "", 1));

        now = now.plus(Duration.ofDays(30));
        lifecycle.pass();
        assertThat(keys("logs")).containsExactly("own");
    }

    @Test
    void objectsGoToColderClassesAndNeverBack() {
        put("logs", "a", "cold", "own");
        catalog.change("logs", "cold", object -> object.inClass(StorageClass.ARCHIVE.number()));
        catalog.change(
                "logs",
                "own",
                object -> object.transitioning(Map.of(StorageClass.ARCHIVE, Long.MAX_VALUE / 2)));
        rules(
                new LifecycleRule(
                        "all",
                        "",
                        60,
                        Map.of(
                                StorageClass.INFREQUENT_ACCESS, 10,
                                StorageClass.DEEP_ARCHIVE, 30)));

        assertThat(lifecycle.pass()).isZero();
        now = now.plus(Duration.ofDays(10));
        assertThat(lifecycle.pass()).isEqualTo(1);
        assertThat(classes()).isEqualTo(Map.of("a", 1, "cold", 2, "own", 0));
        assertThat(lifecycle.pass()).as("once").isZero();

        now = now.plus(Duration.ofDays(20));
        assertThat(lifecycle.pass()).isEqualTo(2);
        assertThat(classes()).isEqualTo(Map.of("a", 3, "cold", 3, "own", 0));
    }

    @Test
    void lessThanNoDaysIsAtOnce() {
        put("logs", "a");
        rules(new LifecycleRule("all", "", 0, Map.of(StorageClass.INFREQUENT_ACCESS, -1)));

        assertThat(lifecycle.pass()).isEqualTo(1);
        assertThat(classes()).isEqualTo(Map.of("a", 1));
    }

    private Map<String, Integer> classes() {
        return catalog.list("logs", "", "", "", 1000).objects().stream()
                .collect(Collectors.toMap(CatalogObject::key, CatalogObject::storageClass));
    }

    @Test
    void whatWasPutAnewMeanwhileStays() {
        put("logs", "a");
        rules(LifecycleRule.deleting("all", "", 1));
        now = now.plus(Duration.ofDays(30));

        put("logs", "a");
        catalog.deleteIf("logs", "a", object -> object.putTime() == 0);
        assertThat(lifecycle.pass()).isZero();
        assertThat(keys("logs")).containsExactly("a");
    }

    @Test
    void aWholeBucketIsGoneThroughPageByPage() {
        for (var i = 0; i < 1005; i++) {
            put("logs", "%04d".formatted(i));
        }
        rules(LifecycleRule.deleting("all", "", 1));
        now = now.plus(Duration.ofDays(3));

        assertThat(lifecycle.pass()).isEqualTo(1005);
        assertThat(keys("logs")).isEmpty();
    }
}
