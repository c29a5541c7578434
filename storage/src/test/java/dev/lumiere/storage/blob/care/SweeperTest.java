package dev.lumiere.storage.blob.care;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlobStoreContract;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SweeperTest {
    private static final byte[] CONTENT = BlobStoreContract.random(100, 1);

    @TempDir Path home;
    private BlobStore store;
    private EventLog log;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long ids;

    @BeforeEach
    void open() throws IOException {
        store = new DirectoryBlobStore(home.resolve("blobs"), () -> now);
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        log.close();
    }

    private BlobId put(byte[] bytes) throws IOException {
        try (var writer = store.begin()) {
            writer.write(ByteBuffer.wrap(bytes));
            return writer.finish().id();
        }
    }

    private Sweeper sweeper(Set<BlobId> referredTo) {
        return sweeper(referredTo, (_, _) -> true);
    }

    private Sweeper sweeper(Set<BlobId> referredTo, Sweeper.CatchUp catchUp) {
        return new Sweeper(
                store,
                log,
                blobs -> blobs.stream().filter(referredTo::contains).collect(toSet()),
                catchUp,
                Duration.ofHours(24),
                () -> now,
                () -> new UUID(0, ++ids));
    }

    private List<SweepAnnounced> announced() throws IOException {
        var events = log.readStream(Sweeper.STREAM, 1, 100);
        return events.stream().map(event -> SweepAnnounced.TYPES.event(event.data())).toList();
    }

    @Test
    void whatIsOldAndNobodysGoes() throws Exception {
        var kept = put(BlobStoreContract.random(10, 2));
        var gone = put(CONTENT);
        var before = now;
        now = now.plus(Duration.ofHours(25));
        var young = put(BlobStoreContract.random(10, 3));

        assertThat(sweeper(Set.of(kept)).pass()).isEqualTo(1);
        assertThat(store.has(kept)).isTrue();
        assertThat(store.has(young)).isTrue();
        assertThat(store.has(gone)).isFalse();
        assertThat(announced())
                .containsExactly(
                        new SweepAnnounced(
                                List.of(gone), before.plus(Duration.ofHours(1)).getEpochSecond()));
    }

    @Test
    void nothingIsAnnouncedWhenThereIsNothingToDelete() throws Exception {
        var id = put(CONTENT);
        assertThat(sweeper(Set.of()).pass()).isZero();
        now = now.plus(Duration.ofHours(25));
        assertThat(sweeper(Set.of(id)).pass()).isZero();
        assertThat(announced()).isEmpty();
    }

    @Test
    void aCatalogThatIsBehindStopsIt() throws Exception {
        var id = put(CONTENT);
        now = now.plus(Duration.ofHours(25));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> sweeper(Set.of(), (_, _) -> false).pass())
                .withMessageContaining("too far behind");
        assertThat(store.has(id)).isTrue();
    }

    @Test
    void aLogThatIsClosedStopsIt() throws Exception {
        var id = put(CONTENT);
        now = now.plus(Duration.ofHours(25));
        log.close();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> sweeper(Set.of()).pass())
                .withMessageContaining("cannot be announced");
        assertThat(store.has(id)).isTrue();
    }

    @Test
    void thereIsALeastGrace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Sweeper(
                                store,
                                log,
                                Set::copyOf,
                                (_, _) -> true,
                                Duration.ofMinutes(59),
                                () -> now,
                                UUID::randomUUID))
                .withMessageContaining("PT59M");
    }

    /** Does something that may fail. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /** All orders of several lists of steps, each of which keeps its own. */
    private static List<List<Integer>> orders(int... lengths) {
        var total = IntStream.of(lengths).sum();
        var orders = new ArrayList<List<Integer>>();
        extend(new ArrayList<>(), lengths.clone(), total, orders);
        return orders;
    }

    private static void extend(
            List<Integer> order, int[] left, int total, List<List<Integer>> orders) {
        if (order.size() == total) {
            orders.add(List.copyOf(order));
            return;
        }
        for (var actor = 0; actor < left.length; actor++) {
            if (left[actor] > 0) {
                left[actor]--;
                order.addLast(actor);
                extend(order, left, total, orders);
                order.removeLast();
                left[actor]++;
            }
        }
    }

    private static void run(List<Integer> order, List<List<Step>> actors) throws Exception {
        var next = new int[actors.size()];
        for (var actor : order) {
            actors.get(actor).get(next[actor]++).run();
        }
    }

    private List<Step> steps(Sweeper sweeper) throws IOException {
        var sweep = sweeper.new Sweep(store.list(null, 10));
        return List.of(sweep::look, sweep::announce, sweep::lookAgain, sweep::delete);
    }

    /** The one who uploads equal bytes finds the content, or writes it, and appends its event. */
    @Test
    void inNoOrderAnUploadOfEqualBytesIsLost() throws Exception {
        var orders = orders(4, 2, 1);
        assertThat(orders).hasSize(105);
        for (var order : orders) {
            var id = put(CONTENT);
            now = now.plus(Duration.ofHours(25));
            var appended = new HashSet<BlobId>();
            var known = new HashSet<BlobId>();
            var sweeper =
                    sweeper(
                            known,
                            (_, _) -> {
                                known.addAll(appended);
                                return true;
                            });

            run(
                    order,
                    List.of(
                            steps(sweeper),
                            List.of(() -> put(CONTENT), () -> appended.add(id)),
                            List.of(() -> known.addAll(appended))));

            assertThat(store.verify(id)).as("order %s", order).isTrue();
        }
    }

    /**
     * An object moves from one partition of the catalog to another, and the partitions are not
     * equally far.
     */
    @Test
    void inNoOrderAMovedObjectIsLost() throws Exception {
        var orders = orders(4, 2, 1, 1);
        assertThat(orders).hasSize(840);
        var id = put(CONTENT);
        now = now.plus(Duration.ofHours(25));
        for (var order : orders) {
            var isLinked = new boolean[] {true, false};
            var isKnown = new boolean[] {true, false};
            var sweeper =
                    new Sweeper(
                            store,
                            log,
                            blobs -> isKnown[0] || isKnown[1] ? Set.copyOf(blobs) : Set.of(),
                            (_, _) -> {
                                isKnown[0] = isLinked[0];
                                isKnown[1] = isLinked[1];
                                return true;
                            },
                            Duration.ofHours(24),
                            () -> now,
                            () -> new UUID(0, ++ids));

            run(
                    order,
                    List.of(
                            steps(sweeper),
                            List.of(() -> isLinked[1] = true, () -> isLinked[0] = false),
                            List.of(() -> isKnown[0] = isLinked[0]),
                            List.of(() -> isKnown[1] = isLinked[1])));

            assertThat(store.has(id)).as("order %s", order).isTrue();
        }
    }
}
