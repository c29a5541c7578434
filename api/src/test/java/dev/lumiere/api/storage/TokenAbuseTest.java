package dev.lumiere.api.storage;

import static dev.lumiere.api.storage.UploadServer.field;
import static dev.lumiere.api.storage.UploadServer.file;
import static dev.lumiere.api.storage.UploadServer.form;
import static dev.lumiere.api.storage.UploadServer.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.UploadToken;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that do not allow what is tried with them, by every way to upload. */
class TokenAbuseTest {
    private static final long LONG_AGO = 1_000_000_000;

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

    private static String base64(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static HttpResponse<String> send(String token, String method, String path, String body)
            throws IOException, InterruptedException {
        return server.send(method, path, body.getBytes(UTF_8), "Authorization", "UpToken " + token);
    }

    private static HttpResponse<String> byForm(String token, String key, String content)
            throws IOException, InterruptedException {
        return server.post(form(field("token", token), field("key", key), file("a", content)));
    }

    private static HttpResponse<String> byBlock(String token, String key, String content)
            throws IOException, InterruptedException {
        var block = send(token, "POST", "/mkblk/" + content.length(), content);
        if (block.statusCode() != 200) {
            return block;
        }
        var file = "/mkfile/" + content.length() + "/key/" + base64(key);
        return send(token, "POST", file, new JsonObject(block.body()).getString("ctx"));
    }

    private static HttpResponse<String> byParts(String token, String key, String content)
            throws IOException, InterruptedException {
        var path = "/buckets/bucket/objects/" + base64(key) + "/uploads";
        var begun = send(token, "POST", path, "");
        if (begun.statusCode() != 200) {
            return begun;
        }
        var upload = path + "/" + new JsonObject(begun.body()).getString("uploadId");
        var part = send(token, "PUT", upload + "/1", content);
        if (part.statusCode() != 200) {
            return part;
        }
        var etag = new JsonObject(part.body()).getString("etag");
        var parts = "{\"parts\":[{\"partNumber\":1,\"etag\":\"%s\"}]}".formatted(etag);
        return send(token, "POST", upload, parts);
    }

    private static HttpResponse<String> inBase64(String token, String key, String content)
            throws IOException, InterruptedException {
        var path = "/putb64/" + content.length() + "/key/" + base64(key);
        return send(token, "POST", path, base64(content));
    }

    private interface Way {
        HttpResponse<String> upload(String token, String key, String content)
                throws IOException, InterruptedException;
    }

    private static final List<Way> WAYS =
            List.of(
                    TokenAbuseTest::byForm,
                    TokenAbuseTest::byBlock,
                    TokenAbuseTest::byParts,
                    TokenAbuseTest::inBase64);

    /** By every way, and nothing is there afterwards. */
    private static void assertRefused(int status, String error, String token) throws Exception {
        for (var way : WAYS) {
            var answer = way.upload(token, "abused", "content");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            assertThat(new JsonObject(answer.body()).getString("error")).contains(error);
            assertThat(answer.headers().firstValue("X-Reqid")).isPresent();
        }
        assertThat(server.find("abused")).isNull();
    }

    private static String signed(Credential by, String policy) {
        return UploadToken.sign(by, policy);
    }

    @Test
    void whatIsExpiredOrForeignAllowsNothing() throws Exception {
        var expired = JsonObject.of("scope", "bucket", "deadline", LONG_AGO).encode();
        assertRefused(401, "expired token", signed(UploadServer.OWNER, expired));
        var ours = JsonObject.of("scope", "bucket", "deadline", 4_000_000_000L).encode();
        var forged = new Credential("ak", "guessed", "a1", true);
        assertRefused(401, "bad token", signed(forged, ours));
        var stranger = new Credential("nobody", "sk", "a1", true);
        assertRefused(401, "bad token", signed(stranger, ours));
        assertRefused(631, "no such bucket", signed(UploadServer.OTHER, ours));
        assertRefused(401, "bad token", signed(UploadServer.DISABLED, ours));
        var download = "ak:" + signed(UploadServer.OWNER, ours).split(":", 3)[1];
        assertRefused(401, "bad token", download);
    }

    @Test
    void aTokenThatIsChangedAnywhereAllowsNothing() throws Exception {
        var token = token("bucket");
        for (var at = 0; at < token.length(); at += 5) {
            var changed = new StringBuilder(token);
            changed.setCharAt(at, token.charAt(at) == 'A' ? 'B' : 'A');
            var answer = byForm(changed.toString(), "abused", "content");
            assertThat(answer.statusCode()).as(changed.toString()).isEqualTo(401);
        }
        assertThat(server.find("abused")).isNull();
    }

    @Test
    void policiesOfWrongTypesAreRefusedByTheirField() throws Exception {
        for (var wrong :
                List.of(
                        "\"fsizeLimit\":{}",
                        "\"insertOnly\":[1]",
                        "\"callbackUrl\":{\"a\":1}",
                        "\"saveKey\":[]",
                        "\"mimeLimit\":{}",
                        "\"fsizeLimit\":\"many\"",
                        "\"deleteAfterDays\":1e99")) {
            var policy = "{\"scope\":\"bucket\",\"deadline\":4000000000,%s}".formatted(wrong);
            var field = wrong.substring(1, wrong.indexOf('"', 1));
            assertRefused(400, field, signed(UploadServer.OWNER, policy));
        }
    }

    @Test
    void aTokenUsedAgainDoesNoMoreThanItsPolicySays() throws Exception {
        for (var way : WAYS) {
            var key = "once " + WAYS.indexOf(way);
            var once = token("bucket:" + key, "insertOnly", 1);
            assertThat(way.upload(once, key, "first").statusCode()).isEqualTo(200);
            assertThat(way.upload(once, key, "second").statusCode()).isEqualTo(614);
            assertThat(way.upload(once, "other", "first").statusCode()).isEqualTo(401);
        }
        assertThat(server.find("other")).isNull();
    }

    @Test
    void ofTwoWhoInsertOneKeyByDifferentWaysOneSucceeds() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var round = 0; round < 10; round++) {
                var key = "race " + round;
                var once = token("bucket:" + key, "insertOnly", 1);
                var calls = new ArrayList<Callable<Integer>>();
                for (var way : WAYS) {
                    var content = "content " + calls.size();
                    calls.add(() -> way.upload(once, key, content).statusCode());
                }
                var statuses = new ArrayList<Integer>();
                for (var call : threads.invokeAll(calls)) {
                    statuses.add(call.get());
                }
                assertThat(statuses).containsExactlyInAnyOrder(200, 614, 614, 614);
            }
        }
    }

    @Test
    void anUploadThatOneKeyBeganIsNotGoneOnWithByAnother() throws Exception {
        var path = "/buckets/bucket/objects/" + base64("theirs") + "/uploads";
        var begun = new JsonObject(send(token("bucket"), "POST", path, "").body());
        var upload = path + "/" + begun.getString("uploadId");
        var policy = JsonObject.of("scope", "bucket", "deadline", 4_000_000_000L).encode();
        var other = signed(UploadServer.OTHER, policy);

        assertThat(send(other, "PUT", upload + "/1", "content").statusCode()).isIn(401, 612, 631);
        assertThat(send(other, "GET", upload, "").statusCode()).isIn(401, 612, 631);
        assertThat(send(other, "DELETE", upload, "").statusCode()).isIn(401, 612, 631);
        assertThat(send(token("bucket"), "GET", upload, "").statusCode()).isEqualTo(200);
    }
}
