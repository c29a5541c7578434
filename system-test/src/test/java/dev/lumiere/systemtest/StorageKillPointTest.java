package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.qiniu.common.QiniuException;
import com.qiniu.util.Etag;
import com.qiniu.util.StringMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node is killed at the worst moments of an upload, each held by a host that is called back and
 * does not answer: the bytes are durable and there is no event, or the event is and nobody was
 * told.
 */
class StorageKillPointTest {
    private static final int PART_BYTES = QiniuClient.PART_BYTES;

    @TempDir Path folder;
    private ServerSocket host;

    @BeforeEach
    void listen() throws Exception {
        host = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        host.setSoTimeout(60_000);
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    private Path home() {
        return folder.resolve("home");
    }

    private RunningNode up() throws Exception {
        return RunningNode.up(home(), "--workers", "0", "--set", "fetch.allowPrivate=true");
    }

    private StringMap policy() {
        return new StringMap()
                .put("callbackUrl", "http://127.0.0.1:%d/".formatted(host.getLocalPort()))
                .put("callbackBody", "k=$(key)&e=$(etag)");
    }

    private interface Work {
        void on(QiniuClient client) throws Exception;
    }

    /** Kills the node when it calls back, and lets the client learn that it was not told. */
    private void killedAtTheCallback(Work before, Work upload) throws Exception {
        try (var node = up();
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var client = new QiniuClient(node, home(), "kill")) {
            client.makeBucket();
            before.on(client);
            var told = new CompletableFuture<Void>();
            threads.execute(() -> {
                try {
                    upload.on(client);
                    told.complete(null);
                } catch (Exception | AssertionError e) {
                    told.completeExceptionally(e);
                }
            });
            try (var called = host.accept()) {
                assertThat(called.getInputStream().read()).isPositive();
                node.kill();
            }
            assertThatThrownBy(() -> told.get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    private static void assertIsWhole(QiniuClient client, String key, byte[] content)
            throws Exception {
        assertThat(client.stat(key).hash).isEqualTo(Etag.data(content));
        assertThat(client.get(key, "").body()).isEqualTo(content);
    }

    private static byte[] content(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void betweenTheBytesAndTheEventThereIsNothingAndTheUploadCanBeMadeAgain() throws Exception {
        var content = content("between the bytes and the event");
        killedAtTheCallback(
                _ -> {}, client -> client.put(null, content, policy().put("callbackFetchKey", 1)));

        try (var node = up();
                var client = new QiniuClient(node, home(), "kill")) {
            assertThat(client.list()).isEmpty();
            assertThatThrownBy(() -> client.stat(Etag.data(content)))
                    .isInstanceOfSatisfying(
                            QiniuException.class, e -> assertThat(e.code()).isEqualTo(612));
            client.put("again", content);
            assertIsWhole(client, "again", content);
        }
    }

    @Test
    void betweenTheEventAndTheAnswerTheObjectIsThereWhole() throws Exception {
        var content = content("between the event and the answer");
        killedAtTheCallback(
                client -> client.put("key", content("what was there before")),
                client -> client.put("key", content, policy()));

        try (var node = up();
                var client = new QiniuClient(node, home(), "kill")) {
            assertThat(client.list()).hasSize(1);
            assertIsWhole(client, "key", content);
        }
    }

    @Test
    void anUploadByPartsWhoseAnswerIsMissingCanBeCompletedAgain() throws Exception {
        var content = new byte[PART_BYTES + 5];
        var begun = new CompletableFuture<QiniuClient.Upload>();
        killedAtTheCallback(
                client -> {
                    var upload = client.begin("parts");
                    client.putPart(upload, Arrays.copyOf(content, PART_BYTES));
                    client.putPart(upload, new byte[5]);
                    begun.complete(upload);
                },
                client -> client.complete(begun.join(), policy()));

        try (var node = up();
                var client = new QiniuClient(node, home(), "kill")) {
            assertIsWhole(client, "parts", content);
            assertThat(client.complete(begun.join())).isEqualTo(Etag.data(content));
            assertThat(client.list()).hasSize(1);
            assertIsWhole(client, "parts", content);
        }
    }
}
