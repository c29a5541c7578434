package dev.lumiere.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

/** What the gateway sees of objects that are events. */
class CatalogBucketTest {
    @TempDir private Path home;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private EventLog log;
    private BlobStore blobs;
    private Catalog catalog;
    private Buckets buckets;

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 2));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> now);
        catalog =
                Catalog.open(
                        home.resolve("views"), log, "demo"::equals, () -> now, UUID::randomUUID);
        var folder = Files.createDirectories(home.resolve("media"));
        Files.writeString(folder.resolve("x.txt"), "of a folder");
        buckets = new Buckets(StorageConfig.of(Map.of("demo", folder)), catalog, blobs, () -> now);
        catalog.buckets().create("pictures", "a1", "z0");
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
        blobs.close();
        log.close();
    }

    private CatalogObject put(String key, String content) throws IOException {
        Blob blob;
        try (var writer = blobs.begin()) {
            writer.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
            blob = writer.finish();
        }
        return catalog.put(
                CatalogObject.of("pictures", key, blob, "text/plain", now), IfExists.REPLACE);
    }

    private StoredObject found(String key) {
        return ((Lookup.Found) buckets.find("pictures", key)).object();
    }

    private String read(StoredObject object) throws IOException {
        try (var file = Objects.requireNonNull(buckets.open(object));
                var channel = file.channel()) {
            var bytes = ByteBuffer.allocate((int) object.size());
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {}
            return new String(bytes.array(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatWasPutIsServedAtOnceAlsoInPlaceOfAnother() throws Exception {
        assertThat(buckets.find("pictures", "a")).isEqualTo(new Lookup.NoSuchKey());

        put("a", "first");
        var first = found("a");
        assertThat(read(first)).isEqualTo("first");
        assertThat(first.contentType()).isEqualTo("text/plain");
        assertThat(first.modified()).isEqualTo(now);
        assertThat(buckets.atHand("pictures", "a")).isEqualTo(new Lookup.Found(first));
        assertThat(buckets.isUnchanged(first)).isTrue();

        put("a", "second");
        assertThat(buckets.isUnchanged(first)).isFalse();
        assertThat(read(found("a"))).isEqualTo("second");
        assertThat(read(first)).isEqualTo("first");

        catalog.delete("pictures", "a");
        assertThat(buckets.find("pictures", "a")).isEqualTo(new Lookup.NoSuchKey());
    }

    @Test
    void keysThatNameNoFileAreObjectsToo() throws Exception {
        for (var key : new String[] {"", "../a", "a//b", "/", "a\nb"}) {
            put(key, "content of " + key);
            assertThat(read(found(key))).isEqualTo("content of " + key);
        }
    }

    @Test
    void whatIsDisabledIsNotServed() throws Exception {
        put("a", "content");
        catalog.change("pictures", "a", o -> o.disabled(true));
        assertThat(buckets.find("pictures", "a")).isEqualTo(new Lookup.Disabled());
    }

    @Test
    void whatIsCopiedIsNotSweptMeanwhile() throws Exception {
        var object = put("a", "content");
        catalog.keptIn(blobs);
        now = now.plus(Duration.ofDays(2));

        catalog.copy("pictures", "a", "pictures", "b", false);
        assertThat(blobs.deleteIfOlder(object.blob(), now)).isFalse();
        assertThat(read(found("b"))).isEqualTo("content");

        blobs.delete(object.blob());
        assertThatThrownBy(() -> catalog.move("pictures", "a", "pictures", "c", false))
                .hasMessageContaining("612");
        assertThat(catalog.find("pictures", "a")).isNotNull();
    }

    @Test
    void aFolderKeepsItsName() {
        assertThat(buckets.has("demo")).isTrue();
        assertThat(buckets.find("demo", "x.txt")).isInstanceOf(Lookup.Found.class);
        assertThat(buckets.privateTo("demo")).isNull();
        assertThat(buckets.find("films", "x")).isEqualTo(new Lookup.NoSuchBucket());
    }

    @Test
    void whetherABucketIsPrivateIsKnownSoon() {
        assertThat(buckets.privateTo("pictures")).isNull();
        catalog.buckets().change("pictures", b -> b.withPrivacy(true));
        assertThat(buckets.privateTo("pictures")).isEqualTo("a1");
    }
}
