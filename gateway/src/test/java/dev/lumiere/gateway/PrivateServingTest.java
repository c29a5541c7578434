package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.blob.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.DownloadToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a private bucket, on the wire, with and without a signed URL. */
class PrivateServingTest {
    private static final Credential OWNER = new Credential("own", "secret", "a1", true);

    @TempDir private Path home;
    private EventLog log;
    private DirectoryBlobStore blobs;
    private Catalog catalog;
    private TestGateway gateway;

    @BeforeEach
    void aPrivateBucketAndAPublicOne() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> Instant.EPOCH);
        catalog =
                Catalog.open(
                        home.resolve("views"),
                        log,
                        _ -> false,
                        () -> Instant.EPOCH,
                        UUID::randomUUID);
        var buckets = new Buckets(StorageConfig.of(Map.of()), catalog, blobs, () -> Instant.EPOCH);
        for (var name : new String[] {"hidden", "open"}) {
            catalog.buckets().create(name, "a1", "z0");
            for (var key : new String[] {"a.jpg", "broken.jpg"}) {
                put(name, key);
            }
        }
        catalog.buckets().change("hidden", b -> b.withPrivacy(true));
        catalog.buckets().change("open", b -> b.withMaxAge(60));
        gateway = new TestGateway(home, buckets, Map.of("own", OWNER)::get, null, Map.of());
    }

    private void put(String bucket, String key) throws IOException {
        try (var writer = blobs.begin()) {
            writer.write(ByteBuffer.wrap((bucket + key).getBytes(StandardCharsets.UTF_8)));
            var blob = writer.finish();
            catalog.put(
                    new CatalogObject(
                            bucket,
                            key,
                            blob.id(),
                            blob.size(),
                            blob.qetag(),
                            blob.md5(),
                            "image/jpeg",
                            0,
                            0,
                            false,
                            "",
                            0,
                            Map.of()),
                    IfExists.REFUSE);
        }
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
        catalog.close();
        blobs.close();
        log.close();
    }

    private Caller.Answer signed(String target) throws IOException {
        var url = DownloadToken.sign(OWNER, "http://localhost" + target, Instant.ofEpochSecond(1));
        return gateway.get(url.substring("http://localhost".length()));
    }

    @Test
    void nobodyButWhoHasASignedUrlGetsAnything() throws Exception {
        for (var target : new String[] {"/hidden/a.jpg", "/hidden/a.jpg?imageView2/1/w/9"}) {
            assertThat(gateway.get(target).status()).as(target).isEqualTo(401);
            assertThat(signed(target).status()).as(target).isEqualTo(200);
            assertThat(gateway.get(target).status()).as("after it was made").isEqualTo(401);
        }
    }

    @Test
    void whatIsPrivateIsNotForCachesInBetween() throws Exception {
        assertThat(signed("/hidden/a.jpg").header("cache-control"))
                .isEqualTo("private, max-age=86400");
        assertThat(signed("/hidden/a.jpg?imageView2/1/w/9").header("cache-control"))
                .isEqualTo("private, max-age=86400");

        var instead = signed("/hidden/broken.jpg?imageView2/1/w/9&fallback=a.jpg");
        assertThat(instead.header("lumiere-fallback")).isEqualTo("failed-400");
        assertThat(instead.header("cache-control")).startsWith("private, max-age=");
    }

    @Test
    void aBucketSaysHowLongItsObjectsAreKept() throws Exception {
        assertThat(gateway.get("/open/a.jpg").header("cache-control"))
                .isEqualTo("public, max-age=60");
    }

    @Test
    void theTagOfAStoredObjectIsItsHash() throws Exception {
        var stored = Objects.requireNonNull(catalog.find("open", "a.jpg"));

        assertThat(gateway.get("/open/a.jpg").header("etag")).isEqualTo('"' + stored.hash() + '"');
    }
}
