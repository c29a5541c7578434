package dev.lumiere.storage.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.file.OpenFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link BlobStore} does. */
@Timeout(60)
public abstract class BlobStoreContract {
    private static final int BLOCK = 4 << 20;
    private static final BlobId NOWHERE = new BlobId("7".repeat(64));

    private BlobStore store;

    /** One with nothing in it. */
    protected abstract BlobStore opened() throws Exception;

    /** Changes what is kept of a blob, behind the store's back. */
    protected abstract void overwrite(BlobId id, byte[] bytes) throws Exception;

    /** How many things are kept, contents and any others. */
    protected abstract int kept() throws Exception;

    /** Lets what was written age; a time between that and now. */
    protected abstract Instant soon() throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = opened();
    }

    @AfterEach
    void close() {
        store.close();
    }

    protected BlobStore store() {
        return store;
    }

    public static byte[] random(int size, long seed) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    protected Blob put(byte[] bytes) throws IOException {
        try (var writer = store.begin()) {
            writer.write(ByteBuffer.wrap(bytes));
            return writer.finish();
        }
    }

    protected Blob put(String text) throws IOException {
        return put(text.getBytes(UTF_8));
    }

    protected byte[] get(BlobId id) throws IOException {
        try (var file = Objects.requireNonNull(store.open(id))) {
            return read(file);
        }
    }

    private static byte[] read(OpenFile file) throws IOException {
        var bytes = ByteBuffer.allocate((int) file.size());
        var channel = file.channel();
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // more
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** As the text says, and in no way as the code does. */
    private static String formula(byte[] bytes) throws Exception {
        var hashes = new ByteArrayOutputStream();
        for (var at = 0; at < bytes.length; at += BLOCK) {
            hashes.write(
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    Arrays.copyOfRange(
                                            bytes, at, Math.min(bytes.length, at + BLOCK))));
        }
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(hashes.toByteArray()));
    }

    /** Of each block its SHA-256 and its SHA-1. */
    private static String hashes(byte[] bytes) throws Exception {
        var hashes = new ByteArrayOutputStream();
        for (var at = 0; at < bytes.length; at += BLOCK) {
            var block = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + BLOCK));
            hashes.write(MessageDigest.getInstance("SHA-256").digest(block));
            hashes.write(MessageDigest.getInstance("SHA-1").digest(block));
        }
        return Base64.getUrlEncoder().encodeToString(hashes.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, 65_535, 65_536, 65_537, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 17 << 20})
    void aContentIsToldByItsHashes(int size) throws Exception {
        var bytes = random(size, size);
        var crc32 = new CRC32();
        crc32.update(bytes);

        var blob = put(bytes);

        assertThat(blob)
                .isEqualTo(
                        new Blob(
                                new BlobId(formula(bytes)),
                                size,
                                QETag.of(bytes),
                                crc32.getValue(),
                                HexFormat.of()
                                        .formatHex(MessageDigest.getInstance("MD5").digest(bytes)),
                                new BlockHashes(hashes(bytes))));
        assertThat(get(blob.id())).isEqualTo(bytes);
        assertThat(store.has(blob.id())).isTrue();
        assertThat(store.verify(blob.id())).isTrue();
    }

    @Test
    void howItIsCutDoesNotMatter() throws Exception {
        var bytes = random(BLOCK + 100_000, 1);
        var random = new Random(2);
        Blob blob;
        try (var writer = store.begin()) {
            for (var at = 0; at < bytes.length; ) {
                var portion = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
                var taken = ByteBuffer.wrap(bytes, at, portion);
                writer.write(random.nextBoolean() ? taken : direct(taken));
                writer.write(ByteBuffer.allocate(0));
                at += portion;
                assertThat(writer.size()).isEqualTo(at);
            }
            blob = writer.finish();
        }
        assertThat(blob.id().text()).isEqualTo(formula(bytes));
        assertThat(get(blob.id())).isEqualTo(bytes);
    }

    @Test
    void whatIsJoinedIsAsIfItWereWritten() throws Exception {
        var bytes = random(3 * BLOCK + 77, 5);
        var pieces = new ArrayList<Blob>();
        for (var at : new int[] {0, 2 * BLOCK}) {
            pieces.add(put(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 2 * BLOCK))));
        }
        var whole =
                Blob.joined(
                        BlockHashes.joined(pieces.stream().map(Blob::blocks).toList()),
                        bytes.length);
        var ids = pieces.stream().map(Blob::id).toList();
        assertThat(whole.id().text()).isEqualTo(formula(bytes));
        assertThat(whole.qetag()).isEqualTo(QETag.of(bytes));

        assertThat(store.join(whole, List.of(ids.getFirst(), NOWHERE))).isFalse();
        assertThat(store.has(whole.id())).isFalse();
        assertThat(store.join(whole, ids)).isTrue();
        assertThat(get(whole.id())).isEqualTo(bytes);
        assertThat(store.verify(whole.id())).isTrue();
        assertThat(store.join(whole, ids)).as("once more").isTrue();
        var kept = kept();
        var _ = put(bytes);
        assertThat(kept() - kept).isBetween(0, 1);
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
    }

    @Test
    void equalContentsAreKeptOnce() throws Exception {
        assertThat(put("same")).isEqualTo(put("same"));
        assertThat(kept()).isEqualTo(1);

        assertThat(put("other")).isNotEqualTo(put("same"));
        assertThat(kept()).isEqualTo(2);
    }

    @Test
    void manyMayWriteTheSameAtOnce() throws Exception {
        var writers = 16;
        var bytes = random(100_000, 3);
        var start = new CountDownLatch(writers);
        var blobs =
                atOnce(
                        writers,
                        () -> {
                            try (var writer = store.begin()) {
                                writer.write(ByteBuffer.wrap(bytes));
                                start.countDown();
                                start.await();
                                var blob = writer.finish();
                                assertThat(get(blob.id())).isEqualTo(bytes);
                                return blob;
                            }
                        });
        assertThat(blobs).hasSize(writers).containsOnly(put(bytes));
        assertThat(kept()).isEqualTo(1);
    }

    protected static <T> List<T> atOnce(int times, Callable<T> task) throws Exception {
        var done = new ArrayList<T>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Future<T>>();
            for (var i = 0; i < times; i++) {
                results.add(threads.submit(task));
            }
            for (var result : results) {
                done.add(result.get());
            }
        }
        return done;
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1 << 20})
    void whatIsAbandonedLeavesNothing(int size) throws Exception {
        try (var writer = store.begin()) {
            writer.write(ByteBuffer.wrap(random(size, 4)));
            assertThat(store.list(null, 10)).isEmpty();
        }
        assertThat(store.list(null, 10)).isEmpty();
        assertThat(kept()).isZero();
    }

    @Test
    void aWriterEndsOnce() throws Exception {
        var writer = store.begin();
        writer.write(ByteBuffer.wrap(random(10, 5)));
        writer.finish();

        assertThatExceptionOfType(IOException.class).isThrownBy(writer::finish);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> writer.write(ByteBuffer.allocate(1)));
        writer.close();
        writer.close();
    }

    @Test
    void whatIsNotThereIsNotThere() throws Exception {
        assertThat(store.open(NOWHERE)).isNull();
        assertThat(store.has(NOWHERE)).isFalse();
        assertThat(store.renew(NOWHERE)).isFalse();
        assertThat(store.deleteIfOlder(NOWHERE, Instant.now())).isFalse();
        store.delete(NOWHERE);
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> store.verify(NOWHERE));
    }

    @Test
    void whatIsDeletedStaysReadableForWhoHasItOpen() throws Exception {
        var bytes = random(300_000, 6);
        var id = put(bytes).id();
        try (var file = Objects.requireNonNull(store.open(id))) {
            store.delete(id);

            assertThat(store.has(id)).isFalse();
            assertThat(store.open(id)).isNull();
            assertThat(read(file)).isEqualTo(bytes);
        }
        assertThat(put(bytes).id()).isEqualTo(id);
        assertThat(get(id)).isEqualTo(bytes);
    }

    @Test
    void onlyWhatIsOldIsDeletedForItsAge() throws Exception {
        var id = put("old").id();
        var written = store.list(null, 1).getFirst().written();

        assertThat(store.deleteIfOlder(id, written)).isFalse();
        assertThat(store.has(id)).isTrue();
        assertThat(store.deleteIfOlder(id, soon())).isTrue();
        assertThat(store.has(id)).isFalse();
    }

    @Test
    void whatIsRenewedOrWrittenAgainIsYoung() throws Exception {
        var id = put("content").id();
        var then = soon();
        var written = store.list(null, 1).getFirst().written();

        assertThat(store.renew(id)).isTrue();
        assertThat(store.list(null, 1).getFirst().written()).isAfter(written);
        assertThat(store.deleteIfOlder(id, then)).isFalse();

        var later = soon();
        put("content");
        assertThat(store.deleteIfOlder(id, later)).isFalse();
        assertThat(get(id)).isEqualTo("content".getBytes(UTF_8));
    }

    /** Whoever was told that it is kept finds it, as long as it is young. */
    @Test
    void writingAndSweepingAtOnceLosesNothing() throws Exception {
        var bytes = random(2_000, 7);
        var id = put(bytes).id();
        for (var round = 0; round < 5; round++) {
            var than = soon();
            var start = new CountDownLatch(3);
            List<Callable<Boolean>> tasks =
                    List.of(
                            () -> store.deleteIfOlder(id, than),
                            () -> store.renew(id),
                            () -> put(bytes).id().equals(id));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var outcomes = new ArrayList<Future<Boolean>>();
                for (var task : tasks) {
                    outcomes.add(
                            threads.submit(() -> {
                                start.countDown();
                                start.await();
                                return task.call();
                            }));
                }
                assertThat(outcomes.getLast().get()).isTrue();
                for (var outcome : outcomes) {
                    outcome.get();
                }
            }
            assertThat(store.has(id)).isTrue();
            assertThat(get(id)).isEqualTo(bytes);
        }
    }

    @Test
    void theListIsInOrderAndInPages() throws Exception {
        var ids = new ArrayList<BlobId>();
        for (var i = 0; i < 25; i++) {
            ids.add(put("content " + i).id());
        }
        ids.sort(Comparator.comparing(BlobId::text));

        var listed = new ArrayList<BlobId>();
        for (var page = store.list(null, 7);
                !page.isEmpty();
                page = store.list(listed.getLast(), 7)) {
            assertThat(page).hasSizeLessThanOrEqualTo(7);
            page.forEach(kept -> listed.add(kept.id()));
        }
        assertThat(listed).isEqualTo(ids);
        assertThat(store.list(null, 25)).hasSize(25);
        assertThat(store.list(ids.get(3), 1).getFirst().id()).isEqualTo(ids.get(4));
        assertThat(store.list(null, 1).getFirst().size()).isBetween(9L, 10L);
        assertThat(store.list(new BlobId("f".repeat(64)), 1)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> store.list(null, 0));
    }

    @Test
    void damageIsFound() throws Exception {
        var bytes = random(BLOCK + 5, 8);
        var blob = put(bytes);
        var flipped = bytes.clone();
        flipped[BLOCK + 1] ^= 1;

        overwrite(blob.id(), flipped);
        assertThat(store.verify(blob.id())).isFalse();
        overwrite(blob.id(), Arrays.copyOf(bytes, BLOCK));
        assertThat(store.verify(blob.id())).isFalse();
        overwrite(blob.id(), new byte[0]);
        assertThat(store.verify(blob.id())).isFalse();

        assertThat(put(bytes)).isEqualTo(blob); // what was cut is written anew
        assertThat(store.verify(blob.id())).isTrue();
        assertThat(get(blob.id())).isEqualTo(bytes);
    }

    @Test
    void whoReadsItAllMayBeSlow() throws Exception {
        var id = put(random(1 << 20, 9)).id();
        var read = new long[1];

        assertThat(store.verify(id, n -> read[0] += n)).isTrue();
        assertThat(read[0]).isEqualTo(1 << 20);
        assertThatThrownBy(() ->
                        store.verify(
                                id,
                                _ -> {
                                    throw new IOException("enough");
                                }))
                .hasMessageContaining("enough");
    }

    @Test
    void whoClosedTheStoreWritesNoMore() throws Exception {
        try (var writer = store.begin()) {
            writer.write(ByteBuffer.wrap(new byte[10]));
            store.close();
            assertThatExceptionOfType(IOException.class).isThrownBy(writer::finish);
        }
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.begin());
        store.close();
    }
}
