package dev.lumiere.storage.upload;

import static dev.lumiere.storage.upload.UploadNode.NOTHING_SAID;
import static dev.lumiere.storage.upload.UploadNode.assertRefused;
import static dev.lumiere.storage.upload.UploadNode.named;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.service.Problem;
import dev.lumiere.service.fetch.Fetched;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.blob.QETag;
import dev.lumiere.storage.sign.OutgoingSignature;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a put policy allows, and what becomes of it. */
class CompletionTest {
    private static final String PNG = "\u0089PNG\r\n\u001a\n";

    @TempDir static Path folder;
    private static UploadNode node;

    @BeforeAll
    static void open() throws Exception {
        node = new UploadNode(folder);
    }

    @AfterAll
    static void close() throws Exception {
        node.close();
    }

    @BeforeEach
    void forget() {
        node.now = UploadNode.START;
        node.reply = new Fetched.Failed("status 500");
        node.posted.clear();
        node.askedFacts.clear();
        for (var object : node.catalog.list("bucket", "", "", "", 1000).objects()) {
            node.catalog.delete("bucket", object.key());
        }
    }

    @Test
    void anObjectIsPutUnderItsKeyAndAnsweredWithKeyAndHash() throws Exception {
        var request = new UploadRequest("a/b.txt", "b.txt", "text/x", Map.of(), Map.of("by", "me"));
        var answer = node.put(node.token("bucket", "'endUser':'joe','fileType':1"), request, "abc");

        assertThat(answer.get("key").asText()).isEqualTo("a/b.txt");
        assertThat(answer.get("hash").asText()).isEqualTo(QETag.of("abc".getBytes(UTF_8)));
        var object = node.object("a/b.txt");
        assertThat(object.size()).isEqualTo(3);
        assertThat(object.mimeType()).isEqualTo("text/x");
        assertThat(object.endUser()).isEqualTo("joe");
        assertThat(object.storageClass()).isEqualTo(1);
        assertThat(object.metadata()).containsEntry("by", "me");
        assertThat(node.bytes(object.blob())).isEqualTo("abc".getBytes(UTF_8));
    }

    @Test
    void scopeOfABucketAddsOnly() throws Exception {
        var token = node.token("bucket", "");
        node.put(token, named("k"), "abc");

        node.put(token, named("k"), "abc");
        assertRefused(614, "exists", () -> node.put(token, named("k"), "other"));
        assertThat(node.object("k").size()).isEqualTo(3);
    }

    @Test
    void scopeOfAKeyReplacesThatKeyOnly() throws Exception {
        var token = node.token("bucket:k", "");
        node.put(token, named("k"), "abc");
        node.put(token, named("k"), "other");

        assertThat(node.object("k").size()).isEqualTo(5);
        assertRefused(401, "key doesn't match with scope", () -> node.put(token, named("l"), "a"));
        var prefix = node.token("bucket:img/", "'isPrefixalScope':1");
        node.put(prefix, named("img/1"), "a");
        assertRefused(401, "scope", () -> node.put(prefix, named("im"), "a"));
    }

    @Test
    void insertOnlyNeverReplacesAndOneOfManyWins() throws Exception {
        var token = node.token("bucket:k", "'insertOnly':1");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 8; i++) {
                var text = "content " + i;
                calls.add(() -> {
                    try {
                        node.put(token, named("k"), text);
                        return true;
                    } catch (Problem.Refused e) {
                        assertThat(e.problem().status()).isEqualTo(614);
                        return false;
                    }
                });
            }
            var won = 0;
            for (var call : threads.invokeAll(calls)) {
                won += call.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
    }

    @Test
    void keyIsTheClientsElseTheTemplatesElseTheHash() throws Exception {
        var file = new UploadRequest(null, "cat.png", null, Map.of("x:dir", "d"), Map.of());

        assertThat(node.put(node.token("bucket", ""), file, "a").get("key").asText())
                .isEqualTo(QETag.of("a".getBytes(UTF_8)));
        var save = "'saveKey':'/$(x:dir)/$(year)-$(mon)-$(day)/$(etag)$(ext)'";
        assertThat(node.put(node.token("bucket", save), file, "a").get("key").asText())
                .isEqualTo("/d/2026-03-01/" + QETag.of("a".getBytes(UTF_8)) + ".png");
        assertThat(node.put(node.token("bucket", save), named("mine"), "a").get("key").asText())
                .isEqualTo("mine");
        var forced = save + ",'forceSaveKey':true";
        assertThat(node.put(node.token("bucket", forced), named("mine"), "a").get("key").asText())
                .startsWith("//2026-03-01/F");
        assertThat(node.put(node.token("bucket", ""), named(""), "e").get("key").asText())
                .isEmpty();
        assertThat(node.object("").size()).isEqualTo(1);
    }

