package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.DelegatingLogDevice;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.rule.StorageClass;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the log takes no changes for a while. */
class CatalogUpkeepTest {
    private static final List<String> KEYS = IntStream.range(0, 40).mapToObj(i -> "k" + i).toList();

    @TempDir private Path folder;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Device device;
    private EventLog log;
    private Catalog catalog;
    private CatalogUpkeep upkeep;

    private static final class Device extends DelegatingLogDevice {
        private volatile boolean isFull;

        Device(LogDevice device) {
            super(device);
        }

        @Override
        public @Nullable String full() {
            return isFull ? "the disk is full" : null;
        }
    }

    @BeforeEach
    void open() throws Exception {
        device = new Device(new RocksLogDevice(folder.resolve("log"), 4));
        log = EventLog.open(device);
        catalog =
                Catalog.open(folder.resolve("views"), log, _ -> false, () -> now, UUID::randomUUID);
        upkeep = new CatalogUpkeep(catalog, () -> now);
        catalog.buckets().create("pictures", "a1", "z0");
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
        log.close();
    }

    @Test
    void ofEachPartitionOneIsTriedAndAllAreDoneLater() {
        var due = now.plusSeconds(60).getEpochSecond();
        put("", Map.of());
        put("expiring/", Map.of());
        KEYS.forEach(key -> catalog.change("pictures", "expiring/" + key, o -> o.expiringAt(due)));
        put("cold/", Map.of(StorageClass.ARCHIVE, due));
        now = now.plusSeconds(61);

        assertOneIsTriedInEach(upkeep::deleteExpired);
        assertOneIsTriedInEach(upkeep::changeClasses);

        assertThat(KEYS).allMatch(key -> catalog.find("pictures", "expiring/" + key) == null);
        assertThat(KEYS).allMatch(key -> storageClass("cold/" + key) == StorageClass.ARCHIVE);
        assertThat(KEYS).allMatch(key -> storageClass(key) == StorageClass.STANDARD);
    }

    private void put(String folderName, Map<StorageClass, Long> transitions) {
        for (var key : KEYS) {
            var object = CatalogSamples.object("pictures", folderName + key, 1, now);
            catalog.put(object.transitioning(transitions), IfExists.REPLACE);
        }
    }

    private @Nullable StorageClass storageClass(String key) {
        var found = catalog.find("pictures", key);
        return found == null ? null : StorageClass.of(found.storageClass());
    }

    private void assertOneIsTriedInEach(IntConsumer work) {
        var tried = new ArrayList<Integer>();
        catalog.watchedBy((bucket, key) -> tried.add(partition(bucket, key)));
        device.isFull = true;
        work.accept(KEYS.size());
        assertThat(tried).containsExactlyInAnyOrder(0, 1, 2, 3);

        device.isFull = false;
        tried.clear();
        work.accept(KEYS.size());
        assertThat(tried).hasSameSizeAs(KEYS);
    }

    private int partition(String bucket, String key) {
        return catalog.partition(new ObjectName(bucket, key));
    }
}
