package dev.lumiere.api.storage;

import static dev.lumiere.api.storage.UploadServer.BOUNDARY;
import static dev.lumiere.api.storage.UploadServer.field;
import static dev.lumiere.api.storage.UploadServer.file;
import static dev.lumiere.api.storage.UploadServer.form;
import static dev.lumiere.api.storage.UploadServer.part;
import static dev.lumiere.api.storage.UploadServer.token;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.blob.QETag;
import dev.lumiere.storage.catalog.CatalogObject;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads by form, as seen on the wire. */
class FormUploadTest {
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

    private static long crc(String text) {
        var crc = new CRC32();
        crc.update(text.getBytes(UTF_8));
        return crc.getValue();
    }

    /** A quicker answer than its first second's bytes allow would be one that nobody held back. */
    @Test
    void aTokenHoldsItsFileBack() throws Exception {
        var file = file("slow", "x".repeat(120_000));
        var slow = field("token", token("bucket:slow", "trafficLimit", 819_200));
        var start = System.nanoTime();

        assertThat(server.post(form(slow, field("key", "slow"), file)).statusCode()).isEqualTo(200);

        assertThat(System.nanoTime() - start).isGreaterThan(800_000_000L);
        assertThat(found("slow").size()).isEqualTo(120_000);
    }

    @Test
    void partsComeInEveryOrder() throws Exception {
        var parts =
                new ArrayList<>(
                        List.of(
                                field(
                                        "token",
                                        token(
                                                "bucket:order",
                                                "returnBody",
                                                "{\"k\":$(key),\"v\":$(x:v),\"f\":$(fname)}")),
                                field("key", "order"),
                                file("a.txt", "content"),
                                field("crc32", Long.toString(crc("content"))),
                                field("x:v", "1")));
        for (var i = 0; i < 24; i++) {
            permute(parts, i);
            var answer = server.post(form(parts.toArray(String[]::new)));

            assertThat(answer.body()).isEqualTo("{\"k\":\"order\",\"v\":\"1\",\"f\":\"a.txt\"}");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-Reqid")).isPresent();
        }
        assertThat(found("order").mimeType()).startsWith("text/plain");
    }

    /** Another order each time, so that every part comes at every place. */
    private static void permute(List<String> parts, int turn) {
        Collections.rotate(parts, 1);
        Collections.swap(parts, turn % 5, turn % 4);
    }

    private static CatalogObject found(String key) {
        return Objects.requireNonNull(server.find(key), key);
    }

