package dev.lumiere.storage.upload;

import static dev.lumiere.storage.upload.UploadNode.assertRefused;
import static dev.lumiere.storage.upload.UploadNode.json;
import static dev.lumiere.storage.upload.UploadNode.named;
import static dev.lumiere.storage.upload.UploadNode.random;
import static dev.lumiere.storage.upload.UploadNode.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.QETag;
import dev.lumiere.storage.sign.UploadToken;
import dev.lumiere.storage.upload.PartUploads.Chosen;
import dev.lumiere.storage.upload.PartUploads.Part;
import dev.lumiere.storage.upload.PartUploads.Target;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads of both kinds that are cut short and go on. */
class ResumableUploadTest {
    private static final int BLOCK = 4 << 20;
    private static final Target TARGET = new Target("bucket", "k");

    @TempDir private Path folder;
    private UploadNode node;
    private UploadToken token;

    @BeforeEach
    void open() throws Exception {
        node = new UploadNode(folder);
        token = node.token("bucket", "");
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    private void restart() throws Exception {
        var now = node.now;
        node.close();
        node = new UploadNode(folder);
        node.now = now;
    }

    @Test
    void blocksInChunksGoOnAfterARestart() throws Exception {
        var bytes = random(BLOCK + 100_000, 1);
        var first = node.blocks.begin(token, BLOCK, stream(Arrays.copyOf(bytes, 1000)));
        assertThat(first.offset()).isEqualTo(1000);
        assertThat(first.context()).hasSizeLessThanOrEqualTo(32);
        assertThat(first.crc32()).isEqualTo(crc(Arrays.copyOf(bytes, 1000)));
        assertThat(first.expiresAt()).isEqualTo(node.now.getEpochSecond() + 7 * 86_400);
        restart();

        var rest = Arrays.copyOfRange(bytes, 1000, BLOCK);
        var whole = node.blocks.append(token, first.context(), 1000, stream(rest));
        assertThat(whole.offset()).isEqualTo(BLOCK);
        assertThat(whole.crc32()).isEqualTo(crc(rest));
        assertThat(whole.checksum()).isEqualTo(sha1(Arrays.copyOf(bytes, BLOCK)));
        var last = Arrays.copyOfRange(bytes, BLOCK, bytes.length);
        var second = node.blocks.begin(token, last.length, stream(last));
        restart();

        var contexts = List.of(whole.context(), second.context());
        var answer = json(node.blocks.join(token, bytes.length, contexts, named("k")));
        assertThat(answer.get("hash").asText()).isEqualTo(QETag.of(bytes));
        assertThat(node.bytes(node.object("k").blob())).isEqualTo(bytes);
        // an answer that was lost is given again
        assertThat(json(node.blocks.join(token, bytes.length, contexts, named("k"))))
                .isEqualTo(answer);
    }

    @Test
    void aContextIsGoodForItsBlockItsOffsetItsAccountAndItsWeek() throws Exception {
        var chunk = random(10, 1);
        var at10 = node.blocks.begin(token, 30, stream(chunk)).context();
        var stranger = node.token(UploadNode.STRANGER, "bucket", "");

        for (var wrong : List.of("", "nonsense", "AAAAAAAAAAAAAAAAAAAAAA", at10 + "A", "ä")) {
            assertRefused(701, "ctx", () -> node.blocks.append(token, wrong, 0, stream(chunk)));
        }
        assertRefused(701, "ctx", () -> node.blocks.append(token, at10, 11, stream(chunk)));
        assertRefused(631, "", () -> node.blocks.append(stranger, at10, 10, stream(chunk)));
        node.catalog.buckets().create("theirs", UploadNode.STRANGER.account(), "z0");
        var theirs = node.token(UploadNode.STRANGER, "theirs", "");
        assertRefused(701, "ctx", () -> node.blocks.append(theirs, at10, 10, stream(chunk)));
        var at20 = node.blocks.append(token, at10, 10, stream(chunk)).context();
        // the same again is answered again, something else is not
        assertThat(node.blocks.append(token, at10, 10, stream(chunk)).context()).isEqualTo(at20);
        assertRefused(701, "ctx", () -> node.blocks.append(token, at10, 10, stream(random(10, 2))));
        assertRefused(413, "", () -> node.blocks.append(token, at20, 20, stream(random(11, 1))));
        assertRefused(400, "empty", () -> node.blocks.append(token, at20, 20, stream(new byte[0])));
        assertRefused(
                400,
                "block 0 is of 30 bytes, of which 20",
                () -> node.blocks.join(token, 20, List.of(at20), named("k")));
        var at30 = node.blocks.append(token, at20, 20, stream(chunk)).context();
        assertRefused(400, "not 29", () -> node.blocks.join(token, 29, List.of(at30), named("k")));
        assertRefused(400, "not 31", () -> node.blocks.join(token, 31, List.of(at30), named("k")));
        assertRefused(400, "", () -> node.blocks.begin(token, BLOCK + 1, stream(chunk)));
        assertRefused(400, "", () -> node.blocks.begin(token, 0, stream(chunk)));

        node.now = node.now.plus(Duration.ofDays(7));
        var later = node.token("bucket", "");
        assertRefused(701, "ctx", () -> node.blocks.join(later, 30, List.of(at30), named("k")));
    }

    @Test
    void partsComeInAnyOrderSideBySideAndGoOnAfterARestart() throws Exception {
        var bytes = random((5 << 20) + 77, 3);
        var upload = node.parts.begin(token, TARGET);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Part>>();
            for (var number = 5; number >= 1; number--) {
                var at = number;
                calls.add(() -> put(upload.id(), at * 3, slice(bytes, at)));
            }
            for (var call : threads.invokeAll(calls)) {
                call.get();
            }
        }
        put(upload.id(), 20, slice(bytes, 1));
        restart();
        put(upload.id(), 20, slice(bytes, 6));

        var page = node.parts.list(token, TARGET, upload.id(), 3, 2);
        assertThat(page.parts()).extracting(Part::number).containsExactly(6, 9);
        assertThat(page.next()).isEqualTo(9);
        var all = node.parts.list(token, TARGET, upload.id(), 0, 1000);
        assertThat(all.parts()).extracting(Part::number).containsExactly(3, 6, 9, 12, 15, 20);
        assertThat(all.next()).isZero();
        var chosen =
                all.parts().stream().map(part -> new Chosen(part.number(), part.etag())).toList();
        var answer = json(node.parts.complete(token, TARGET, upload.id(), chosen, named("k")));
        assertThat(answer.get("hash").asText()).isEqualTo(QETag.of(bytes));
        assertThat(node.bytes(node.object("k").blob())).isEqualTo(bytes);
        assertRefused(
                612,
                "no such uploadId",
                () -> node.parts.complete(token, TARGET, upload.id(), chosen, named("k")));
    }

