package dev.lumiere.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.catalog.CatalogSamples;
import dev.lumiere.storage.rule.Quota;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that has written at one node, and asks another that has heard nothing of it yet. */
class SharedCatalogTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path home;
    private EventLog log;
    private FollowingLogDevice device;
    private EventLog otherLog;
    private Catalog catalog;
    private Catalog other;
    private DirectoryBlobStore blobs;
    private Buckets buckets;

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 4));
        device = new FollowingLogDevice(log);
        otherLog = device.open();
        catalog = open("one", log);
        other = open("other", otherLog);
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> NOW);
        buckets = new Buckets(StorageConfig.of(Map.of()), other, blobs, () -> NOW);
        catalog.buckets().create("pictures", "a1", "z0");
    }

    private Catalog open(String name, EventLog of) throws IOException, InterruptedException {
        return Catalog.open(home.resolve(name), of, _ -> false, () -> NOW, UUID::randomUUID);
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
        other.close();
        blobs.close();
        otherLog.close();
        log.close();
    }

    private static CatalogObject object(String key, int content) {
        return CatalogSamples.object("pictures", key, content, NOW);
    }

    private void put(String key, int content) {
        catalog.put(object(key, content), IfExists.REPLACE);
    }

    private String served(String key) {
        return ((Lookup.Found) find(key)).object().version();
    }

    private Lookup find(String key) {
        var found = buckets.find("pictures", key);
        return found instanceof Lookup.BucketChanged ? buckets.find("pictures", key) : found;
    }

    @Test
    void whatWasPutIsServedAtTheOtherAtOnceAlsoInANewBucket() {
        assertThat(other.buckets().find("pictures")).isNull();
        assertThat(buckets.atHand("pictures", "a")).isNull();
        put("a", 1);

        assertThat(served("a")).isEqualTo("%064x".formatted(1));
        assertThat(buckets.atHand("pictures", "a")).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void thatThereIsNothingIsNotRemembered() {
        assertThat(find("a")).isEqualTo(new Lookup.NoSuchKey());
        assertThat(buckets.find("films", "a")).isEqualTo(new Lookup.NoSuchBucket());
        put("a", 1);
        catalog.buckets().create("films", "a1", "z0");

        assertThat(buckets.atHand("pictures", "a")).isNull();
        assertThat(buckets.atHand("films", "a")).isNull();
        assertThat(buckets.find("films", "a")).isEqualTo(new Lookup.BucketChanged());
        assertThat(buckets.find("films", "a")).isEqualTo(new Lookup.NoSuchKey());
        assertThat(served("a")).isEqualTo("%064x".formatted(1));
    }

    @Test
    void whatIsFreedAtOneIsRoomAtTheOtherAtOnceAlsoInPlaceOfWhatItHasNotHeardOf() {
        catalog.buckets().set("pictures", settings -> settings.with(new Quota(100, -1)));
        put("a", 20);
        assertThat(served("a")).isNotEmpty();
        other.requireRoom("pictures", "b", 80);
        catalog.delete("pictures", "a");
        put("b", 80);

        other.requireRoom("pictures", "b", 100);
        assertThatThrownBy(() -> other.requireRoom("pictures", "b", 101))
                .hasMessageContaining("21 more do not fit");
        assertThatThrownBy(() -> other.put(object("c", 21), IfExists.REPLACE))
                .hasMessageContaining("21 more do not fit");
        put("b", 79);
        other.put(object("c", 21), IfExists.REPLACE);
    }

    @Test
    void whoWasLetInBeforeTheBucketBecamePrivateIsNotGivenWhatWasPutAfter() {
        put("a", 1);
        assertThat(served("a")).isNotEmpty();
        assertThat(buckets.privateTo("pictures")).isNull();
        catalog.buckets().change("pictures", bucket -> bucket.withPrivacy(true));
        put("secret", 2);

        assertThat(buckets.find("pictures", "secret")).isEqualTo(new Lookup.BucketChanged());

        assertThat(buckets.privateTo("pictures")).isEqualTo("a1");
        assertThat(buckets.find("pictures", "secret")).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void thatAnObjectIsThereAlreadyIsNotSaidOfOneThatWasDeletedMeanwhile() {
        put("a", 1);
        other.put(object("a", 1), IfExists.KEEP_SAME);
        catalog.delete("pictures", "a");

        other.put(object("a", 1), IfExists.KEEP_SAME);

        assertThat(other.find("pictures", "a")).isNotNull();
        await().until(() -> catalog.find("pictures", "a") != null);
    }

    @Test
    void whoCatchesUpSeesWhatWasChangedToo() {
        put("a", 1);
        assertThat(other.bucket("pictures")).isNotNull();
        put("a", 2);
        put("b", 3);

        assertThat(other.catchUp()).isTrue();

        assertThat(Objects.requireNonNull(other.find("pictures", "a")).size()).isEqualTo(2);
        assertThat(other.list("pictures", "", "", "", 10).objects()).hasSize(2);
    }

    @Test
    void noChangeIsRefusedForWhatTheOtherHasNotHeardOf() throws Exception {
        put("a", 1);
        put("b", 2);
        put("c", 3);
        assertThat(other.bucket("pictures")).isNotNull();
        put("d", 4);
        catalog.delete("pictures", "a");

        other.put(object("a", 5), IfExists.REFUSE);
        other.copy("pictures", "d", "pictures", "copied", false);
        put("e", 6);
        other.change("pictures", "e", object -> object.disabled(true));
        put("f", 7);
        other.delete("pictures", "f");

        assertThat(catalog.view().waitFor(log.end(), Duration.ofMinutes(1))).isTrue();
        assertThat(Objects.requireNonNull(catalog.find("pictures", "a")).size()).isEqualTo(5);
        assertThat(catalog.find("pictures", "copied")).isNotNull();
        assertThat(Objects.requireNonNull(catalog.find("pictures", "e")).isDisabled()).isTrue();
        assertThat(catalog.find("pictures", "f")).isNull();
        assertThatThrownBy(() -> other.put(object("a", 8), IfExists.REFUSE))
                .hasMessageContaining("614");
        assertThatThrownBy(() -> other.delete("pictures", "never")).hasMessageContaining("612");
    }

    @Test
    void whileTheLogIsAwayWhatIsKnownIsServed() {
        put("a", 1);
        assertThat(served("a")).isEqualTo("%064x".formatted(1));
        put("b", 1);
        device.canCatchUp(false);

        assertThat(served("a")).isEqualTo("%064x".formatted(1));
        assertThat(buckets.find("pictures", "b")).isEqualTo(new Lookup.NoSuchKey());
    }
}
