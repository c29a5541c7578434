package dev.lumiere.api.storage;

import static dev.lumiere.api.storage.UploadServer.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.blob.QETag;
import dev.lumiere.storage.catalog.CatalogObject;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resumable uploads of both kinds, and callbacks, as seen on the wire. */
class ResumableRequestsTest {
    private static final byte[] NOTHING = {};

    @TempDir private Path folder;
    private UploadServer server;

    @BeforeEach
    void start() throws Exception {
        server = new UploadServer(folder);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private HttpResponse<String> send(String method, String target, byte[] body, String... headers)
            throws Exception {
        var all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = "UpToken " + token("bucket");
        return server.send(method, target, body, all);
    }

    private JsonObject sent(String method, String target, byte[] body) throws Exception {
        var answer = send(method, target, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Reqid")).isPresent();
        return new JsonObject(answer.body());
    }

    private CatalogObject found(String key) {
        return Objects.requireNonNull(server.find(key), key);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void blocksChunksAndAFile() throws Exception {
        var bytes = random((4 << 20) + 5);
        var one = sent("POST", "/mkblk/4194304", Arrays.copyOf(bytes, 4 << 20));
        assertThat(one.getString("host")).isEqualTo("http://127.0.0.1:" + server.port());
        assertThat(one.getLong("offset")).isEqualTo(4 << 20);
        assertThat(one.getLong("expired_at")).isPositive();
        var two = sent("POST", "/mkblk/5", Arrays.copyOfRange(bytes, 4 << 20, (4 << 20) + 2));
        two =
                sent(
                        "POST",
                        "/bput/%s/2".formatted(two.getString("ctx")),
                        Arrays.copyOfRange(bytes, (4 << 20) + 2, bytes.length));
        server.close();
        server = new UploadServer(folder);
        var file =
                "/mkfile/%d/key/%s/mimeType/%s/fname/%s/x:a/%s/x-qn-meta-b/%s/other/-"
                        .formatted(
                                bytes.length,
                                base64("k/é"),
                                base64("a/b"),
                                base64("f"),
                                base64("v"),
                                base64("w"));
        var contexts = (one.getString("ctx") + "," + two.getString("ctx")).getBytes(UTF_8);

        assertThat(sent("POST", file, contexts).getString("hash")).isEqualTo(QETag.of(bytes));
        assertThat(found("k/é").mimeType()).isEqualTo("a/b");
        assertThat(found("k/é").metadata()).containsEntry("b", "w");
        assertThat(send("POST", "/mkfile/1", contexts).statusCode()).isEqualTo(400);
        assertThat(send("POST", "/mkfile/1", "x".getBytes(UTF_8)).statusCode()).isEqualTo(701);
        assertThat(send("POST", "/mkfile/x", contexts).body()).contains("no number");
        assertThat(send("POST", "/mkfile/1/key", contexts).body()).contains("no value: key");
        assertThat(send("POST", "/mkfile/1/key/*", contexts).statusCode()).isEqualTo(400);
        assertThat(send("POST", "/bput/x/1", new byte[1]).statusCode()).isEqualTo(701);
        assertThat(send("GET", "/mkblk/1", NOTHING).statusCode()).isEqualTo(405);
        assertThat(server.send("POST", "/mkblk/1", new byte[1]).statusCode()).isEqualTo(401);
    }

    @Test
    void partsOfAnUpload() throws Exception {
        var bytes = random((2 << 20) + 3);
        var uploads = "/buckets/bucket/objects/%s/uploads".formatted(base64("a?b"));
        var begun = sent("POST", uploads, NOTHING);
        var upload = uploads + "/" + begun.getString("uploadId");
        var two = sent("PUT", upload + "/2", Arrays.copyOfRange(bytes, 2 << 20, bytes.length));
        var one = sent("PUT", upload + "/1", Arrays.copyOf(bytes, 2 << 20));
        assertThat(one.getString("md5")).hasSize(32);
        assertThat(send("PUT", upload + "/3", new byte[1], "Content-MD5", "0").statusCode())
                .isEqualTo(400);
        var page = sent("GET", upload + "?max-parts=1", NOTHING);
        assertThat(page.getJsonArray("parts").getJsonObject(0).getString("etag"))
                .isEqualTo(one.getString("etag"));
        assertThat(page.getInteger("partNumberMarker")).isEqualTo(1);
        var parts =
                JsonArray.of(
                        JsonObject.of("partNumber", 1, "etag", one.getString("etag")),
                        JsonObject.of("partNumber", 2, "etag", two.getString("etag")));
        var chosen =
                JsonObject.of(
                        "parts",
                        parts,
                        "mimeType",
                        "a/b",
                        "metaData",
                        JsonObject.of("x-qn-meta-m", "1", "n", "2"),
                        "customVars",
                        JsonObject.of("x:a", "b"));
        for (var wrong : new String[] {"", "[]", "{}", "{\"parts\":[{}]}", "{\"parts\":[1]}"}) {
            assertThat(send("POST", upload, wrong.getBytes(UTF_8)).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }

        assertThat(sent("POST", upload, chosen.toBuffer().getBytes()).getString("hash"))
                .isEqualTo(QETag.of(bytes));
        assertThat(found("a?b").metadata()).containsEntry("m", "1").containsEntry("n", "2");
        var gone = send("POST", upload, chosen.toBuffer().getBytes());
        assertThat(gone.statusCode()).isEqualTo(612);
        assertThat(new JsonObject(gone.body()).getString("error")).isEqualTo("no such uploadId");
    }

    @Test
    void noKeyAndTheEmptyKeyAreDifferent() throws Exception {
        for (var key : new String[] {"~", ""}) {
            var uploads = "/buckets/bucket/objects/%s/uploads".formatted(key);
            var upload = uploads + "/" + sent("POST", uploads, NOTHING).getString("uploadId");
            var etag = sent("PUT", upload + "/1", new byte[] {1}).getString("etag");
            var body = "{\"parts\":[{\"partNumber\":1,\"etag\":\"%s\"}]}".formatted(etag);

            assertThat(sent("POST", upload, body.getBytes(UTF_8)).getString("key"))
                    .isEqualTo(key.isEmpty() ? "" : etag);
        }
        var uploads = "/buckets/bucket/objects/~/uploads";
        var upload = uploads + "/" + sent("POST", uploads, NOTHING).getString("uploadId");
        assertThat(send("DELETE", upload, NOTHING).statusCode()).isEqualTo(200);
        assertThat(send("GET", upload, NOTHING).statusCode()).isEqualTo(612);
        assertThat(send("PATCH", upload, NOTHING).statusCode()).isEqualTo(405);
        assertThat(send("POST", "/buckets/other/objects/~/uploads", NOTHING).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aFileInBase64() throws Exception {
        var body = Base64.getEncoder().encode("hello".getBytes(UTF_8));
        var path = "/putb64/5/key/" + base64("b64");

        assertThat(sent("POST", path, body).getString("key")).isEqualTo("b64");
        assertThat(found("b64").size()).isEqualTo(5);
        assertThat(send("POST", "/putb64/-1", body).statusCode()).isEqualTo(200);
        assertThat(send("POST", "/putb64/4", body).statusCode()).isEqualTo(400);
        assertThat(send("POST", "/putb64/-1", "*".getBytes(UTF_8)).statusCode()).isEqualTo(400);
    }

    @Test
    void whoIsCalledBackIsCheckedForWhereItIs() throws Exception {
        var told =
                server.vertx()
                        .createHttpServer()
                        .requestHandler(ResumableRequestsTest::told)
                        .listen(0, "127.0.0.1")
                        .await();
        var port = told.actualPort();

        var answer = calledBack("http://localhost:%d/cb".formatted(port));
        assertThat(answer.body())
                .isEqualTo(
                        "{\"body\":\"k=cb\",\"host\":\"me.example\","
                                + "\"type\":\"application/x-www-form-urlencoded\",\"signed\":true}");
        var refused = calledBack("http://127.0.0.1:%d/cb".formatted(port));
        assertThat(refused.statusCode()).isEqualTo(579);
        assertThat(refused.body()).contains("nothing is sent to 127.0.0.1", "\"key\":\"cb\"");
        assertThat(calledBack("http://localhost:%d/elsewhere".formatted(port)).body())
                .contains("579", "redirect");
        assertThat(calledBack("file:///etc/passwd").body()).contains("579", "neither http");
        assertThat(
                        calledBack(
                                "http://localhost:%d/elsewhere;http://localhost:%<d/"
                                        .formatted(port)))
                .extracting(HttpResponse::statusCode)
                .isEqualTo(200);
    }

    private static void told(HttpServerRequest request) {
        if ("/elsewhere".equals(request.path())) {
            request.response().setStatusCode(302).putHeader("Location", "/").end();
            return;
        }
        var authorization = String.valueOf(request.getHeader("Authorization"));
        request.body()
                .onSuccess(body ->
                        request.response()
                                .end(
                                        JsonObject.of(
                                                        "body", body.toString(),
                                                        "host", request.getHeader("Host"),
                                                        "type", request.getHeader("Content-Type"),
                                                        "signed",
                                                                authorization.startsWith(
                                                                        "QBox ak:"))
                                                .toBuffer()));
    }

    private HttpResponse<String> calledBack(String url) throws Exception {
        var token =
                token(
                        "bucket",
                        "callbackUrl",
                        url,
                        "callbackBody",
                        "k=$(key)",
                        "callbackHost",
                        "me.example");
        return server.post(
                UploadServer.form(
                        UploadServer.field("token", token),
                        UploadServer.field("key", "cb"),
                        UploadServer.file("a", "b")));
    }
}