    private Part put(String id, int number, byte[] content) throws Exception {
        return node.parts.put(token, TARGET, id, number, null, stream(content));
    }

    private static byte[] slice(byte[] bytes, int number) {
        var from = (number - 1) << 20;
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + (1 << 20)));
    }

    @Test
    void whatIsNotAsItShouldBeIsRefusedByName() throws Exception {
        var id = node.parts.begin(token, TARGET).id();
        var one = put(id, 1, random(10, 1));
        var two = put(id, 2, random(10, 2));

        assertRefused(400, "10000", () -> put(id, 0, random(1, 1)));
        assertRefused(400, "10000", () -> put(id, 10_001, random(1, 1)));
        assertRefused(400, "empty", () -> put(id, 3, new byte[0]));
        var md5 = HexFormat.of().formatHex(digest("MD5", random(5, 5)));
        assertRefused(
                400,
                "MD5",
                () -> node.parts.put(token, TARGET, id, 3, "0".repeat(32), stream(random(5, 5))));
        node.parts.put(token, TARGET, id, 3, md5.toUpperCase(Locale.ROOT), stream(random(5, 5)));
        assertRefused(400, "no parts", () -> complete(id));
        assertRefused(400, "no such part: 4", () -> complete(id, new Chosen(4, one.etag())));
        assertRefused(400, "no such part: 1", () -> complete(id, new Chosen(1, two.etag())));
        assertRefused(
                400,
                "below",
                () -> complete(id, new Chosen(1, one.etag()), new Chosen(2, two.etag())));
        assertRefused(
                400,
                "ascending",
                () -> complete(id, new Chosen(2, two.etag()), new Chosen(1, one.etag())));
        assertRefused(
                401, "bucket", () -> node.parts.list(token, new Target("other", "k"), id, 0, 1));
    }

    @Test
    void whatIsTooLargeIsNotEvenJoined() throws Exception {
        var small = node.token("bucket", "'fsizeLimit': 15");
        var id = node.parts.begin(small, TARGET).id();
        var one = node.parts.put(small, TARGET, id, 1, null, stream(random(1 << 20, 1)));
        var two = node.parts.put(small, TARGET, id, 2, null, stream(random(10, 2)));
        var chosen = List.of(new Chosen(1, one.etag()), new Chosen(2, two.etag()));
        var first = node.blocks.begin(small, BLOCK, stream(random(BLOCK, 3))).context();
        var second = node.blocks.begin(small, 10, stream(random(10, 4))).context();
        var kept = node.blobs.list(null, 100);

        assertRefused(
                413,
                "FsizeLimit",
                () -> node.parts.complete(small, TARGET, id, chosen, named("k")));
        assertRefused(
                413,
                "FsizeLimit",
                () -> node.blocks.join(small, BLOCK + 10, List.of(first, second), named("k")));
        assertRefused(
                400,
                "twice",
                () -> node.blocks.join(token, 20, List.of(second, second), named("k")));
        assertThat(node.blobs.list(null, 100)).isEqualTo(kept);
    }

    @Test
    void whatIsOnlyInsertedTakesNothingsPlaceNotEvenThatOfTheSame() throws Exception {
        var bytes = random(10, 1);
        var insert = node.token("bucket:k", "'insertOnly': 1");
        for (var there : List.of(bytes, random(10, 2))) {
            node.completion.complete(node.token("bucket:k", ""), named("k"), node.content(there));
            var id = node.parts.begin(token, TARGET).id();
            var chosen = List.of(new Chosen(1, put(id, 1, bytes).etag()));
            var context = node.blocks.begin(token, 10, stream(bytes)).context();

            assertRefused(
                    614, "", () -> node.parts.complete(insert, TARGET, id, chosen, named("k")));
            assertRefused(
                    614, "", () -> node.blocks.join(insert, 10, List.of(context), named("k")));
            assertThat(node.bytes(node.object("k").blob())).isEqualTo(there);
        }
    }

    private UploadAnswer complete(String id, Chosen... chosen) throws Exception {
        return node.parts.complete(token, TARGET, id, List.of(chosen), named("k"));
    }

    @Test
    void anUploadThatIsNotThereHasTheWordsThatSdksKnow() throws Exception {
        var id = node.parts.begin(token, TARGET).id();
        var aborted = node.parts.begin(token, TARGET).id();
        node.parts.abort(token, TARGET, aborted);

        for (var wrong : List.of("x", "..", "0".repeat(32), aborted)) {
            assertRefused(612, "no such uploadId", () -> put(wrong, 1, random(1, 1)));
            assertRefused(
                    612, "no such uploadId", () -> node.parts.list(token, TARGET, wrong, 0, 1));
        }
        assertRefused(
                612,
                "no such uploadId",
                () -> node.parts.list(token, new Target("bucket", null), id, 0, 1));
        node.catalog.buckets().create("another", UploadNode.OWNER.account(), "z0");
        assertRefused(
                612,
                "no such uploadId",
                () ->
                        node.parts.list(
                                node.token("another", ""), new Target("another", "k"), id, 0, 1));
        node.now = node.now.plus(Duration.ofDays(7));
        var later = node.token("bucket", "");
        assertRefused(612, "no such uploadId", () -> node.parts.list(later, TARGET, id, 0, 1));
    }

    @Test
    void whatIsInProgressIsReferredToUntilItEndsOrExpires() throws Exception {
        var id = node.parts.begin(token, TARGET).id();
        var part = put(id, 1, random(10, 1));
        var other = node.parts.begin(token, TARGET).id();
        put(other, 7, random(10, 1));
        var block = node.blocks.begin(token, 20, stream(random(20, 2)));
        var half = node.blocks.begin(token, 20, stream(random(10, 3)));
        assertThat(half.offset()).isEqualTo(10);

        assertThat(refersTo(random(10, 1))).isTrue();
        assertThat(refersTo(random(20, 2))).isTrue();
        assertThat(refersTo(random(9, 9))).isFalse();
        complete(id, new Chosen(1, part.etag()));
        node.blocks.join(token, 20, List.of(block.context()), named("l"));
        assertThat(refersTo(random(10, 1))).isTrue();
        assertThat(refersTo(random(20, 2))).isFalse();
        node.parts.abort(token, TARGET, other);
        assertThat(refersTo(random(10, 1))).isFalse();

        assertThat(refersTo(random(10, 3))).isTrue();
        node.now = node.now.plus(Duration.ofDays(7));
        assertThat(refersTo(random(10, 3))).isFalse();
        token = node.token("bucket", "");
        node.now = node.now.plusSeconds(1);
        for (var i = 0; i < 3; i++) { // what has expired is dropped meanwhile
            put(node.parts.begin(token, TARGET).id(), 1, random(10, 3));
        }
        assertThat(refersTo(random(10, 3))).isTrue();
    }

    private boolean refersTo(byte[] content) throws Exception {
        return node.refersTo(id(content));
    }

    /** Of at most a block. */
    private static BlobId id(byte[] content) throws Exception {
        return new BlobId(HexFormat.of().formatHex(digest("SHA-256", digest("SHA-256", content))));
    }

    private static byte[] digest(String algorithm, byte[] bytes) throws Exception {
        return MessageDigest.getInstance(algorithm).digest(bytes);
    }

    private static String sha1(byte[] bytes) throws Exception {
        return Base64.getUrlEncoder().encodeToString(digest("SHA-1", bytes));
    }

    private static long crc(byte[] bytes) {
        var crc = new CRC32();
        crc.update(ByteBuffer.wrap(bytes));
        return crc.getValue();
    }
}
