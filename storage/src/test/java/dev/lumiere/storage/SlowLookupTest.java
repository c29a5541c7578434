package dev.lumiere.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlockHashes;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogLayout;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.catalog.CatalogPartition;
import dev.lumiere.storage.catalog.Listing;
import dev.lumiere.storage.catalog.Usage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that another node has are looked up; for one of them that takes its time. */
class SlowLookupTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SLOW = "slow";
    private static final int OTHERS = 100;

    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final AtomicInteger slowlyAsked = new AtomicInteger();

    /** The other node's catalog. */
    private record Peer(Catalog catalog, CountDownLatch mayAnswer, AtomicInteger slowlyAsked)
            implements CatalogPartition {
        @Override
        public @Nullable CatalogObject find(String bucket, String key) throws InterruptedException {
            if (key.equals(SLOW)) {
                slowlyAsked.incrementAndGet();
                mayAnswer.await();
            }
            return catalog.find(bucket, key);
        }

        @Override
        public Catalog.Page page(Listing listing, String marker) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<BlobId> referredTo(Collection<BlobId> blobs) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Usage usage(String bucket) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void itHoldsUpNoOtherAndIsMadeOnce(@TempDir Path home) throws Exception {
        try (var log = EventLog.open(new RocksLogDevice(home.resolve("log"), 4));
                var otherLog = new FollowingLogDevice(log).open();
                var catalog =
                        Catalog.open(
                                home.resolve("one"), log, _ -> false, () -> NOW, UUID::randomUUID);
                var other =
                        Catalog.open(
                                home.resolve("other"),
                                otherLog,
                                new CatalogLayout.Partitioned(
                                        1,
                                        (_, _, _) -> new Peer(catalog, mayAnswer, slowlyAsked),
                                        (_, _) -> {}),
                                _ -> false,
                                () -> NOW,
                                UUID::randomUUID);
                var blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> NOW);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            catalog.buckets().create("pictures", "a1", "z0");
            put(catalog, SLOW);
            IntStream.range(0, OTHERS).forEach(i -> put(catalog, "k" + i));
            assertThat(other.bucket("pictures")).isNotNull();
            var buckets = new Buckets(StorageConfig.of(Map.of()), other, blobs, () -> NOW);

            var slow =
                    IntStream.range(0, 5)
                            .mapToObj(_ -> threads.submit(() -> buckets.find("pictures", SLOW)))
                            .toList();
            await().until(() -> slowlyAsked.get() == 1);
            var others =
                    IntStream.range(0, OTHERS)
                            .mapToObj(i -> threads.submit(() -> buckets.find("pictures", "k" + i)))
                            .toList();
            try {
                await().until(() -> others.stream().allMatch(Future::isDone));
            } finally {
                mayAnswer.countDown();
            }
            for (var each : slow) {
                assertThat(each.get()).isInstanceOf(Lookup.Found.class);
            }
            for (var each : others) {
                assertThat(each.get()).isInstanceOf(Lookup.Found.class);
            }
            assertThat(slowlyAsked).hasValue(1);
        }
    }

    private static void put(Catalog catalog, String key) {
        var id = new BlobId("%064x".formatted(1));
        var blob = new Blob(id, 1, "hash", 0, "md5", new BlockHashes(""));
        catalog.put(CatalogObject.of("pictures", key, blob, "image/jpeg", NOW), IfExists.REPLACE);
    }
}
