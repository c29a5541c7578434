package dev.lumiere.storage.blob.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small file system that fills up. Only who may mount one can try. */
@Timeout(60)
class BlobFullDiskTest {
    @TempDir Path home;
    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(home.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString());
        assumeTrue(mounted, "may not mount");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static Blob put(BlobStore store, byte[] bytes) throws IOException {
        try (var writer = store.begin()) {
            writer.write(ByteBuffer.wrap(bytes));
            return writer.finish();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 3 << 20})
    void whatDoesNotFitIsRefusedAndGoesInLater(int size) throws Exception {
        try (var store = new DirectoryBlobStore(disk.resolve("blobs"), InstantSource.system())) {
            var small = put(store, random(10));
            var ballast = disk.resolve("ballast");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> Files.write(ballast, new byte[16 << 20]));

            for (var i = 0; i < 3; i++) {
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> put(store, random(size)))
                        .withMessageContaining("No space left");
            }
            assertThat(store.list(null, 10))
                    .extracting(BlobStore.Kept::id)
                    .containsOnly(small.id());
            assertThat(disk.resolve("blobs/incoming")).isEmptyDirectory();
            assertThat(store.verify(small.id())).isTrue();

            Files.delete(ballast);
            assertThat(store.verify(put(store, random(size)).id())).isTrue();
        }
    }

    @Test
    void aWriterThatFailedTakesNoMore() throws Exception {
        try (var store = new DirectoryBlobStore(disk.resolve("blobs"), InstantSource.system());
                var writer = store.begin()) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> writer.write(ByteBuffer.allocate(16 << 20)));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> writer.write(ByteBuffer.allocate(1)))
                    .withMessageContaining("before this one failed");
            assertThatExceptionOfType(IOException.class).isThrownBy(writer::finish);
            assertThat(store.list(null, 10)).isEmpty();
        }
    }

    @Test
    void aReserveIsLeftAndNothingOfWhatDidNotFit() throws Exception {
        var clock = InstantSource.system();
        try (var store = new DirectoryBlobStore(disk.resolve("blobs"), clock, 3 << 20)) {
            var small = put(store, random(10));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> {
                        try (var writer = store.begin()) {
                            for (var i = 0; i < 1000; i++) {
                                writer.write(ByteBuffer.wrap(random(100_000)));
                            }
                        }
                    })
                    .withMessageContaining("No space left on device");
            await().until(() -> disk.toFile().getUsableSpace() > 7 << 20);

            assertThat(store.has(small.id())).isTrue();
            var _ = Files.write(disk.resolve("ballast"), new byte[6 << 20]);
            await().untilAsserted(() ->
                    assertThatExceptionOfType(IOException.class)
                            .isThrownBy(() -> put(store, random(10)))
                            .withMessageContaining("under 3145728 bytes"));
            Files.delete(disk.resolve("ballast"));
            await().ignoreExceptions().until(() -> put(store, random(11)).size() == 11);
        }
    }
}
