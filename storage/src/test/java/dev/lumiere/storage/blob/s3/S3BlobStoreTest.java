package dev.lumiere.storage.blob.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.blob.BlobStoreContract;
import dev.lumiere.storage.blob.BlockHashes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3BlobStoreTest extends BlobStoreContract {
    private static final String BUCKET = "bucket";

    @TempDir static Path served;
    private static S3Server server;
    private static int tests;

    @TempDir Path folder;
    private String prefix = "";

    @BeforeAll
    static void start() throws Exception {
        server = new S3Server(served, BUCKET);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static S3BlobConfig config(URI endpoint, String prefix, Path folder, long maxLocalBytes) {
        return new S3BlobConfig(
                endpoint,
                "us-east-1",
                BUCKET,
                prefix,
                new S3BlobConfig.Credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY),
                true,
                folder,
                maxLocalBytes);
    }

    @Override
    protected BlobStore opened() throws IOException {
        prefix = "of-test/" + tests++ + "/";
        return new S3BlobStore(
                config(server.endpoint(), prefix, folder, 1 << 20), InstantSource.system());
    }

    private Path objects() {
        return served.resolve(BUCKET).resolve(prefix);
    }

    @Override
    protected void overwrite(BlobId id, byte[] bytes) throws IOException {
        Files.write(objects().resolve("blobs").resolve(id.text()), bytes);
    }

    @Override
    protected int kept() throws IOException {
        return files(objects().resolve("blobs")) + files(folder.resolve("incoming"));
    }

    private static int files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return 0;
        }
        try (var all = Files.walk(folder)) {
            return (int) all.filter(Files::isRegularFile).count();
        }
    }

    /** The server goes by the times of its files. */
    @Override
    protected Instant soon() throws IOException {
        var now = Instant.now();
        try (var all = Files.walk(objects())) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofHours(1))));
            }
        }
        return now.minus(Duration.ofMinutes(30));
    }

    @Test
    void whatServersTakeNoPartOfIsNotJoined() throws IOException {
        var pieces = List.of(put(random(4 << 20, 1)), put(random(4 << 20, 2)));
        var whole =
                Blob.joined(
                        BlockHashes.joined(pieces.stream().map(Blob::blocks).toList()), 8 << 20);

        assertThat(store().join(whole, pieces.stream().map(Blob::id).toList())).isFalse();
        assertThat(store().has(whole.id())).isFalse();
    }
}
