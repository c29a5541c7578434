package dev.lumiere.api.storage;

import static dev.lumiere.api.storage.UploadServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.qiniu.storage.Configuration;
import com.qiniu.storage.Region;
import com.qiniu.storage.UploadManager;
import com.qiniu.util.StringMap;
import dev.lumiere.storage.blob.QETag;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Qiniu's SDK for Java uploads here as it is. */
class QiniuUploadTest {
    @TempDir static Path folder;
    private static UploadServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new UploadServer(folder);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static Configuration configuration() {
        var host = "127.0.0.1:" + server.port();
        var region =
                new Region.Builder()
                        .region("z0")
                        .accUpHost(host)
                        .srcUpHost(host)
                        .iovipHost(host)
                        .rsHost(host)
                        .rsfHost(host)
                        .apiHost(host)
                        .build();
        var configuration = Configuration.create(region);
        configuration.useHttpsDomains = false;
        return configuration;
    }

    private static void upload(Configuration configuration, String key, int bytes)
            throws Exception {
        var content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        var file = Files.write(folder.resolve("file-" + key.hashCode() + ".jpg"), content);
        var token =
                token(
                        "bucket:" + key,
                        "returnBody",
                        "{\"hash\":$(etag),\"v\":$(x:v),\"size\":$(fsize),\"name\":$(fname)}");
        var variables = new StringMap().put("x:v", "välue");
        var metadata = new StringMap().put("x-qn-meta-m", "1");

        var response =
                new UploadManager(configuration)
                        .put(
                                file.toString(),
                                key,
                                token,
                                variables.putAll(metadata),
                                "image/jpeg",
                                true);

        assertThat(response.isOK()).as(response.toString()).isTrue();
        var answer = new JsonObject(response.bodyString());
        assertThat(answer.getString("hash")).isEqualTo(QETag.of(content));
        assertThat(answer.getString("v")).isEqualTo("välue");
        assertThat(answer.getLong("size")).isEqualTo(bytes);
        assertThat(answer.getString("name")).isEqualTo(file.getFileName().toString());
        var object = Objects.requireNonNull(server.find(key));
        assertThat(object.mimeType()).isEqualTo("image/jpeg");
        assertThat(object.size()).isEqualTo(bytes);
        assertThat(object.metadata()).containsEntry("m", "1");
    }

    @Test
    void aSmallFileByForm() throws Exception {
        upload(configuration(), "small \"1\".jpg", 100_000);
    }

    @Test
    void aLargeFileByBlocks() throws Exception {
        var configuration = configuration();
        configuration.resumableUploadAPIVersion = Configuration.ResumableUploadAPIVersion.V1;
        upload(configuration, "blocks/日本", (9 << 20) + 1);
    }

    @Test
    void aLargeFileByPartsSideBySide() throws Exception {
        var configuration = configuration();
        configuration.resumableUploadAPIVersion = Configuration.ResumableUploadAPIVersion.V2;
        configuration.resumableUploadAPIV2BlockSize = 2 << 20;
        configuration.resumableUploadMaxConcurrentTaskCount = 3;
        upload(configuration, "parts/é", (9 << 20) + 1);
    }
}
