package dev.lumiere.rendition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskCacheTest {
    private static final int SMALL = 6_000;
    private static final int BIG = (1 << 20) + 1;
    private static final long PLENTY = 64L << 20;

    @TempDir Path folder;
    private DiskCache cache;

    @BeforeEach
    void open() throws InterruptedException {
        cache = open(PLENTY);
    }

    @AfterEach
    void close() {
        cache.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, SMALL, 1 << 20, BIG})
    void whatWasKeptIsThereAfterARestart(int bytes) throws Exception {
        var made = Samples.rendition(bytes);
        cache.keep(Samples.key(1), made);
        reopen(PLENTY);

        var found = Objects.requireNonNull(cache.find(Samples.key(1)));
        assertThat(found.contentType()).isEqualTo(made.contentType());
        assertThat(found.etag()).isEqualTo(made.etag());
        assertThat(found.madeAt()).isEqualTo(made.madeAt());
        assertThat(found.madeBy()).isEqualTo(made.madeBy());
        assertThat(found.body() instanceof Body.InMemory).isEqualTo(bytes <= 1 << 20);
        assertThat(bytes(found)).isEqualTo(bytes(made));
        assertThat(cache.entries()).isOne();
    }

    @Test
    void whatIsNotWrittenYetIsInMemory() {
        var made = Samples.rendition(SMALL);
        cache.keep(Samples.key(1), made);

        var found = Objects.requireNonNull(cache.find(Samples.key(1)));
        assertThat(found.etag()).isEqualTo(made.etag());
        Samples.soon(() -> cache.queued() == 0);
        assertThat(cache.underWay(Samples.key(1))).isNull();
        assertThat(file(1)).isRegularFile();
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, BIG})
    void aTornFileIsDropped(int bytes) throws Exception {
        written(bytes);
        try (var file = Files.newByteChannel(file(1), StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 1);
        }

        isDropped();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 12, 44, 60, 90, -1, -3000})
    void aFlippedBitIsSeen(int at) throws Exception {
        for (var bytes : new int[] {SMALL, BIG}) {
            written(bytes);
            var content = Files.readAllBytes(file(1));
            content[at < 0 ? content.length + at : at] ^= 4;
            Files.write(file(1), content);

            isDropped();
        }
    }

    @Test
    void anEmptyOrForeignFileIsDropped() throws Exception {
        for (var content : new byte[][] {{}, "a shopping list".getBytes(UTF_8)}) {
            Files.write(file(1), content);

            isDropped();
        }
    }

    @Test
    void theFileOfAnotherKeyIsDropped() throws Exception {
        written(SMALL);
        Files.copy(file(1), file(2));
        reopen(PLENTY);

        assertThat(cache.find(Samples.key(2))).isNull();
        assertThat(cache.find(Samples.key(1))).isNotNull();
        assertThat(file(2)).doesNotExist();
    }

    @Test
    void whatIsNotNamedLikeAResultIsLeftAlone() throws Exception {
        var letter = Files.writeString(file(1).resolveSibling("letter.txt"), "Dear");
        reopen(PLENTY);

        assertThat(letter).hasContent("Dear");
        assertThat(cache.entries()).isZero();
    }

    @Test
    void theBoundHoldsAndWhatIsEvictedIsDeleted() throws Exception {
        reopen(1 << 20);
        for (var i = 0; i < 300; i++) {
            cache.keep(Samples.key(i), Samples.rendition(SMALL));
            Samples.soon(() -> cache.queued() == 0);
        }

        assertThat(cache.bytes()).isLessThanOrEqualTo(1 << 20);
        assertThat(cache.evictions()).isEqualTo(300 - cache.entries());
        assertThat(files()).isEqualTo(cache.entries());

        reopen(1 << 19);
        assertThat(cache.bytes()).isLessThanOrEqualTo(1 << 19);
        assertThat(files()).isEqualTo(cache.entries());
    }

    @Test
    void nobodyWaitsForTheDiskAndOverTheQueueResultsAreDroppedAndCounted() throws Exception {
        var disk = diskThatHangs();
        cache.keep(Samples.key(0), Samples.rendition(1));
        Samples.soon(() -> cache.queued() == 1 && cache.waiting() == 0);
        for (var i = 1; i <= DiskCache.MAX_QUEUED + 10; i++) {
            cache.keep(Samples.key(i), Samples.rendition(1));
        }

        assertThat(cache.dropped()).isEqualTo(10);
        assertThat(cache.underWay(Samples.key(DiskCache.MAX_QUEUED))).isNotNull();
        assertThat(cache.underWay(Samples.key(DiskCache.MAX_QUEUED + 1))).isNull();
        Files.readAllBytes(disk);
        Samples.soon(() -> cache.queued() == 0);
        assertThat(cache.entries()).isEqualTo(1 + DiskCache.MAX_QUEUED);
    }

    @Test
    void whatWaitsIsBoundedInBytesToo() throws Exception {
        var disk = diskThatHangs();
        cache.keep(Samples.key(1), Samples.rendition((int) DiskCache.MAX_QUEUED_BYTES));
        cache.keep(Samples.key(2), Samples.rendition(1));

        assertThat(cache.dropped()).isOne();
        Files.readAllBytes(disk);
        Samples.soon(() -> cache.queued() == 0);
        cache.keep(Samples.key(2), Samples.rendition(1));
        Samples.soon(() -> cache.queued() == 0);
        assertThat(cache.find(Samples.key(2))).isNotNull();
    }

    @Test
    void whatIsThereIsFoundBeforeTheFolderWasLookedThrough() {
        for (var i = 0; i < 100; i++) {
            cache.keep(Samples.key(i), Samples.rendition(1));
        }
        cache.close();
        cache = open(folder, PLENTY);

        for (var i = 0; i < 100; i++) {
            assertThat(cache.find(Samples.key(i))).isNotNull();
        }
    }

    @Test
    void aVanishedFileIsAMiss() throws Exception {
        written(SMALL);
        Files.delete(file(1));

        assertThat(cache.find(Samples.key(1))).isNull();
        assertThat(cache.entries()).isZero();
        assertThat(cache.corrupt()).isZero();
    }

    @Test
    void aDiskThatFailsFailsNobody() throws Exception {
        Files.delete(file(1).getParent());
        Files.writeString(file(1).getParent(), "in the way");

        cache.keep(Samples.key(1), Samples.rendition(SMALL));
        Samples.soon(() -> cache.queued() == 0);

        assertThat(cache.failed()).isOne();
        Files.delete(file(1).getParent());
        Files.createDirectory(file(1).getParent());
        written(SMALL);
        assertThat(cache.find(Samples.key(1))).isNotNull();
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidAtOnce() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> open(file, PLENTY))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void whoReadsWhileOthersWriteSeesWholeResultsOnly() throws Exception {
        reopen(400_000); // room for few, so that files come and go
        var tasks = new ArrayList<FutureTask<Integer>>();
        for (var t = 0; t < 4; t++) {
            var seed = t;
            tasks.add(new FutureTask<>(() -> keepAndFind(seed)));
        }
        tasks.forEach(task -> Thread.ofVirtual().start(task));

        for (var task : tasks) {
            assertThat(task.get()).isPositive();
        }
        assertThat(cache.corrupt()).isZero();
        assertThat(cache.failed()).isZero();
    }

    /** Hangs until somebody reads what the next result writes, which is a pipe then. */
    private Path diskThatHangs() throws Exception {
        var unfinished = folder.resolve("unfinished");
        Files.delete(unfinished);
        assertThat(new ProcessBuilder("mkfifo", unfinished.toString()).start().waitFor()).isZero();
        return unfinished;
    }

    private int keepAndFind(int seed) {
        var found = 0;
        for (var i = 0; i < 500; i++) {
            var number = (i * 7 + seed) % 40;
            var size = 1000 + 500 * number;
            cache.keep(Samples.key(number), Samples.rendition(size));
            var kept = cache.find(Samples.key((number + 3) % 40));
            if (kept != null) {
                assertThat(kept.length()).isEqualTo(1000 + 500 * ((number + 3) % 40));
                found++;
            }
        }
        return found;
    }

    private void written(int bytes) {
        cache.keep(Samples.key(1), Samples.rendition(bytes));
        Samples.soon(() -> cache.queued() == 0);
        assertThat(file(1)).isRegularFile();
    }

    /** After a restart the file is no result, and is no file any more. */
    private void isDropped() throws InterruptedException {
        reopen(PLENTY);
        var before = cache.corrupt();
        assertThat(cache.find(Samples.key(1))).isNull();
        assertThat(cache.corrupt()).isEqualTo(before + 1);
        assertThat(file(1)).doesNotExist();
        assertThat(cache.entries()).isZero();
    }

    private void reopen(long maxBytes) throws InterruptedException {
        cache.close();
        cache = open(maxBytes);
    }

    private DiskCache open(long maxBytes) throws InterruptedException {
        var opened = open(folder, maxBytes);
        opened.awaitScanned();
        return opened;
    }

    private static DiskCache open(Path folder, long maxBytes) {
        return new DiskCache(folder, maxBytes, () -> Instant.EPOCH);
    }

    private Path file(int number) {
        var name = Samples.key(number).toString();
        return folder.resolve(name.substring(0, 2), name);
    }

    private long files() throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(file -> file.getFileName().toString().length() == 64).count();
        }
    }

    private static byte[] bytes(Rendition rendition) throws IOException {
        return switch (rendition.body()) {
            case Body.InMemory(var bytes) -> bytes.getBytes();
            case Body.OnDisk(var file, var offset, var length) -> {
                try (var in = Files.newInputStream(file)) {
                    in.skipNBytes(offset);
                    yield in.readNBytes((int) length);
                }
            }
        };
    }
}
