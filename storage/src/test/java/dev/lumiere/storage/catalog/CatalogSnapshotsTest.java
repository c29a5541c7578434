package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.DelegatingLogDevice;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that comes to a log on which others have worked for long. */
class CatalogSnapshotsTest {
    private static final int LEAST = 20;
    private static final int PARTITIONS = 4;

    /** The last of each partition, when it is brought and when it is opened. */
    private static final int HELD_AGAINST_THE_LOG = 2 * PARTITIONS;

    @TempDir private Path home;
    private final AtomicLong eventsRead = new AtomicLong();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private EventLog log;
    private BlobStore blobs;
    private Catalog catalog;
    private CatalogSnapshots snapshots;

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(new Counting(new RocksLogDevice(home.resolve("log"), PARTITIONS)));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> now);
        catalog = catalog("first", log);
        snapshots = snapshots(log);
        catalog.buckets().create("pictures", "a1", "z0");
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
        blobs.close();
        log.close();
    }

    private Catalog catalog(String name, EventLog of) throws IOException, InterruptedException {
        return Catalog.open(
                home.resolve(name),
                of,
                new CatalogLayout.Whole(snapshots(of)),
                _ -> false,
                () -> now,
                UUID::randomUUID);
    }

    private CatalogSnapshots snapshots(EventLog of) {
        return new CatalogSnapshots(
                of, blobs, home.resolve("on its way"), LEAST, () -> now, UUID::randomUUID);
    }

    /** Counts what a view reads. */
    private final class Counting extends DelegatingLogDevice {
        Counting(LogDevice device) {
            super(device);
        }

        @Override
        public List<Event> read(int partition, long from, Bound bound) throws IOException {
            var events = super.read(partition, from, bound);
            eventsRead.addAndGet(events.size());
            return events;
        }
    }

    private void put(int from, int to) {
        for (var i = from; i < to; i++) {
            catalog.put(
                    CatalogSamples.object("pictures", "é/" + i, i, now)
                            .expiringAt(i % 3 == 0 ? 2_000_000_000 : 0)
                            .with(Map.of("by", "me")),
                    IfExists.REPLACE);
        }
    }

    private List<CatalogObject> objects(Catalog of) {
        return of.list("pictures", "", "", "", 1000).objects();
    }

    /** How many events a node without a view reads until it has all; it has the same. */
    private long eventsReadByNewNode(String name) throws Exception {
        var before = eventsRead.get();
        try (var node = catalog(name, log)) {
            assertThat(node.view().waitFor(log.end(), Duration.ofMinutes(1))).isTrue();
            assertThat(objects(node)).isEqualTo(objects(catalog));
            assertThat(node.buckets().find("pictures"))
                    .isNotNull()
                    .isEqualTo(catalog.buckets().find("pictures"));
            assertThat(node.referredTo(List.of(new BlobId("%064x".formatted(1))))).isNotEmpty();
        }
        assertThat(home.resolve("on its way/catalog")).doesNotExist();
        return eventsRead.get() - before;
    }

    @Test
    void itBeginsWithASnapshotAndReadsOnlyWhatCameAfter() throws Exception {
        put(0, 100);
        assertThat(catalog.leaveSnapshots(snapshots)).isTrue();
        put(90, 110);
        catalog.delete("pictures", "é/0");

        assertThat(eventsReadByNewNode("second")).isEqualTo(21 + HELD_AGAINST_THE_LOG + 1);
    }

    @Test
    void withoutOneItReadsAll() throws Exception {
        put(0, 100);

        assertThat(eventsReadByNewNode("second")).isEqualTo(101);
    }

    @Test
    void aViewThatIsThereIsLeftAsItIs() throws Exception {
        put(0, 30);
        assertThat(eventsReadByNewNode("second")).isEqualTo(31);
        assertThat(catalog.leaveSnapshots(snapshots)).isTrue();
        put(30, 40);

        assertThat(eventsReadByNewNode("second")).isEqualTo(10 + PARTITIONS + 1);
    }

    @Test
    void oneIsTakenWhenEnoughHasCome() throws Exception {
        assertThat(catalog.leaveSnapshots(snapshots)).isFalse();
        put(0, LEAST);
        assertThat(catalog.leaveSnapshots(snapshots)).isTrue();
        assertThat(catalog.leaveSnapshots(snapshots)).isFalse();
        put(0, LEAST);
        assertThat(catalog.leaveSnapshots(snapshots)).isTrue();
    }

    @Test
    void aDamagedOneIsPassedOverForTheOneBefore() throws Exception {
        put(0, 50);
        assertThat(catalog.leaveSnapshots(snapshots)).isTrue();
        var before = blob();
        put(50, 80);
        assertThat(catalog.leaveSnapshots(snapshots)).isTrue();
        var last = blob(before);

        damage(last);
        assertThat(eventsReadByNewNode("second")).isEqualTo(30 + HELD_AGAINST_THE_LOG + 2);

        blobs.delete(last);
        assertThat(eventsReadByNewNode("third")).isEqualTo(30 + HELD_AGAINST_THE_LOG + 2);

        damage(before);
        assertThat(eventsReadByNewNode("fourth")).isEqualTo(83);

        cut(before);
        assertThat(eventsReadByNewNode("fifth")).isEqualTo(83);
    }

    private BlobId blob(BlobId... others) throws IOException {
        return blobs.list(null, 10).stream()
                .map(BlobStore.Kept::id)
                .filter(id -> !List.of(others).contains(id))
                .findFirst()
                .orElseThrow();
    }

    private Path file(BlobId blob) throws IOException {
        try (var all = Files.walk(home.resolve("blobs"))) {
            return all.filter(file -> file.getFileName().toString().equals(blob.text()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** In the middle, where only its hash tells. */
    private void damage(BlobId blob) throws IOException {
        try (var file = new RandomAccessFile(file(blob).toFile(), "rw")) {
            file.seek(file.length() / 2);
            var octet = file.read();
            file.seek(file.length() / 2);
            file.write(~octet);
        }
    }

    private void cut(BlobId blob) throws IOException {
        try (var file = new RandomAccessFile(file(blob).toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
    }

    @Test
    void theLastTwoAreNotSwept() throws Exception {
        put(0, LEAST);
        assertThat(catalog.leaveSnapshots(snapshots)).isTrue();
        var first = blob();
        put(0, LEAST);
        assertThat(catalog.leaveSnapshots(snapshots)).isTrue();
        var second = blob(first);
        assertThat(snapshots.contents()).contains(first);

        put(0, LEAST);
        assertThat(catalog.leaveSnapshots(snapshots)).isTrue();
        var third = blob(first, second);

        assertThat(snapshots.contents()).doesNotContain(first);
        assertThat(snapshots.contents()).contains(second);
        assertThat(snapshots.contents()).contains(third);
        now = now.plus(Duration.ofDays(31));
        assertThat(snapshots.contents()).doesNotContain(third);
    }

    @Test
    void aNodeThatDoesNotDecideTakesNone() throws Exception {
        put(0, LEAST);
        try (var otherLog = new FollowingLogDevice(log).open()) {
            assertThat(otherLog.catchUp(Duration.ofSeconds(1))).isTrue();
            try (var other = catalog("other", otherLog)) {
                assertThat(other.view().waitFor(log.end(), Duration.ofMinutes(1))).isTrue();
                assertThat(other.leaveSnapshots(snapshots(otherLog))).isFalse();
            }
        }
    }
}