    @Test
    void anyTextIsAKey() throws Exception {
        for (var key : List.of("a//b", "../../etc/passwd", "/", ".", "a\nb", "%2e%2e", "日本")) {
            node.put(node.token("bucket", ""), named(key), "a");

            assertThat(node.object(key).key()).isEqualTo(key);
        }
    }

    @Test
    void aKeyHas750BytesAtMostAndNoNul() throws Exception {
        var token = node.token("bucket", "");
        var longest = "é".repeat(375);
        node.put(token, named(longest), "a");

        assertThat(node.object(longest).size()).isEqualTo(1);
        assertRefused(400, "750", () -> node.put(token, named(longest + "a"), "a"));
        assertRefused(400, "NUL", () -> node.put(token, named("a\0b"), "a"));
        assertRefused(400, "Unicode", () -> node.put(token, named("\ud800"), "a"));
    }

    @Test
    void whoeverMayNotIsToldWhy() throws Exception {
        var content = node.content("abc");
        var good = node.token("bucket", "");
        assertRefused(
                631, "no such bucket", () -> node.put(node.token("none", ""), NOTHING_SAID, "a"));
        assertRefused(
                631,
                "no such bucket",
                () ->
                        node.completion.complete(
                                node.token(UploadNode.STRANGER, "bucket", ""),
                                NOTHING_SAID,
                                content));
        assertRefused(
                400,
                "persistentOps",
                () ->
                        node.put(
                                node.token("bucket", "'persistentOps':'avthumb'"),
                                NOTHING_SAID,
                                ""));
        assertRefused(
                403,
                "FsizeMin",
                () -> node.put(node.token("bucket", "'fsizeMin':4"), NOTHING_SAID, "abc"));
        assertRefused(
                413,
                "exceed FsizeLimit",
                () -> node.put(node.token("bucket", "'fsizeLimit':'2'"), NOTHING_SAID, "abc"));
        assertRefused(
                403,
                "mimetype",
                () -> node.put(node.token("bucket", "'mimeLimit':'image/*'"), named("a.txt"), "a"));
        node.now = node.now.plusSeconds(3601);
        assertRefused(401, "expired token", () -> node.put(good, NOTHING_SAID, "a"));
        assertThat(node.catalog.list("bucket", "", "", "", 10).objects()).isEmpty();
    }

    @Test
    void mimeTypeIsToldOrFoundByNameOrContent() throws Exception {
        var any = "application/octet-stream";
        assertThat(mimeType(0, "text/x", "a.gif")).isEqualTo("text/x");
        assertThat(mimeType(0, any, "a.gif")).isEqualTo("image/gif");
        assertThat(mimeType(0, "", "a.gif")).isEqualTo("image/gif");
        assertThat(mimeType(0, "", "a")).isEqualTo("image/png");
        assertThat(mimeType(1, "text/x", "a.gif")).isEqualTo("image/png");
        assertThat(mimeType(-1, any, "a.gif")).isEqualTo(any);
        assertThat(mimeType(-1, "", "a.gif")).isEqualTo("image/gif");
    }

    /** Of a picture that is one by its content. */
    private static String mimeType(int detect, String told, String key) throws Exception {
        var request = new UploadRequest(key, "", told, Map.of(), Map.of());
        var token = node.token("bucket:" + key, "'detectMime':" + detect);
        node.completion.complete(token, request, node.content(PNG.getBytes(ISO_8859_1)));
        return node.object(key).mimeType();
    }

