package dev.lumiere.storage.blob.care;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlobStoreContract;
import dev.lumiere.storage.blob.BlobWriter;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ScrubTest {
    private static final int SIZE = 100_000;

    @TempDir Path directory;
    private BlobStore store;
    private Instant now = Instant.EPOCH;
    private final List<Scrub.Finding> findings = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        store = new DirectoryBlobStore(directory, () -> now);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private BlobId put(int seed) throws IOException {
        try (var writer = store.begin()) {
            writer.write(ByteBuffer.wrap(BlobStoreContract.random(SIZE, seed)));
            return writer.finish().id();
        }
    }

    private Path file(BlobId id) {
        return directory.resolve("blobs").resolve(id.text().substring(0, 3)).resolve(id.text());
    }

    private Scrub scrub(long bytesPerSecond) {
        return new Scrub(store, bytesPerSecond, () -> now, time -> now = now.plus(time));
    }

    @Test
    void whatIsDamagedIsFound() throws IOException {
        put(1);
        var cut = put(2);
        var changed = put(3);
        Files.write(file(cut), new byte[0]);
        Files.write(file(changed), new byte[SIZE]);

        assertThat(scrub(1 << 20).pass(findings::add)).isEqualTo(new Scrub.Pass(3, 2L * SIZE, 2));
        assertThat(findings)
                .containsExactlyInAnyOrder(
                        new Scrub.Finding(cut, 0, "not what was written"),
                        new Scrub.Finding(changed, SIZE, "not what was written"));
    }

    @Test
    void itReadsNoFasterThanItMay() throws IOException {
        for (var seed = 0; seed < 20; seed++) {
            put(seed);
        }
        scrub(SIZE).pass(findings::add);

        assertThat(Duration.between(Instant.EPOCH, now))
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
        assertThat(findings).isEmpty();
    }

    @Test
    void itIsSlowInsideOfALargeContentToo() throws IOException {
        put(1);
        var pauses = new ArrayList<Duration>();
        new Scrub(
                        store,
                        SIZE,
                        () -> now,
                        time -> {
                            now = now.plus(time);
                            pauses.add(time);
                        })
                .pass(findings::add);

        assertThat(pauses).hasSizeGreaterThan(1).allMatch(time -> time.toMillis() < 700);
    }

    @Test
    void whatIsDeletedMeanwhileIsNoFinding() throws IOException {
        var ids = List.of(put(1), put(2), put(3));
        new Scrub(
                        store,
                        1,
                        () -> now,
                        time -> {
                            now = now.plus(time);
                            ids.forEach(id -> {
                                try {
                                    store.delete(id);
                                } catch (IOException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
                        })
                .pass(findings::add);
        assertThat(findings).isEmpty();
    }

    @Test
    void whoInterruptsItEndsIt() throws IOException {
        put(1);
        var scrub =
                new Scrub(
                        store,
                        1,
                        () -> now,
                        _ -> {
                            throw new InterruptedException();
                        });
        assertThatExceptionOfType(InterruptedIOException.class)
                .isThrownBy(() -> scrub.pass(findings::add));
        assertThat(Thread.interrupted()).isTrue();
    }

    /** A store some of whose contents cannot be read. */
    private record Failing(BlobStore store, Set<BlobId> unreadable) implements BlobStore {
        @Override
        public boolean verify(BlobId id, Pace pace) throws IOException {
            if (unreadable.contains(id)) {
                throw new IOException("Input/output error");
            }
            return store.verify(id, pace);
        }

        @Override
        public List<Kept> list(@Nullable BlobId after, int max) throws IOException {
            return store.list(after, max);
        }

        @Override
        public BlobWriter begin() {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable OpenFile open(BlobId id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean has(BlobId id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean renew(BlobId id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(BlobId id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean deleteIfOlder(BlobId id, Instant than) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    @Test
    void whatCannotBeReadIsFound() throws IOException {
        var id = put(1);
        put(2);
        var scrub = new Scrub(new Failing(store, Set.of(id)), 1 << 30, () -> now, _ -> {});

        assertThat(scrub.pass(findings::add).findings()).isEqualTo(1);
        assertThat(findings)
                .containsExactly(new Scrub.Finding(id, SIZE, "cannot be read: Input/output error"));
    }

    @Test
    void whereNothingCanBeReadTheStoreFails() throws IOException {
        var ids = new HashSet<BlobId>();
        for (var seed = 0; seed < 12; seed++) {
            ids.add(put(seed));
        }
        var scrub = new Scrub(new Failing(store, ids), 1 << 30, () -> now, _ -> {});

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> scrub.pass(findings::add))
                .withMessage("Input/output error");
        assertThat(findings).hasSize(9);
    }
}
