package dev.lumiere.api.storage;

import static dev.lumiere.api.storage.UploadServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.NodeSdk;
import dev.lumiere.storage.blob.QETag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Qiniu's SDK for Node goes on with an upload that was cut short, by what it has recorded. */
class NodeUploadTest {
    private static final int BYTES = (9 << 20) + 1;

    @TempDir private Path folder;

    @Test
    void goesOnWithPartsAndBlocksWhereItStopped() throws Exception {
        var sdk = NodeSdk.in(folder, "resume.cjs");
        try (var server = new UploadServer(folder.resolve("server"))) {
            resumed(sdk, server, "parts/é", "v2", 2 << 20, 5);
            resumed(sdk, server, "blocks/日本", "v1", 4 << 20, 3);
        }
    }

    private void resumed(
            NodeSdk sdk, UploadServer server, String key, String version, int bytes, int parts)
            throws Exception {
        var content = new byte[BYTES];
        new Random(bytes).nextBytes(content);
        var file = Files.write(folder.resolve(version), content);
        var token =
                token(
                        "bucket:" + key,
                        "returnBody",
                        "{\"hash\":$(etag),\"v\":$(x:v),\"size\":$(fsize),\"name\":$(fname)}");

        var told =
                sdk.run(
                        "127.0.0.1:" + server.port(),
                        token,
                        key,
                        file.toString(),
                        version,
                        Integer.toString(bytes),
                        "2");

        assertThat(told.getString("stopped")).contains("enough");
        assertThat(told.getInteger("first")).isEqualTo(2);
        assertThat(told.getInteger("second")).as("sent later").isEqualTo(parts - 2);
        assertThat(told.getInteger("status")).isEqualTo(200);
        var answer = told.getJsonObject("data");
        assertThat(answer.getString("hash")).isEqualTo(QETag.of(content));
        assertThat(answer.getString("v")).isEqualTo("välue");
        assertThat(answer.getString("name")).isEqualTo("näme.jpg");
        assertThat(answer.getInteger("size")).isEqualTo(BYTES);
        var object = Objects.requireNonNull(server.find(key));
        assertThat(object.mimeType()).isEqualTo("image/jpeg");
        assertThat(object.metadata()).containsEntry("m", "1");
    }
}
