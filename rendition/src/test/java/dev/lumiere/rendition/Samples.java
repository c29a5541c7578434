package dev.lumiere.rendition;

import static org.awaitility.Awaitility.await;

import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.service.fetch.Fetched;
import dev.lumiere.service.registry.Version;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.Content.InFolder;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.StoredObject;
import dev.lumiere.storage.blob.QETag;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** What several tests begin with. */
final class Samples {
    static final ServiceVersion MAKER = new ServiceVersion("image", Version.parse("0.1.0"));

    private Samples() {}

    static Key key(int number) {
        return Key.of(List.of(String.valueOf(number)));
    }

    /** Of so many random bytes, always the same ones. */
    static Rendition rendition(int bytes) {
        var body = new byte[bytes];
        new Random(bytes).nextBytes(body);
        return rendition(new Body.InMemory(Buffer.buffer(body)));
    }

    static Rendition rendition(Body body) {
        var etag =
                body instanceof Body.InMemory(var bytes) ? QETag.of(bytes.getBytes()) : "unknown";
        return new Rendition("image/webp", '"' + etag + '"', Instant.EPOCH, List.of(MAKER), body);
    }

    static StoredObject object(String version) {
        return new StoredObject(
                "demo",
                "a.jpg",
                version,
                7,
                Instant.EPOCH,
                "image/jpeg",
                new InFolder(Path.of("/demo/a.jpg")));
    }

    /** Where nothing is to be found. */
    static Inputs noInputs() {
        var buckets = new Buckets(StorageConfig.of(Map.of()), () -> Instant.EPOCH);
        return new Inputs(buckets, _ -> new Fetched.Failed("nothing here"), () -> Instant.EPOCH);
    }

    /** For where nothing may be thrown. */
    static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void soon(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(1)).pollDelay(Duration.ZERO).until(condition);
    }
}
