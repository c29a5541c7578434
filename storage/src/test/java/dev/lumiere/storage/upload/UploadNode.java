package dev.lumiere.storage.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.Fetched;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.UploadToken;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A node that takes uploads, without HTTP; the clock and what is outside are in the test's hand.
 */
final class UploadNode implements AutoCloseable {
    static final Instant START = Instant.parse("2026-03-01T10:00:00.5Z");
    static final Credential OWNER = new Credential("ak", "sk", "a1", true);
    static final Credential STRANGER = new Credential("other", "sk", "a2", true);
    static final UploadRequest NOTHING_SAID = new UploadRequest(null, "", null, Map.of(), Map.of());

    private static final AtomicInteger SEEDS = new AtomicInteger();
    private static final JsonMapper JSON = new JsonMapper();

    Instant now = START;
    Fetched reply = new Fetched.Failed("status 500");
    final List<Posted> posted = new ArrayList<>();
    final List<MediaFacts.Kind> askedFacts = new ArrayList<>();
    final EventLog log;
    final DirectoryBlobStore blobs;
    final Catalog catalog;
    final Completion completion;
    final BlockUploads blocks;
    final PartUploads parts;
    final UploadsInProgress inProgress;

    record Posted(String url, Map<String, String> headers, String body) {}

    UploadNode(Path folder) throws IOException, InterruptedException {
        log = EventLog.open(new RocksLogDevice(folder.resolve("log"), 4));
        blobs = new DirectoryBlobStore(folder.resolve("blobs"), () -> now);
        catalog =
                Catalog.open(folder.resolve("views"), log, _ -> false, () -> now, UUID::randomUUID);
        if (catalog.buckets().find("bucket") == null) {
            catalog.buckets().create("bucket", "a1", "z0");
        }
        completion = new Completion(catalog, this::post, this::fact, () -> now, UUID::randomUUID);
        var random = new Random(SEEDS.incrementAndGet());
        blocks = new BlockUploads(log, blobs, completion, () -> now, UUID::randomUUID, random);
        parts = new PartUploads(log, blobs, completion, () -> now, UUID::randomUUID, random);
        inProgress = UploadsInProgress.open(folder.resolve("views"), log, () -> now);
    }

    private Fetched post(String url, Map<String, String> headers, Buffer body, Instant deadline) {
        posted.add(new Posted(url, headers, body.toString(UTF_8)));
        return url.contains("dead") ? new Fetched.Failed("cannot connect") : reply;
    }

    private @Nullable JsonNode fact(MediaFacts.Kind kind, CatalogObject object) {
        askedFacts.add(kind);
        return kind == MediaFacts.Kind.IMAGE_INFO
                ? JSON.createObjectNode().put("width", 640).put("format", "jpeg")
                : null;
    }

    /** A policy of that scope, good for an hour, with whatever else in JSON. */
    UploadToken token(String scope, String more) {
        return token(OWNER, scope, more);
    }

    UploadToken token(Credential by, String scope, String more) {
        var policy = JSON.createObjectNode();
        policy.put("scope", scope).put("deadline", now.getEpochSecond() + 3600);
        try {
            policy.setAll((ObjectNode) JSON.readTree("{" + more.replace('\'', '"') + "}"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return UploadToken.verify(UploadToken.sign(by, policy.toString()), _ -> by);
    }

    Content content(String text) throws IOException {
        return content(text.getBytes(UTF_8));
    }

    Content content(byte[] bytes) throws IOException {
        try (var writer = new ContentWriter(blobs)) {
            return writer.take(new ByteArrayInputStream(bytes), Long.MAX_VALUE).finish();
        }
    }

    /** Completes an upload of some text, and gives its answer. */
    JsonNode put(UploadToken token, UploadRequest request, String text) throws Exception {
        return json(completion.complete(token, request, content(text)));
    }

    static JsonNode json(UploadAnswer answer) throws IOException {
        return JSON.readTree(((UploadAnswer.Json) answer).body());
    }

    static UploadRequest named(String key) {
        return new UploadRequest(key, "", null, Map.of(), Map.of());
    }

    CatalogObject object(String key) {
        return Objects.requireNonNull(catalog.find("bucket", key), key);
    }

    byte[] bytes(BlobId blob) throws IOException {
        try (var file = Objects.requireNonNull(blobs.open(blob))) {
            var bytes = ByteBuffer.allocate((int) file.size());
            file.channel().read(bytes, 0);
            return bytes.array();
        }
    }

    boolean refersTo(BlobId blob) throws Exception {
        assertThat(inProgress.view().waitFor(log.end(), Duration.ofSeconds(20))).isTrue();
        return inProgress.refersTo(blob);
    }

    static void assertRefused(int status, String words, Callable<?> call) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> {
                            assertThat(e.problem().error()).contains(words);
                            assertThat(e.problem().status()).isEqualTo(status);
                        });
    }

    static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    static byte[] random(int length, int seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        inProgress.close();
        catalog.close();
        blobs.close();
        log.close();
    }
}