    @Test
    void aFormCutAnywherePutsNothing() throws Exception {
        var form =
                form(
                        field("token", token("bucket")),
                        field("key", "cut"),
                        file("a", "\r\n--" + BOUNDARY.substring(1) + "\r\n"));
        for (var end = 0; end < form.length - 2; end++) {
            var cut = Arrays.copyOf(form, end);
            var ended = server.raw(cut, end, false);
            assertThat(ended).as("cut at %d", end).startsWith("HTTP/1.1 400 ");
            if (end % 16 == 0) {
                server.raw(cut, form.length, true);
            }
        }
        assertThat(server.find("cut")).isNull();
        assertThat(server.post(form).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNoFormOrTooMuchOfOneIsRefusedByName() throws Exception {
        var good = form(field("token", token("bucket")), field("key", "bad"), file("a", "b"));
        var type = "Content-Type";
        assertProblem(400, "boundary", server.send("POST", "/", good));
        assertProblem(400, "boundary", server.send("POST", "/", good, type, "text/plain"));
        assertProblem(400, "boundary", server.send("POST", "/", good, type, "multipart/form-data"));
        assertProblem(
                400,
                "no whole form",
                server.send("POST", "/", good, type, "multipart/form-data; boundary=other"));
        assertProblem(400, "no whole form", server.post(new byte[0]));

        var many = new String[201];
        Arrays.fill(many, field("unknown", ""));
        assertProblem(400, "200 parts", server.post(form(many)));
        assertProblem(400, "8192", server.post(form(field("a".repeat(9000), ""))));
        assertProblem(400, "65536", server.post(form(field("x:a", "a".repeat(70_000)))));
        var fields = new String[8];
        Arrays.setAll(fields, i -> field("x:" + i, "a".repeat(60_000)));
        assertProblem(400, "262144", server.post(form(fields)));
        assertProblem(400, "not known", server.post(form(field("unknown", "a".repeat(300_000)))));
        assertProblem(
                400, "behind the form", server.post(Arrays.copyOf(good, good.length + 90_000)));
        assertProblem(400, "no name", server.post(form(part("x=y", ""))));
        assertProblem(400, "twice: key", server.post(form(field("key", "a"), field("key", "b"))));
        assertProblem(400, "twice: file", server.post(form(file("a", ""), file("b", ""))));
        assertProblem(400, "no file", server.post(form(field("token", token("bucket")))));
        assertProblem(401, "token", server.post(form(file("a", ""))));
        assertProblem(401, "bad token", server.post(form(field("token", "a:b:c"), file("a", ""))));
        assertProblem(
                400,
                "UTF-8",
                server.post(new String(form(field("key", "\u00ff")), UTF_8).getBytes(ISO_8859_1)));
        assertThat(server.find("bad")).isNull();
    }

    private static void assertProblem(int status, String words, HttpResponse<String> answer) {
        var json = new JsonObject(answer.body());
        assertThat(json.getString("error")).contains(words);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json.getInteger("code")).isEqualTo(status);
    }

    @Test
    void aWrongCrcIsTold() throws Exception {
        var token = field("token", token("bucket"));
        var file = file("a", "abc");

        assertProblem(406, "crc32", server.post(form(token, field("crc32", "1"), file)));
        assertProblem(400, "no number", server.post(form(token, file, field("crc32", "x"))));
    }

    @Test
    void namesAreUtf8WithEscapedQuotes() throws Exception {
        var token = token("bucket", "returnBody", "{\"f\":$(fname),\"m\":$(mimeType)}");
        var answer =
                server.post(
                        form(
                                field("token", token),
                                "--%s\r\ncontent-type: a/b\r\ncontent-disposition: form-data;"
                                                .formatted(BOUNDARY)
                                        + " filename=\"日本 \\\"x\\\\ \\y;.png\"; name=file\r\n\r\n"
                                        + "names\r\n"));

        assertThat(answer.body()).isEqualTo("{\"f\":\"日本 \\\"x\\\\ \\\\y;.png\",\"m\":\"a/b\"}");
    }

    @Test
    void theTokenMayStandInTheHead() throws Exception {
        var form = form(field("key", "head"), field("x-qn-meta-by", "mé"), file("a", "b"));

        assertThat(server.post(form, "Authorization", "UpToken " + token("bucket")).statusCode())
                .isEqualTo(200);
        assertThat(found("head").metadata()).containsEntry("by", "mé");
        assertProblem(401, "bad token", server.post(form, "Authorization", "QBox a:b"));
        assertProblem(401, "bad token", server.post(form, "Authorization", "UpToken a:b:c"));
    }

    @Test
    void aFileThatIsTooLongIsRefusedWhileItComes() throws Exception {
        var token = token("bucket", "fsizeLimit", 2);
        var big = file("a", "x".repeat(1 << 20));

        assertProblem(413, "FsizeLimit", server.post(form(field("token", token), big)));
        assertProblem(413, "FsizeLimit", server.post(form(big, field("token", token))));
    }

    @Test
    void oldBrowsersGetAPageInWhichNothingIsMarkup() throws Exception {
        var answer =
                server.post(
                        form(
                                field("token", token("bucket", "returnBody", "{\"v\":$(x:v)}")),
                                field("accept", "text/html"),
                                field("x:v", "<script>"),
                                file("a", "page")));

        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("text/html; charset=utf-8");
        assertThat(answer.body()).isEqualTo("{\"v\":\"\\u003cscript>\"}");
    }

    @Test
    void browsersAreSentOnWhateverBecomesOfIt() throws Exception {
        var token = field("token", token("bucket", "returnUrl", "http://h/p", "fsizeLimit", 3));

        var put = server.post(form(token, file("a", "abc")));
        assertThat(put.statusCode()).isEqualTo(303);
        assertThat(put.headers().firstValue("Location").orElse(""))
                .startsWith("http://h/p?upload_ret=");
        var refused = server.post(form(token, file("a", "abcd")));
        assertThat(refused.statusCode()).isEqualTo(303);
        assertThat(refused.headers().firstValue("Location").orElse(""))
                .startsWith("http://h/p?code=413&error=exceed+FsizeLimit");
    }

    @Test
    void ofTwoWhoInsertOneKeyOneSucceeds() throws Exception {
        var token = field("token", token("bucket:race", "insertOnly", 1));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Integer>>();
            for (var i = 0; i < 6; i++) {
                var form = form(token, field("key", "race"), file("a", "content " + i));
                calls.add(() -> server.post(form).statusCode());
            }
            var statuses = new ArrayList<Integer>();
            for (var call : threads.invokeAll(calls)) {
                statuses.add(call.get());
            }
            assertThat(statuses).containsExactlyInAnyOrder(200, 614, 614, 614, 614, 614);
        }
    }

    @Test
    void aLargeFileComesInWhole() throws Exception {
        var bytes = new byte[64 << 20];
        new Random(1).nextBytes(bytes);
        var body = new ByteArrayOutputStream();
        var head = file("big", "");
        body.writeBytes(head.substring(0, head.length() - 2).getBytes(UTF_8));
        body.writeBytes(bytes);
        body.writeBytes(("\r\n" + field("key", "big")).getBytes(UTF_8));
        body.writeBytes(form(field("token", token("bucket"))));

        var answer = server.post(body.toByteArray());

        assertThat(new JsonObject(answer.body()).getString("hash")).isEqualTo(QETag.of(bytes));
        assertThat(found("big").size()).isEqualTo(bytes.length);
    }

    @Test
    void pagesOfEveryOriginMayAsk() throws Exception {
        for (var path :
                List.of(
                        "/",
                        "/mkblk/4",
                        "/bput/a/1",
                        "/mkfile/1",
                        "/putb64/1",
                        "/buckets/b/objects/~/uploads")) {
            var answer = server.send("OPTIONS", path, new byte[0], "Origin", "http://page");
            assertThat(answer.statusCode()).as(path).isEqualTo(204);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
                    .contains("Authorization", "Content-MD5");
            var refused = server.send("POST", path, new byte[0], "Origin", "http://page");
            assertThat(refused.statusCode()).as(path).isBetween(400, 401);
            assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        }
        assertThat(server.send("GET", "/", new byte[0]).statusCode()).isEqualTo(405);
        assertThat(server.send("POST", "/unknown", new byte[0]).statusCode()).isEqualTo(404);
    }
}
