package dev.lumiere.gateway;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.account.SecretSeal;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.bucket.BucketCatalog;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.sign.KeyRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** A gateway over buckets of a real catalog; what it makes of objects is as {@link TestGateway}. */
final class StoringGateway implements AutoCloseable {
    private final EventLog log;
    private final DirectoryBlobStore blobs;
    private final Catalog catalog;
    private final TestGateway gateway;

    StoringGateway(Path home, KeyRing keys) throws IOException, InterruptedException {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> Instant.EPOCH);
        catalog =
                Catalog.open(
                        home.resolve("views"),
                        log,
                        _ -> false,
                        () -> Instant.EPOCH,
                        UUID::randomUUID);
        catalog.buckets().urlKeys().sealedBy(SecretSeal.in(home, new SecureRandom()));
        var buckets = new Buckets(StorageConfig.of(Map.of()), catalog, blobs, () -> Instant.EPOCH);
        gateway = new TestGateway(home, buckets, keys, null, Map.of());
    }

    Catalog catalog() {
        return catalog;
    }

    BucketCatalog buckets() {
        return catalog.buckets();
    }

    /** Puts objects of a bucket; their own text is their name. */
    void put(String bucket, String... keys) throws IOException {
        for (var key : keys) {
            try (var writer = blobs.begin()) {
                writer.write(ByteBuffer.wrap((bucket + key).getBytes(StandardCharsets.UTF_8)));
                var blob = writer.finish();
                catalog.put(
                        CatalogObject.of(
                                bucket,
                                key,
                                blob,
                                key.endsWith("l") ? "text/html" : "image/jpeg",
                                Instant.EPOCH),
                        IfExists.REFUSE);
            }
        }
    }

    Caller.Answer get(String target, String... headers) throws IOException {
        return gateway.get(target, headers);
    }

    Caller.Answer ask(String method, String target, String... headers) throws IOException {
        return gateway.ask(method, target, headers);
    }

    boolean isAtHand(String target, String header, String value) {
        return gateway.isAtHand(target, header, value);
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        catalog.close();
        blobs.close();
        log.close();
    }
}
