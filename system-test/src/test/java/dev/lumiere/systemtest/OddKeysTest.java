package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.qiniu.common.QiniuException;
import com.qiniu.util.Etag;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any text is a key, from the upload to the download, and none names a file of the node. */
class OddKeysTest {
    private static final List<String> KEYS =
            List.of(
                    "a//b",
                    "//",
                    "/",
                    ".",
                    "..",
                    "../../credentials.json",
                    "a/../b",
                    "line\nfeed",
                    "%2e%2e/%00",
                    "what?is#this&that=+;",
                    "spa ce ",
                    "\\back\\slash\"quote",
                    "日本/é\u0301.jpg",
                    "\ud83d\ude00",
                    "日".repeat(250));

    @TempDir Path folder;

    @Test
    void whatIsPutUnderAKeyIsFoundUnderItAndUnderNoOther() throws Exception {
        var home = folder.resolve("home");
        try (var node = RunningNode.up(home, "--workers", "0");
                var client = new QiniuClient(node, home, "odd")) {
            client.makeBucket();
            for (var key : KEYS) {
                var content = ("of " + key).getBytes(UTF_8);
                assertThat(client.put(key, content)).isEqualTo(Etag.data(content));
            }
            assertThat(client.list())
                    .extracting(object -> object.key)
                    .containsExactlyInAnyOrderElementsOf(KEYS);
            for (var key : KEYS) {
                var content = ("of " + key).getBytes(UTF_8);
                assertThat(client.stat(key).hash).as(key).isEqualTo(Etag.data(content));
                var download = client.get(key, "");
                assertThat(download.statusCode()).as(key).isEqualTo(200);
                assertThat(download.body()).as(key).isEqualTo(content);

                var parts = client.begin(key);
                client.putPart(parts, Arrays.copyOf(content, QiniuClient.PART_BYTES));
                assertThat(client.complete(parts)).isEqualTo(client.stat(key).hash);
                client.delete(key);
                assertThat(client.get(key, "").statusCode()).as(key).isEqualTo(404);
            }
            assertThat(client.list()).isEmpty();
            for (var key : List.of("日".repeat(250) + "a", "a\0b")) {
                assertThatThrownBy(() -> client.put(key, new byte[1]))
                        .isInstanceOfSatisfying(
                                QiniuException.class, e -> assertThat(e.code()).isEqualTo(400));
            }
        }
    }
}