    @Test
    void deletionIsAtTheMidnightAfterSoManyDays() throws Exception {
        node.put(node.token("bucket", "'deleteAfterDays':2"), named("k"), "a");

        // 18:00 there; two days later, up to midnight
        assertThat(Instant.ofEpochSecond(node.object("k").expiresAt()))
                .isEqualTo("2026-03-03T16:00:00Z");
    }

    @Test
    void returnBodyIsFilledAndFactsAreAskedForOnceIfAtAll() throws Exception {
        var request = new UploadRequest("d/k\"1", "f\\.x", "a/b", Map.of("x:n", "va\"l"), Map.of());
        var body =
                "{'k':'$(key)','K':$(key),'s':$(fsize),'S':'$(fsize)','n':$(x:n),'no':$(x:no),"
                        + "'NO':'$(x:no)','w':$(imageInfo.width),'i':$(imageInfo),'v':$(avinfo.format),"
                        + "'f':$(imageInfo.format),'b':'$(keybase)','odd':'$(open'}";
        var policy = "'returnBody':'" + body.replace("'", "\\\"") + "'";

        var answer = node.put(node.token("bucket", policy), request, "abc");

        assertThat(answer.toString())
                .isEqualTo(
                        "{'k':'d/k\\'1','K':'d/k\\'1','s':3,'S':'3','n':'va\\'l','no':null,'NO':'',"
                                        .replace('\'', '"')
                                + "'w':640,'i':{'width':640,'format':'jpeg'},'v':null,"
                                        .replace('\'', '"')
                                + "'f':'jpeg','b':'k\\'1','odd':'$(open'}".replace('\'', '"'));
        assertThat(node.askedFacts)
                .containsExactly(MediaFacts.Kind.IMAGE_INFO, MediaFacts.Kind.AV_INFO);
    }

    @Test
    void whatIsNoJsonPutsNothing() {
        var token = node.token("bucket", "'returnBody':'{\\\"a\\\":$(key)'");

        assertRefused(400, "returnBody", () -> node.put(token, named("k"), "a"));
        assertThat(node.catalog.find("bucket", "k")).isNull();
    }

    @Test
    void aBrowserIsSentOnWithTheAnswer() throws Exception {
        var token = node.token("bucket", "'returnUrl':'http://h/p?q=1'");
        var answer = node.completion.complete(token, named("k"), node.content("a"));

        var location = ((UploadAnswer.SeeOther) answer).location();
        assertThat(location).startsWith("http://h/p?q=1&upload_ret=");
        var ret = location.substring(location.lastIndexOf('=', location.length() - 3) + 1);
        assertThat(new String(Base64.getUrlDecoder().decode(ret), UTF_8)).contains("\"key\":\"k\"");
    }

    @Test
    void whoIsCalledBackAnswersInOurPlace() throws Exception {
        node.reply = new Fetched.Body(Buffer.buffer("{\"fine\": [1]}"), "application/json");
        var url = "http://dead/1;http://h:8/cb?x=1";
        var token =
                node.token(
                        "bucket",
                        "'callbackUrl':'%s','callbackHost':'me','callbackBody':'k=$(key)&s=$(fsize)'"
                                .formatted(url));

        var answer = node.put(token, named("a&b 1"), "abc");

        assertThat(answer.toString()).isEqualTo("{\"fine\":[1]}");
        assertThat(node.posted)
                .extracting(UploadNode.Posted::url)
                .containsExactly("http://dead/1", "http://h:8/cb?x=1");
        var posted = node.posted.getLast();
        assertThat(posted.body()).isEqualTo("k=a%26b+1&s=3");
        assertThat(posted.headers())
                .containsEntry("Content-Type", "application/x-www-form-urlencoded")
                .containsEntry("Host", "me")
                .containsEntry(
                        "Authorization",
                        OutgoingSignature.qbox(
                                UploadNode.OWNER,
                                "/cb?x=1",
                                "application/x-www-form-urlencoded",
                                posted.body().getBytes(UTF_8)));
    }

