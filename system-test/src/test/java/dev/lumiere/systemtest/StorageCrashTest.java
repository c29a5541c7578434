package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.qiniu.common.QiniuException;
import com.qiniu.util.Etag;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node is killed while clients upload: what it has acknowledged is there, and all else whole. */
class StorageCrashTest {
    private static final long SEED = Long.getLong("lumiere.crash.seed", 7);
    private static final int ROUNDS = 3;
    private static final int CLIENTS = 4;
    private static final int MAX_FORM_BYTES = 200_000;
    private static final String BUCKET = "crash";

    @TempDir Path folder;

    /** What an object may be, by its hash: what was acknowledged last, or attempted since. */
    private final Map<String, List<String>> possible = new ConcurrentHashMap<>();

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    private RunningNode up() throws Exception {
        return RunningNode.up(home(), "--workers", "0");
    }

    private Path home() {
        return folder.resolve("home");
    }

    @Test
    void whatIsAcknowledgedOutlivesAKillAndNothingIsHalfThere() throws Exception {
        var random = new Random(SEED);
        var node = up();
        try {
            try (var client = new QiniuClient(node, home(), BUCKET)) {
                client.makeBucket();
            }
            for (var round = 0; round < ROUNDS; round++) {
                var content = bytes(random, 2 * QiniuClient.PART_BYTES + random.nextInt(100_000));
                var upload = killedWhileClientsUpload(node, round, content, random);
                node = up();
                try (var client = new QiniuClient(node, home(), BUCKET)) {
                    assertAllIsWhole(client);
                    client.putPart(upload, last(content));
                    assertThat(client.complete(upload)).isEqualTo(Etag.data(content));
                    acknowledge(upload.key(), Etag.data(content));
                    assertIsWhole(client, upload.key(), Etag.data(content), content.length);
                }
            }
        } finally {
            node.close();
        }
    }

    /** Gives an upload by parts that lacks its last. */
    private QiniuClient.Upload killedWhileClientsUpload(
            RunningNode node, int round, byte[] content, Random random) throws Exception {
        try (var client = new QiniuClient(node, home(), BUCKET);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var upload = client.begin("begun/" + round);
            for (var at = 0; at < 2 * QiniuClient.PART_BYTES; at += QiniuClient.PART_BYTES) {
                client.putPart(
                        upload, Arrays.copyOfRange(content, at, at + QiniuClient.PART_BYTES));
            }
            var untilKilled = new CountDownLatch(20 + random.nextInt(40));
            var seed = random.nextLong();
            var clients =
                    IntStream.range(0, CLIENTS)
                            .mapToObj(i ->
                                    threads.submit(() ->
                                            putUntilItFails(
                                                    client,
                                                    round + "/" + i,
                                                    new Random(seed + i),
                                                    untilKilled)))
                            .toList();
            assertThat(untilKilled.await(60, TimeUnit.SECONDS)).isTrue();
            node.kill();
            for (Future<?> each : clients) {
                each.get(60, TimeUnit.SECONDS);
            }
            return upload;
        }
    }

    /** New objects, some by parts, and now and then one that all rounds replace. */
    private void putUntilItFails(
            QiniuClient client, String name, Random random, CountDownLatch acknowledgements) {
        for (var i = 0; ; i++) {
            var key =
                    i % 4 == 3
                            ? "replaced/" + name.substring(name.indexOf('/') + 1)
                            : name + "/é " + i;
            var size =
                    random.nextInt(8) == 0
                            ? QiniuClient.PART_BYTES + 1 + random.nextInt(QiniuClient.PART_BYTES)
                            : random.nextInt(MAX_FORM_BYTES);
            var content = bytes(random, size);
            var hash = Etag.data(content);
            possible.merge(key, List.of(hash), StorageCrashTest::joined);
            try {
                assertThat(client.put(key, content)).isEqualTo(hash);
            } catch (QiniuException e) {
                assertThat(acknowledgements.getCount()).as("%s: %s", key, e).isZero();
                return;
            }
            acknowledge(key, hash);
            acknowledgements.countDown();
        }
    }

    private static List<String> joined(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    private void acknowledge(String key, String hash) {
        possible.put(key, List.of(hash));
        acknowledged.add(key);
    }

    private static byte[] bytes(Random random, int size) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] last(byte[] content) {
        return Arrays.copyOfRange(content, 2 * QiniuClient.PART_BYTES, content.length);
    }

    private void assertAllIsWhole(QiniuClient client) throws Exception {
        var listed = client.list();
        assertThat(listed.stream().map(object -> object.key).toList())
                .as("seed %d", SEED)
                .doesNotHaveDuplicates()
                .containsAll(acknowledged);
        var size = listed.stream().mapToLong(object -> object.fsize).sum();
        assertThat(client.used()).isEqualTo(JsonObject.of("size", size, "count", listed.size()));
        for (var object : listed) {
            assertThat(possible.getOrDefault(object.key, List.of()))
                    .as("%s, seed %d", object.key, SEED)
                    .contains(object.hash);
            assertIsWhole(client, object.key, object.hash, object.fsize);
        }
    }

    private static void assertIsWhole(QiniuClient client, String key, String hash, long size)
            throws Exception {
        var stat = client.stat(key);
        assertThat(stat.hash).as("%s, seed %d", key, SEED).isEqualTo(hash);
        assertThat(stat.fsize).isEqualTo(size);
        var download = client.get(key, "");
        assertThat(download.statusCode()).as(key).isEqualTo(200);
        assertThat(download.body()).hasSize((int) size);
        assertThat(Etag.data(download.body())).as("%s, seed %d", key, SEED).isEqualTo(hash);
    }
}
