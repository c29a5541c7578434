package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.qiniu.common.QiniuException;
import com.qiniu.util.Etag;
import dev.lumiere.eventlog.FreePorts;
import dev.lumiere.storage.blob.s3.S3Server;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes, each a process with a home of its own, with one log and one S3 between them. A client
 * goes from one to the other and never waits for what it has done itself.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SharedStorageContract {
    private static final String BUCKET = "shared";
    private static final int RACES = 10;
    private static final int READS = 10;

    /** 32 bytes. */
    private static final String SECRETS_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private Path folder;
    private S3Server s3;
    private RunningNode firstNode;
    private RunningNode secondNode;
    private QiniuClient first;
    private QiniuClient second;

    /** What keeps the log: the setting {@code log.device}. */
    abstract String device() throws Exception;

    /** How many nodes have each partition of the catalog: the setting; 0 for all nodes. */
    int catalogCopies() {
        return 0;
    }

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        folder = home;
        s3 = new S3Server(folder.resolve("s3"), "blobs");
        firstNode = up("first", 0);
        secondNode = up("second", 1);
        first = new QiniuClient(firstNode, folder.resolve("first"), BUCKET);
        second = new QiniuClient(secondNode, folder.resolve("second"), BUCKET);
        first.makeBucket();
    }

    @AfterAll
    void stop() throws Exception {
        for (var each : new AutoCloseable[] {first, second, firstNode, secondNode, s3}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private RunningNode up(String name, int workers) throws Exception {
        return RunningNode.up(
                folder.resolve(name),
                "--workers",
                Integer.toString(workers),
                "--api-port",
                Integer.toString(FreePorts.one()),
                "--set",
                "log.partitions=4",
                "--set",
                "log.device=" + device(),
                "--set",
                "storage.blobs=s3://blobs/some/prefix",
                "--set",
                "storage.s3.endpoint=" + s3.endpoint(),
                "--set",
                "storage.s3.accessKey=" + S3Server.ACCESS_KEY,
                "--set",
                "storage.s3.secretKey=" + S3Server.SECRET_KEY,
                "--set",
                "storage.secretsKey=" + SECRETS_KEY,
                "--set",
                "storage.catalogCopies=" + catalogCopies());
    }

    private static byte[] bytes(long seed, int size) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void assertThere(QiniuClient client, String key, String hash)
            throws QiniuException {
        assertThat(client.stat(key).hash).isEqualTo(hash);
    }

    @Test
    void whoHasWrittenAtOneReadsItAtTheOtherAtOnce() throws Exception {
        for (var i = 0; i < READS; i++) {
            var writer = i % 2 == 0 ? first : second;
            var reader = i % 2 == 0 ? second : first;
            var content = bytes(100 + i, 100);
            var key = "at once/" + i;
            assertThat(reader.get(key, "").statusCode()).isEqualTo(404);

            writer.put(key, content);

            assertThat(reader.get(key, "").body()).isEqualTo(content);
            var hash = writer.put(key, bytes(200 + i, 100));
            assertThere(reader, key, hash);
            reader.delete(key);
            assertThat(writer.list().stream().map(object -> object.key)).doesNotContain(key);
            assertThat(writer.putNew(key, content)).isEqualTo(200);
        }
    }

    @Test
    void whatIsUploadedAtOneIsAtTheOther() throws Exception {
        var content = bytes(1, 300_000);
        var hash = first.put("a/é b", content);

        assertThere(second, "a/é b", hash);

        assertThat(hash).isEqualTo(Etag.data(content));
        assertThat(second.get("a/é b", "").body()).isEqualTo(content);
        assertThat(second.list().stream().map(object -> object.key)).contains("a/é b");

        var other = second.put("a/é b", bytes(2, 1000)); // in place of it
        assertThere(first, "a/é b", other);
        await().untilAsserted(
                        () -> assertThat(first.get("a/é b", "").body()).isEqualTo(bytes(2, 1000)));
        first.delete("a/é b");
        await().until(() -> second.get("a/é b", "").statusCode() == 404);
    }

    @Test
    void thumbnailsAreMadeWhereTheyAreAskedFor() throws Exception {
        var picture = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB), "jpg", picture);
        assertThere(second, "p.jpg", first.put("p.jpg", picture.toByteArray()));

        var thumbnail = second.get("p.jpg", "imageView2/1/w/200/h/100");

        assertThat(thumbnail.statusCode())
                .as(new String(thumbnail.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        var image = ImageIO.read(new ByteArrayInputStream(thumbnail.body()));
        assertThat(image.getWidth()).isEqualTo(200);
        assertThat(image.getHeight()).isEqualTo(100);
    }

    @Test
    void anUploadByPartsIsBegunAtOneAndCompletedAtTheOther() throws Exception {
        var content = bytes(3, 2 * QiniuClient.PART_BYTES + 5);

        var upload = first.begin("parts");
        first.putPart(upload, Arrays.copyOf(content, QiniuClient.PART_BYTES));
        second.putPart(
                upload,
                Arrays.copyOfRange(content, QiniuClient.PART_BYTES, 2 * QiniuClient.PART_BYTES));
        first.putPart(
                upload, Arrays.copyOfRange(content, 2 * QiniuClient.PART_BYTES, content.length));
        var hash = second.complete(upload);

        assertThat(hash).isEqualTo(Etag.data(content));
        assertThere(first, "parts", hash);
        assertThat(first.get("parts", "").body()).isEqualTo(content);
    }

    @Test
    void ofTwoWhoInsertAtOnceOneWins() throws Exception {
        assertThere(second, "before", first.put("before", bytes(4, 1))); // the bucket is at both
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var race = 0; race < RACES; race++) {
                var key = "race/" + race;
                var start = new CyclicBarrier(2);
                var byFirst = threads.submit(() -> inserted(first, key, "first", start));
                var bySecond = threads.submit(() -> inserted(second, key, "second", start));

                var firstStatus = answer(byFirst);
                assertThat(new int[] {firstStatus, answer(bySecond)})
                        .containsExactlyInAnyOrder(200, 614);
                var winner = firstStatus == 200 ? "first" : "second";
                var hash = Etag.data(winner.getBytes(StandardCharsets.UTF_8));
                assertThere(first, key, hash);
                assertThere(second, key, hash);
            }
        }
    }

    private static int answer(Future<Integer> status) throws Exception {
        return status.get(60, TimeUnit.SECONDS);
    }

    private static int inserted(QiniuClient client, String key, String text, CyclicBarrier start)
            throws Exception {
        start.await(60, TimeUnit.SECONDS);
        return client.putNew(key, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aNodeWithAnEmptyHomeCatchesUp() throws Exception {
        var content = bytes(5, 100_000);
        var hash = second.put("for the third", content);

        try (var node = up("third", 0);
                var third = new QiniuClient(node, folder.resolve("third"), BUCKET)) {
            assertThat(third.stat("for the third").hash).as("a node that is up").isEqualTo(hash);
            assertThat(third.get("for the third", "").body()).isEqualTo(content);
        }
        assertThat(folder.resolve("third/credentials.json"))
                .hasSameTextualContentAs(folder.resolve("first/credentials.json"));
    }

    @Test
    void listsGoOnWhileANodeComesAndGoes() throws Exception {
        var hash = first.put("listed", bytes(6, 100));
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var lists =
                    Stream.of(first, second)
                            .map(client ->
                                    threads.submit(() -> {
                                        do {
                                            assertThat(client.list())
                                                    .anyMatch(object ->
                                                            object.key.equals("listed")
                                                                    && object.hash.equals(hash));
                                        } while (!over.get());
                                        return client;
                                    }))
                            .toList();
            try (var node = up("fourth", 0);
                    var fourth = new QiniuClient(node, folder.resolve("fourth"), BUCKET)) {
                assertThere(fourth, "listed", hash);
                assertThat(fourth.list()).anyMatch(object -> object.key.equals("listed"));
            } finally {
                over.set(true);
            }
            for (var each : lists) {
                each.get(60, TimeUnit.SECONDS);
            }
        }
    }
}
