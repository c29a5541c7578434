package dev.lumiere.storage.blob.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlobStoreContract;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** A bucket behind connections that break, with objects that are damaged and nodes that delete. */
@Timeout(60)
class S3FaultsTest {
    private static final byte[] LARGE = BlobStoreContract.random(20 << 20, 1);

    @TempDir Path served;
    @TempDir Path folder;
    private S3Server server;
    private Relay relay;
    private S3BlobStore store;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server(served, "bucket");
        relay = new Relay(server.endpoint());
        store = store(relay.endpoint(), folder.resolve("one"));
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        relay.close();
        server.close();
    }

    private static S3BlobStore store(URI endpoint, Path folder) throws IOException {
        return new S3BlobStore(
                S3BlobStoreTest.config(endpoint, "", folder, 1 << 20), InstantSource.system());
    }

    private static Blob put(BlobStore store, byte[] bytes) throws IOException {
        try (var writer = store.begin()) {
            writer.write(ByteBuffer.wrap(bytes));
            return writer.finish();
        }
    }

    private Path file(String below, BlobId id) {
        return served.resolve("bucket").resolve(below).resolve(id.text());
    }

    private long files() throws IOException {
        try (var all = Files.walk(served)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void aReaderGoesOnWhereTheConnectionBroke() throws Exception {
        var id = put(store, LARGE).id();
        relay.maxDown.set(1 << 20);
        relay.cuts.set(5);

        assertThat(store.verify(id)).isTrue();
        assertThat(relay.cuts).hasValue(0);

        relay.cuts.set(2);
        try (var file = Objects.requireNonNull(store.open(id))) {
            assertThat(file.size()).isEqualTo(LARGE.length);
        }
    }

    @Test
    void aReaderThatGetsNothingGivesUp() throws Exception {
        var id = put(store, "content".getBytes(UTF_8)).id();
        relay.maxDown.set(0);
        relay.cuts.set(1000);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.open(id));
        assertThat(folder.resolve("one/copies")).isEmptyDirectory();

        relay.cuts.set(0);
        try (var file = store.open(id)) {
            assertThat(file).isNotNull();
        }
    }

    @Test
    void anUploadThatFailsInTheMiddleLeavesNothing() throws Exception {
        relay.maxUp.set(3 << 20);
        relay.cuts.set(3);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> put(store, LARGE))
                .withMessageContaining("S3 fails, bucket bucket");
        assertThat(relay.cuts).hasValue(0);
        assertThat(files()).isZero();
        assertThat(folder.resolve("one/incoming")).isEmptyDirectory();

        assertThat(store.verify(put(store, LARGE).id())).isTrue();
    }

    @Test
    void aSingleFailureIsNotNoticed() throws Exception {
        relay.maxUp.set(3 << 20);
        relay.cuts.set(1);

        assertThat(store.verify(put(store, LARGE).id())).isTrue();
        assertThat(relay.cuts).hasValue(0);
    }

    @Test
    void whatIsDamagedIsNotOpened() throws Exception {
        var id = put(store, "content".getBytes(UTF_8)).id();
        Files.writeString(file("blobs", id), "CONTENT");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.open(id))
                .withMessageContaining("damaged");
        assertThat(folder.resolve("one/copies")).isEmptyDirectory();
    }

    @Test
    void aBucketThatIsNotThereIsSaidAtTheStart() {
        var config = S3BlobStoreTest.config(server.endpoint(), "", folder.resolve("two"), 0);
        var wrong =
                new S3BlobConfig(
                        config.endpoint(),
                        config.region(),
                        "nowhere",
                        config.prefix(),
                        config.credentials(),
                        true,
                        config.folder(),
                        0);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new S3BlobStore(wrong, InstantSource.system()))
                .withMessageContaining("nowhere");
    }

    @Test
    void theKeysMustBeThoseOfTheServer() {
        var config = S3BlobStoreTest.config(server.endpoint(), "", folder.resolve("two"), 0);
        var wrong =
                new S3BlobConfig(
                        config.endpoint(),
                        config.region(),
                        config.bucket(),
                        config.prefix(),
                        new S3BlobConfig.Credentials(S3Server.ACCESS_KEY, "guessed"),
                        true,
                        config.folder(),
                        0);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new S3BlobStore(wrong, InstantSource.system()))
                .withMessageNotContaining("guessed");
    }

    @Test
    void whatOneNodeHasWrittenAnotherReads() throws Exception {
        var bytes = "content".getBytes(UTF_8);
        try (var other = store(server.endpoint(), folder.resolve("two"))) {
            var id = put(store, bytes).id();

            assertThat(other.has(id)).isTrue();
            assertThat(other.verify(id)).isTrue();
            assertThat(put(other, bytes).id()).isEqualTo(id);
            assertThat(other.list(null, 10)).hasSize(1);
        }
    }

    /** The other node is between its look at the age and the deletion. */
    @Test
    void whoKeepsAContentThatIsBeingDeletedWaitsAndWritesItAgain() throws Exception {
        var bytes = BlobStoreContract.random(100_000, 2); // so many that it is renewed, not sent
        var id = put(store, bytes).id();
        Files.createDirectories(file("sweeping", id).getParent());
        Files.createFile(file("sweeping", id));

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var written = threads.submit(() -> put(store, bytes));
            await().until(() -> Files.exists(file("renewed", id)));
            Files.delete(file("blobs", id));
            assertThat(written.isDone()).isFalse();
            Files.delete(file("sweeping", id));

            assertThat(written.get().id()).isEqualTo(id);
        }
        assertThat(store.verify(id)).isTrue();
    }

    @Test
    void aRenewalSeesADeletionToo() throws Exception {
        var id = put(store, "content".getBytes(UTF_8)).id();
        Files.createDirectories(file("sweeping", id).getParent());
        Files.createFile(file("sweeping", id));

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var renewed = threads.submit(() -> store.renew(id));
            await().until(() -> Files.exists(file("renewed", id)));
            Files.delete(file("blobs", id));
            Files.delete(file("sweeping", id));

            assertThat(renewed.get()).isFalse();
        }
    }

    @Test
    void aMarkOfADeadNodeIsLifted() throws Exception {
        var id = put(store, "content".getBytes(UTF_8)).id();
        Files.createDirectories(file("sweeping", id).getParent());
        Files.createFile(file("sweeping", id));
        Files.setLastModifiedTime(
                file("sweeping", id), FileTime.from(Instant.now().minus(Duration.ofHours(1))));

        assertThat(store.renew(id)).isTrue();
        assertThat(file("sweeping", id)).doesNotExist();
    }

    @Test
    void whatWasDeletedForItsAgeLeavesNothing() throws Exception {
        var id = put(store, "content".getBytes(UTF_8)).id();
        assertThat(store.renew(id)).isTrue();

        assertThat(store.deleteIfOlder(id, Instant.now().plusSeconds(2))).isTrue();
        assertThat(files()).isZero();
    }

    @Test
    void whatAKilledNodeHasBegunGoesWhenItIsOld() throws Exception {
        try (var objects =
                new S3Objects(S3BlobStoreTest.config(server.endpoint(), "", folder, 0))) {
            var upload = objects.beginParts("blobs/unfinished");
            objects.putPart(
                    "blobs/unfinished", upload, 1, RequestBody.fromBytes(new byte[6 << 20]));
            assertThat(files()).isPositive();

            store.deleteUnfinished(Instant.now().minusSeconds(60));
            assertThat(files()).isPositive();
            store.deleteUnfinished(Instant.now().plusSeconds(60));
            assertThat(files()).isZero();
        }
    }

    @Test
    void aClosedStoreFails() throws Exception {
        var id = put(store, "content".getBytes(UTF_8)).id();
        store.close();

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.has(id));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.open(id));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.verify(id));
    }
}
