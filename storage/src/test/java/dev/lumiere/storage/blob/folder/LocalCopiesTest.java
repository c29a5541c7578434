package dev.lumiere.storage.blob.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.lumiere.storage.blob.BlobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LocalCopiesTest {
    private static final int SIZE = 100;

    @TempDir Path home;
    private final List<BlobId> fetched = new ArrayList<>();

    private static BlobId id(int number) {
        return new BlobId("%064x".formatted(number));
    }

    private LocalCopies copies(long maxBytes) throws IOException {
        return new LocalCopies(
                home.resolve("copies"),
                maxBytes,
                (id, to) -> {
                    fetched.add(id);
                    Files.write(to, new byte[SIZE]);
                    return true;
                });
    }

    private static void open(LocalCopies copies, int number) throws IOException {
        try (var file = Objects.requireNonNull(copies.open(id(number)))) {
            assertThat(file.size()).isEqualTo(SIZE);
        }
    }

    private long files() throws IOException {
        try (var all = Files.list(home.resolve("copies"))) {
            return all.count();
        }
    }

    @Test
    void whatWasNotOpenedForLongestGoesFirst() throws IOException {
        var copies = copies(3 * SIZE);
        for (var number : new int[] {1, 2, 3, 1, 4, 1, 3, 2}) {
            open(copies, number);
        }
        assertThat(fetched).containsExactly(id(1), id(2), id(3), id(4), id(2));
        assertThat(files()).isEqualTo(3);
    }

    @Test
    void theLastStaysHoweverLarge() throws IOException {
        var copies = copies(0);
        open(copies, 1);
        open(copies, 1);
        open(copies, 2);
        assertThat(fetched).containsExactly(id(1), id(2));
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void whatIsOpenStaysReadableWhenItGoes() throws IOException {
        var copies = copies(0);
        try (var file = Objects.requireNonNull(copies.open(id(1)))) {
            open(copies, 2);
            assertThat(file.channel().size()).isEqualTo(SIZE);
        }
    }

    @Test
    void whatSomebodyElseRemovedIsFetchedAgain() throws IOException {
        var copies = copies(1000);
        open(copies, 1);
        Files.delete(home.resolve("copies").resolve(id(1).text()));
        open(copies, 1);
        assertThat(fetched).hasSize(2);
    }

    @Test
    void whatWasLeftIsRemovedAtTheStart() throws IOException {
        open(copies(1000), 1);
        var _ = copies(1000);
        assertThat(files()).isZero();
    }

    @Test
    void manyWhoOpenTheSameFetchItOnce() throws Exception {
        var fetches = new AtomicInteger();
        var go = new CountDownLatch(1);
        var copies =
                new LocalCopies(
                        home.resolve("copies"),
                        1000,
                        (_, to) -> {
                            fetches.incrementAndGet();
                            hold(go);
                            Files.write(to, new byte[SIZE]);
                            return true;
                        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var opened = new ArrayList<Future<Long>>();
            for (var i = 0; i < 20; i++) {
                opened.add(
                        threads.submit(() -> {
                            try (var file = Objects.requireNonNull(copies.open(id(1)))) {
                                return file.size();
                            }
                        }));
            }
            await().until(() -> fetches.get() == 1);
            go.countDown();
            for (var size : opened) {
                assertThat(size.get()).isEqualTo(SIZE);
            }
        }
        assertThat(fetches).hasValue(1);
    }

    private static void hold(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void whoWaitedForAFetchThatFailedTriesItself() throws Exception {
        var fetches = new AtomicInteger();
        var go = new CountDownLatch(1);
        var copies =
                new LocalCopies(
                        home.resolve("copies"),
                        1000,
                        (_, to) -> {
                            if (fetches.incrementAndGet() == 1) {
                                hold(go);
                                throw new IOException("the first fails");
                            }
                            Files.write(to, new byte[SIZE]);
                            return true;
                        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> copies.open(id(1)));
            await().until(() -> fetches.get() == 1);
            var second =
                    threads.submit(() -> {
                        try (var file = Objects.requireNonNull(copies.open(id(1)))) {
                            return file.size();
                        }
                    });
            go.countDown();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(first::get)
                    .withMessageContaining("the first fails");
            assertThat(second.get()).isEqualTo(SIZE);
        }
    }

    @Test
    void whatFailsLeavesNothing() throws IOException {
        var copies =
                new LocalCopies(
                        home.resolve("copies"),
                        1000,
                        (_, to) -> {
                            Files.write(to, new byte[10]);
                            throw new IOException("broken");
                        });
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> copies.open(id(1)))
                .withMessage("broken");
        assertThat(files()).isZero();
    }
}