    @Test
    void urlsOfCallbacksAreTemplatesToo() throws Exception {
        node.reply = new Fetched.Body(Buffer.buffer("{}"), "application/json");
        var policy = "'callbackUrl':'http://h/$(bucket)/$(key);','callbackBody':'$(bodySha1)k=1'";
        var request = new UploadRequest("a b;/?é", "", null, Map.of("x:a", "1&2"), Map.of());

        node.put(node.token("bucket", policy), request, "abc");
        assertThat(node.posted.getFirst().url()).isEqualTo("http://h/bucket/a%20b%3B%2F%3F%C3%A9");
        assertThat(node.posted.getFirst().body()).as("of the URL only").isEqualTo("k=1");

        var signed = "http://h/cb?a=$(x:a)&sha1=$(bodySha1)";
        node.put(
                node.token("bucket", "'callbackUrl':'%s','callbackBody':'k=1'".formatted(signed)),
                request,
                "abc");
        assertThat(node.posted.getLast().url())
                .isEqualTo("http://h/cb?a=1%262&sha1=" + sha1("k=1"));
        assertThat(node.posted.getLast().headers().get("Authorization"))
                .isEqualTo(
                        OutgoingSignature.qbox(
                                UploadNode.OWNER,
                                OutgoingClient.target(node.posted.getLast().url()),
                                "application/x-www-form-urlencoded",
                                "k=1".getBytes(UTF_8)));
    }

    private static String sha1(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
    }

    @Test
    void whatIsToldTooLongIsNotSent() throws Exception {
        var policy =
                "'callbackUrl':'http://h/%s','callbackBody':'k=1'".formatted("$(x:a)".repeat(9));
        var request =
                new UploadRequest("k", "", null, Map.of("x:a", "a".repeat(1 << 17)), Map.of());
        var answer =
                (UploadAnswer.Json)
                        node.completion.complete(
                                node.token("bucket", policy), request, node.content("a"));

        assertThat(answer.status()).isEqualTo(579);
        assertThat(answer.body()).contains("callbackUrl gives too much");
        assertThat(node.posted).isEmpty();
    }

    @Test
    void whatNobodyCouldBeToldOfIsThereNevertheless() throws Exception {
        var policy =
                "'callbackUrl':'http://dead/','callbackBodyType':'application/json',"
                        + "'callbackBody':'{\\\"k\\\":$(key)}'";
        var answer =
                (UploadAnswer.Json)
                        node.completion.complete(
                                node.token("bucket", policy), named("k"), node.content("a"));

        assertThat(answer.status()).isEqualTo(579);
        assertThat(answer.body()).contains("callback failed: cannot connect", "\"key\":\"k\"");
        assertThat(node.posted.getFirst().body()).isEqualTo("{\"k\":\"k\"}");
        assertThat(node.object("k").size()).isEqualTo(1);
    }

    @Test
    void whoIsCalledBackMayNameTheKey() throws Exception {
        var token =
                node.token(
                        "bucket",
                        "'callbackUrl':'http://h/','callbackBody':'e=$(etag)','callbackFetchKey':1");
        node.reply =
                new Fetched.Body(Buffer.buffer("{\"key\":\"theirs\",\"payload\":{\"p\":1}}"), "");
        assertThat(node.put(token, NOTHING_SAID, "a").toString()).isEqualTo("{\"p\":1}");
        assertThat(node.object("theirs").size()).isEqualTo(1);

        node.reply = new Fetched.Body(Buffer.buffer("{}"), "");
        assertRefused(579, "names no key", () -> node.put(token, NOTHING_SAID, "b"));
        node.reply = new Fetched.Body(Buffer.buffer("no json"), "");
        assertRefused(579, "no JSON", () -> node.put(token, NOTHING_SAID, "b"));
    }

    @Test
    void whatBecomesAHeaderIsChecked() {
        assertRefused(400, "MIME", () -> request("text/x\r\nSet-Cookie: a", Map.of()));
        assertRefused(400, "MIME", () -> request("text", Map.of()));
        assertRefused(400, "metadata", () -> request("a/b", Map.of("a", "b\r\nc")));
        assertRefused(400, "metadata", () -> request("a/b", Map.of("a:b", "c")));
        assertRefused(400, "8192", () -> request("a/b", Map.of("a", "c".repeat(9000))));
        assertThat(request("text/plain; charset=utf-8", Map.of("a", "ü")).metadata()).hasSize(1);
    }

    private static UploadRequest request(String mimeType, Map<String, String> metadata) {
        return new UploadRequest(null, "", mimeType, Map.of(), metadata);
    }
}
