package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.qiniu.common.QiniuException;
import com.qiniu.util.Etag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk fills up says so, serves what it has, and goes on when there is room again. */
@Timeout(300)
class FullDiskTest {
    private static final int DISK_MEGABYTES = 64;
    private static final int BALLAST_BYTES = 24 << 20;
    private static final int MAX_UPLOADS = 500;
    private static final int CONTENT_BYTES = 200_000;
    private static final Duration RECOVERS_WITHIN = Duration.ofSeconds(20);
    private static final int FULL = 507;

    @TempDir Path folder;

    private final Random random = new Random(17);
    private final Map<String, byte[]> acknowledged = new HashMap<>();

    private static RunningNode up(SmallDisk disk) throws IOException {
        return RunningNode.upIn(
                disk.inside(),
                disk.folder().resolve("home"),
                "--workers",
                "0",
                "--set",
                "storage.reserve=24MiB",
                "--set",
                "log.reserve=8MiB");
    }

    @Test
    void aFullDiskIsToldAndGoneOnFrom() throws Exception {
        try (var disk = new SmallDisk(folder.resolve("disk"), DISK_MEGABYTES)) {
            var seen = disk.fromOutside();
            try (var node = up(disk);
                    var client = new QiniuClient(node, seen.resolve("home"), "full")) {
                client.makeBucket();
                put(client, "first", 1000);
                client.put("deleted", new byte[1000]);
                var ballast = Files.write(seen.resolve("ballast"), new byte[BALLAST_BYTES]);

                assertThat(statusOfTheFirstThatFails(client, "large/", CONTENT_BYTES))
                        .isEqualTo(FULL);
                assertThat(statusOfTheFirstThatFails(client, "small/", 10)).isEqualTo(FULL);
                client.delete("deleted"); // for which there is room
                fillTheLog(node);
                assertThat(statusOf(() -> put(client, "more", 10))).isEqualTo(FULL);
                assertThat(statusOf(() -> client.delete("first"))).isEqualTo(FULL);
                assertAllAreServed(client);
                assertThat(node.send("GET", node.apiPort(), "/health").statusCode()).isEqualTo(503);

                Files.delete(ballast);
                await().atMost(RECOVERS_WITHIN)
                        .until(() -> statusOf(() -> put(client, "after", CONTENT_BYTES)) == 200);
                put(client, "parts", 2 * QiniuClient.PART_BYTES);
                assertThat(node.send("GET", node.apiPort(), "/health").statusCode()).isEqualTo(200);
                assertAllAreServed(client);
                node.kill(); // what was acknowledged since is durable too
            }
            try (var node = up(disk);
                    var client = new QiniuClient(node, seen.resolve("home"), "full")) {
                assertAllAreServed(client);
                assertThat(client.list()).hasSize(acknowledged.size());
                assertThat(node.post("/v1/log/verification", "").body()).contains("\"sound\":true");
            }
        }
    }

    private interface Call {
        void make() throws IOException;
    }

    private static int statusOf(Call call) throws IOException {
        try {
            call.make();
            return 200;
        } catch (QiniuException e) {
            if (e.response == null) {
                throw e;
            }
            return e.code();
        }
    }

    private int statusOfTheFirstThatFails(QiniuClient client, String prefix, int bytes)
            throws IOException {
        for (var i = 0; i < MAX_UPLOADS; i++) {
            var key = prefix + i;
            var status = statusOf(() -> put(client, key, bytes));
            if (status != 200) {
                return status;
            }
        }
        throw new AssertionError("the disk does not fill up");
    }

    private void put(QiniuClient client, String key, int bytes) throws QiniuException {
        var content = new byte[bytes];
        random.nextBytes(content);
        assertThat(client.put(key, content)).isEqualTo(Etag.data(content));
        acknowledged.put(key, content);
    }

    /** What is left goes to events. */
    private static void fillTheLog(RunningNode node) throws Exception {
        for (var i = 0; i < MAX_UPLOADS; i++) {
            var event =
                    """
                    {"changes": [{"stream": "filling-%1$s", "expected": "none", "events": [
                        {"id": "%1$s", "type": "Filled", "payload": {"with": "%2$s"}}]}]}
                    """
                            .formatted(new UUID(1, i), "x".repeat(100_000));
            if (node.post("/v1/log/appends", event).statusCode() != 200) {
                return;
            }
        }
        throw new AssertionError("the log does not fill up");
    }

    private void assertAllAreServed(QiniuClient client) throws Exception {
        for (var object : acknowledged.entrySet()) {
            var download = client.get(object.getKey(), "");
            assertThat(download.statusCode())
                    .as("%s: %s", object.getKey(), new String(download.body(), UTF_8))
                    .isEqualTo(200);
            assertThat(download.body()).as(object.getKey()).isEqualTo(object.getValue());
        }
    }
}
