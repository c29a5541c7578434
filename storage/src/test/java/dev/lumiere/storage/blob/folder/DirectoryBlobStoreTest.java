package dev.lumiere.storage.blob.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlobStoreContract;
import dev.lumiere.storage.blob.BlockHashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryBlobStoreTest extends BlobStoreContract {
    @TempDir Path directory;
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    @Override
    protected BlobStore opened() throws IOException {
        return new DirectoryBlobStore(directory, now::get);
    }

    @Override
    protected void overwrite(BlobId id, byte[] bytes) throws IOException {
        Files.write(file(id), bytes);
    }

    private Path file(BlobId id) {
        return directory.resolve("blobs").resolve(id.text().substring(0, 3)).resolve(id.text());
    }

    @Override
    protected int kept() throws IOException {
        return files("blobs") + files("incoming");
    }

    private int files(String folder) throws IOException {
        try (var all = Files.walk(directory.resolve(folder))) {
            return (int) all.filter(Files::isRegularFile).count();
        }
    }

    @Override
    protected Instant soon() {
        return now.updateAndGet(time -> time.plus(Duration.ofHours(1)));
    }

    @Test
    void whatItKeepsIsThereWhenItIsOpenedAgain() throws IOException {
        var blob = put("content");
        store().close();

        try (var again = opened();
                var file = again.open(blob.id())) {
            assertThat(file).isNotNull();
            assertThat(again.list(null, 10))
                    .containsExactly(new BlobStore.Kept(blob.id(), 7, now.get()));
        }
    }

    @Test
    void whatAKilledWriterLeftGoesAtTheNextOpening() throws IOException {
        var blob = put("content");
        store().close();
        Files.write(directory.resolve("incoming/17"), new byte[100]);
        Files.writeString(directory.resolve("blobs/notes.txt"), "of somebody else");

        try (var again = opened()) {
            assertThat(directory.resolve("incoming")).isEmptyDirectory();
            assertThat(again.list(null, 10)).hasSize(1);
            assertThat(again.has(blob.id())).isTrue();
        }
        assertThat(directory.resolve("blobs/notes.txt")).exists();
    }

    @Test
    void whatIsJoinedIsOnlyCopied() throws IOException {
        var one = put(random(4 << 20, 1));
        var two = put(random(5, 2));
        var whole =
                Blob.joined(
                        BlockHashes.joined(List.of(one.blocks(), two.blocks())), one.size() + 5);

        assertThat(store().join(whole, List.of(one.id(), two.id()))).isTrue();
        assertThat(store().verify(whole.id())).isTrue();
        assertThat(directory.resolve("incoming")).isEmptyDirectory();

        var wrong = new Blob(one.id(), 7, one.qetag(), -1, "", one.blocks());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store().join(wrong, List.of(two.id())));
        assertThat(store().verify(one.id())).isTrue();
        assertThat(directory.resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void oneStoreHasTheDirectory() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::opened)
                .withMessageContaining("another store has it open: " + directory);
    }

    @Test
    void aLinkIsNoBlob() throws IOException {
        var id = put("content").id();
        var secret = Files.writeString(directory.resolve("secret"), "secret");
        Files.delete(file(id));
        Files.createSymbolicLink(file(id), secret);

        assertThat(store().open(id)).isNull();
    }

    @Test
    void manyFoldersAreMadeByManyAtOnce() throws Exception {
        var random = new Random(5);
        atOnce(
                200,
                () -> {
                    byte[] bytes;
                    synchronized (random) {
                        bytes = new byte[100];
                        random.nextBytes(bytes);
                    }
                    return put(bytes);
                });
        assertThat(store().list(null, 1000)).hasSize(200);
    }
}
