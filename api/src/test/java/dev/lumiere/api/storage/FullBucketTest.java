package dev.lumiere.api.storage;

import static dev.lumiere.api.storage.UploadServer.field;
import static dev.lumiere.api.storage.UploadServer.file;
import static dev.lumiere.api.storage.UploadServer.form;
import static dev.lumiere.api.storage.UploadServer.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.qiniu.common.QiniuException;
import com.qiniu.storage.Configuration;
import com.qiniu.storage.Region;
import com.qiniu.storage.UploadManager;
import dev.lumiere.storage.catalog.Usage;
import dev.lumiere.storage.rule.Quota;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads into a bucket that may have a hundred bytes, as seen on the wire. */
class FullBucketTest {
    private static final byte[] NOTHING = {};

    @TempDir private Path folder;
    private UploadServer server;

    @BeforeEach
    void start() throws Exception {
        server = new UploadServer(folder);
        quota(100, -1);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void quota(long bytes, long count) {
        server.catalog.buckets().set("bucket", settings -> settings.with(new Quota(bytes, count)));
    }

    private HttpResponse<String> put(String key, int bytes) throws Exception {
        var content = file("f", "x".repeat(bytes));
        return server.post(
                form(field("token", token("bucket:" + key)), field("key", key), content));
    }

    private HttpResponse<String> send(String method, String target, byte[] body) throws Exception {
        return server.send(method, target, body, "Authorization", "UpToken " + token("bucket"));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static void assertFull(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(new JsonObject(answer.body()).getString("error"))
                .startsWith("quota of bucket bucket reached: ")
                .contains(" of 100 bytes are used, ");
    }

    @Test
    void aFormIsRefusedUntilThereIsRoom() throws Exception {
        assertThat(put("a", 60).statusCode()).isEqualTo(200);
        assertFull(put("b", 41));
        assertThat(server.find("b")).isNull();
        assertThat(put("a", 100).statusCode()).isEqualTo(200);
        assertFull(put("b", 1));
        assertThat(put("a", 100).statusCode()).as("the same once more").isEqualTo(200);

        server.catalog.delete("bucket", "a");
        assertThat(put("b", 100).statusCode()).isEqualTo(200);
        var answer = server.post(form(field("token", token("bucket")), file("f", "keyless")));
        assertFull(answer);
    }

    @Test
    void aLargeFileIsRefusedBeforeItComes() throws Exception {
        var begin = field("token", token("bucket:a")) + field("key", "a");
        var some = begin + file("f", "x".repeat(1000)).replace("x\r\n", "x");

        var answer = server.raw(some.getBytes(UTF_8), 64 << 20, false);

        assertThat(answer).contains("403", "quota of bucket bucket reached: 0 of 100 bytes");
    }

    @Test
    void blocksAreRefusedWhereTheyAreJoined() throws Exception {
        var context = new JsonObject(send("POST", "/mkblk/60", new byte[60]).body());
        var list = context.getString("ctx").getBytes(UTF_8);
        put("a", 60);

        assertFull(send("POST", "/mkblk/101", new byte[101]));
        assertFull(send("POST", "/mkfile/60/key/" + base64("b"), list));
        assertFull(send("POST", "/mkfile/60", list));
        server.catalog.delete("bucket", "a");
        assertThat(send("POST", "/mkfile/60/key/" + base64("b"), list).statusCode()).isEqualTo(200);
        assertFull(send("POST", "/putb64/41/key/" + base64("c"), NOTHING));
    }

    @Test
    void whatIsSavedUnderAnotherKeyFitsInPlaceOfWhatIsThere() throws Exception {
        put("large", 100);
        var forced =
                token("bucket:l", "isPrefixalScope", 1, "saveKey", "large", "forceSaveKey", true);

        var answer =
                server.send(
                        "POST",
                        "/putb64/90/key/" + base64("little"),
                        base64("y".repeat(90)).getBytes(UTF_8),
                        "Authorization",
                        "UpToken " + forced);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(server.find("little")).isNull();
    }

    @Test
    void partsAreRefusedFromTheBeginningIfNothingFits() throws Exception {
        var uploads = "/buckets/bucket/objects/%s/uploads".formatted(base64("b"));
        var id = new JsonObject(send("POST", uploads, NOTHING).body()).getString("uploadId");
        var upload = uploads + "/" + id;
        var etag =
                new JsonObject(send("PUT", upload + "/1", new byte[60]).body()).getString("etag");
        var chosen = "{\"parts\":[{\"partNumber\":1,\"etag\":\"%s\"}]}".formatted(etag);
        put("a", 100);

        assertFull(send("POST", uploads, NOTHING));
        assertFull(send("POST", upload, chosen.getBytes(UTF_8)));
        assertThat(put("a", 40).statusCode()).isEqualTo(200);
        assertThat(send("POST", upload, chosen.getBytes(UTF_8)).statusCode()).isEqualTo(200);
    }

    @Test
    void ofManyAtOnceAsManyComeInAsFit() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var puts = new ArrayList<Callable<Integer>>();
            for (var i = 0; i < 40; i++) {
                var key = "k" + i;
                puts.add(() -> put(key, 7).statusCode());
            }
            var letIn = 0;
            for (var put : threads.invokeAll(puts)) {
                assertThat(put.get()).isIn(200, 403);
                letIn += put.get() == 200 ? 1 : 0;
            }
            assertThat(letIn).isEqualTo(14);
        }
        assertThat(server.catalog.usage("bucket")).isEqualTo(new Usage(98, 14));
    }

    @Test
    void theSdkIsToldWhyWhicheverWayItUploads() throws Exception {
        var host = "127.0.0.1:" + server.port();
        var region = new Region.Builder().region("z0").accUpHost(host).srcUpHost(host).build();
        var configuration = Configuration.create(region);
        configuration.useHttpsDomains = false;
        configuration.putThreshold = 1 << 20;
        for (var version : Configuration.ResumableUploadAPIVersion.values()) {
            configuration.resumableUploadAPIVersion = version;
            for (var bytes : new int[] {101, 5 << 20}) {
                assertThatThrownBy(() ->
                                new UploadManager(configuration)
                                        .put(new byte[bytes], "k", token("bucket:k")))
                        .isInstanceOfSatisfying(
                                QiniuException.class,
                                e -> {
                                    assertThat(e.code()).isEqualTo(403);
                                    assertThat(e.error()).contains("quota of bucket bucket");
                                });
            }
        }
        assertThat(server.find("k")).isNull();
    }
}
