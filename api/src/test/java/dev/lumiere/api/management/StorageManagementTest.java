package dev.lumiere.api.management;

import static dev.lumiere.api.management.StorageServer.ADA;
import static dev.lumiere.api.management.StorageServer.BOB;
import static dev.lumiere.api.management.StorageServer.FORM;
import static dev.lumiere.api.management.StorageServer.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Management on the wire: what SDKs do not send, or do not show. */
class StorageManagementTest {
    private static final String BUCKET = "objects";

    @TempDir private static Path folder;

    private static StorageServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new StorageServer(folder);
        server.catalog().buckets().create(BUCKET, "ada", "z0");
        server.put(BUCKET, "a", "a");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String entry(String key) {
        return encoded(BUCKET + ":" + key);
    }

    private static HttpResponse<String> post(String target) throws Exception {
        return server.post(ADA, target, "");
    }

    @Test
    void refusalsAreOfQiniusForm() throws Exception {
        var answer = post("/stat/" + entry("nothing"));

        assertThat(answer.statusCode()).isEqualTo(612);
        assertThat(new JsonObject(answer.body()))
                .isEqualTo(JsonObject.of("error", "no such file or directory", "code", 612));
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("X-Reqid")).isPresent();
        var done = post("/chtype/" + entry("a") + "/type/0");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).isEmpty();
        assertThat(done.headers().firstValue("X-Reqid")).isPresent();
    }

    @Test
    void paddingMayBeMissingAndWordsMayBePercentEncoded() throws Exception {
        server.put(BUCKET, "padded", "padded");
        var padded = entry("padded");
        assertThat(padded).endsWith("=");
        assertThat(post("/stat/" + padded.replace("=", "")).statusCode()).isEqualTo(200);
        assertThat(post("/stat/" + padded.replace("=", "%3D")).statusCode()).isEqualTo(200);
        assertThat(server.call(ADA, "GET", "/stat/" + padded, FORM, "").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/stat/",
                "/stat/!!",
                "/stat/b2JqZWN0cw==", // no key
                "/stat/OmE=", // no bucket
                "/stat/_w==", // no UTF-8
                "/stat/b2JqZWN0czph/more",
                "/copy/b2JqZWN0czph",
                "/copy/b2JqZWN0czph/b2JqZWN0cw==",
                "/copy/b2JqZWN0czph/b2JqZWN0czpi/force/perhaps",
                "/copy/b2JqZWN0czph/b2JqZWN0czphAGI=", // a NUL
                "/move/b2JqZWN0czph/b2JqZWN0czpi/really/true",
                "/move/b2JqZWN0czph/b2JqZWN0czphAGI=",
                "/chtype/b2JqZWN0czph/type/6",
                "/chtype/b2JqZWN0czph/type/-1",
                "/chtype/b2JqZWN0czph/type/one",
                "/chtype/b2JqZWN0czph/class/1",
                "/chtype/b2JqZWN0czph",
                "/chstatus/b2JqZWN0czph/status/2",
                "/deleteAfterDays/b2JqZWN0czph/-1",
                "/deleteAfterDays/b2JqZWN0czph/99999999999",
                "/chgm/b2JqZWN0czph/mime",
                "/chgm/b2JqZWN0czph/mime/JQ==", // %
                "/chgm/b2JqZWN0czph/color/YQ==",
                "/chgm/b2JqZWN0czph/x-qn-meta-a.b/YQ==",
                "/chgm/b2JqZWN0czph/x-qn-meta-a/DQo=", // a line's end
                "/chgm/b2JqZWN0czph/cond/YWdlPTE=", // age=1
                "/lifecycle/b2JqZWN0czph/toIAAfterDays/-2",
                "/lifecycle/b2JqZWN0czph/toIAAfterDays/30/toArchiveAfterDays/30",
                "/lifecycle/b2JqZWN0czph/toIAAfterDays/30/deleteAfterDays/7",
                "/lifecycle/b2JqZWN0czph/never",
                "/restoreAr/b2JqZWN0czph/freezeAfterDays/0",
                "/fetch/aHR0cDovL2E=",
                "/fetch/aHR0cDovL2E=/at/b2JqZWN0czph",
                "/fetch/aHR0cDovL2E=/to/b2JqZWN0czphAGI=",
                "/fetch/aHR0cDovL2E=/to/b2JqZWN0czph/host",
                "/fetch/aHR0cDovL2E=/to/b2JqZWN0czph/host/YSBi", // a b
                "/prefetch/b2JqZWN0cw==",
                "/list",
                "/list?bucket=objects&limit=-1",
                "/list?bucket=objects&bucket=other",
                "/list?bucket=%C3",
                "/v2/domains",
                "/v2/bucketInfo?bucket=",
                "/private?bucket=objects",
                "/private?bucket=objects&private=2",
                "/maxAge?bucket=objects&maxAge=long",
                "/mkbucketv3/ab",
                "/mkbucketv3/abc/region",
                "/mkbucketv3/abc/color/red",
                "/mkbucketv2/%21",
                "/drop/",
                "/drop/objects/now",
                "/batch",
                "/accessMode/objects/mode/2",
                "/noIndexPage?bucket=objects",
                "/noIndexPage?bucket=objects&noIndexPage=2",
                "/referAntiLeech?bucket=objects&mode=1",
                "/referAntiLeech?bucket=objects&mode=3&pattern=a.com",
                "/referAntiLeech?bucket=objects&mode=1&pattern=http://a.com",
                "/referAntiLeech?bucket=objects&mode=1&pattern=a.*.com",
                "/timestampAntiLeech?bucket=objects&key=short",
                "/timestampAntiLeech?bucket=objects&key=long-one&key=long-two&key=long-three",
                "/rules/get",
                "/rules/add?bucket=objects",
                "/rules/add?bucket=objects&name=a-b&delete_after_days=1",
                "/rules/add?bucket=objects&name=a&delete_after_days=-1",
                "/rules/add?bucket=objects&name=a&to_line_after_days=7&to_archive_after_days=7",
                "/events/get",
                "/events/add?bucket=objects",
                "/events/add?bucket=objects&name=a&callbackURL=http://a/",
                "/events/add?bucket=objects&name=a&event=put",
                "/events/add?bucket=objects&name=a&event=get&callbackURL=http://a/",
                "/events/add?bucket=objects&name=a&event=put&callbackURL=ftp://a/",
                "/events/add?bucket=objects&name=a&event=put&callbackURL=http://a/&host=a%20b",
                "/corsRules/get/objects/all",
                "/setbucketquota/objects/size/1",
                "/setbucketquota/objects/size/much/count/1",
                "/setbucketquota/objects/size/-2/count/1",
                "/publish/YQ==/from/objects", // a
                "/publish/MTI3LjAuMC4x/from/objects", // 127.0.0.1
                "/publish/Ki5leGFtcGxlLmNvbQ==/from/objects", // *.example.com
                "/publish/ZXhhbXBsZS5jb206ODA=/from/objects", // example.com:80
                "/publish/ZXhhbXBsZS5jb20=",
                "/unpublish/YQ==",
                "/style/objects/name/YQ==/style/YSZi", // a&b
                "/style/objects/name/YSBi/style/aW1hZ2VJbmZv", // a b
                "/style/objects/name/YQ==",
                "/separator/objects/sep/QA==", // @
                "/separator/objects/sep/",
                "/image/objects/from/YQ==",
                "/unimage/",
                "/unimage/objects/more",
                "/v2/query?ak=ada-key"
            })
    void whatCannotBeMeantIsRefused(String target) throws Exception {
        var answer = target.contains("/query") ? server.get(target) : post(target);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error")).isNotBlank();
        var a = server.found(BUCKET, "a");
        assertThat(a.mimeType()).isEqualTo("text/plain");
        assertThat(a.expiresAt()).isZero();
    }

    @Test
    void aKeyMayHaveSoManyBytes() throws Exception {
        var longest = "ä".repeat(375);
        server.put(BUCKET, longest, "long");

        assertThat(post("/stat/" + entry(longest)).statusCode()).isEqualTo(200);
        assertThat(post("/stat/" + entry(longest + "a")).statusCode()).isEqualTo(400);
        assertThat(post("/copy/%s/%s".formatted(entry("a"), entry(longest + "a"))).statusCode())
                .isEqualTo(400);
    }

    @Test
    void metadataIsAddedUpToABound() throws Exception {
        server.put(BUCKET, "meta", "meta");
        var path = "/chgm/" + entry("meta");

        var first = post(path + "/mime//x-qn-meta-by/" + encoded("me") + "/x-qn-meta-none/");
        var second = post(path + "/x-qn-meta-long/" + encoded("x".repeat(900)));
        var third = post(path + "/x-qn-meta-more/" + encoded("x".repeat(200)));

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(third.statusCode()).isEqualTo(400);
        var stat = new JsonObject(post("/stat/" + entry("meta")).body());
        assertThat(stat.getString("mimeType")).isEqualTo("application/octet-stream");
        assertThat(stat.getJsonObject("x-qn-meta").fieldNames())
                .containsExactlyInAnyOrder("by", "none", "long");
    }

    @Test
    void aLifecycleSetsLeavesAndCancelsTheEnd() throws Exception {
        server.put(BUCKET, "life", "life");
        var path = "/lifecycle/" + entry("life");

        post(path + "/toIAAfterDays/0/toArchiveAfterDays/-1/deleteAfterDays/7");
        var end = server.found(BUCKET, "life").expiresAt();
        assertThat(end).isPositive();
        post(path + "/deleteAfterDays/0/cond/" + encoded("fsize=4"));
        assertThat(server.found(BUCKET, "life").expiresAt()).isEqualTo(end);
        assertThat(post(path + "/deleteAfterDays/-1/cond/" + encoded("fsize=5")).statusCode())
                .isEqualTo(608);
        assertThat(server.found(BUCKET, "life").expiresAt()).isEqualTo(end);
        assertThat(post(path + "/deleteAfterDays/-1").statusCode()).isEqualTo(200);
        assertThat(server.found(BUCKET, "life").expiresAt()).isZero();
    }

    @Test
    void aLifecycleTellsWhenTheObjectGoesToAnotherClass() throws Exception {
        server.put(BUCKET, "classes", "classes");
        var path = "/lifecycle/" + entry("classes");

        post(path + "/toIAAfterDays/10/toArchiveIRAfterDays/20/toArchiveAfterDays/30");
        post(path + "/toArchiveIRAfterDays/-1/toArchiveAfterDays/0/toDeepArchiveAfterDays/40");

        var stat = new JsonObject(post("/stat/" + entry("classes")).body());
        assertThat(stat.fieldNames())
                .contains("transitionToIA", "transitionToARCHIVE", "transitionToDeepArchive")
                .doesNotContain("transitionToArchiveIR", "expiration");
        var day = 86_400L;
        assertThat(stat.getLong("transitionToDeepArchive") - stat.getLong("transitionToIA"))
                .isEqualTo(30 * day);
        assertThat((stat.getLong("transitionToIA") + 8 * 3600) % day)
                .as("midnight at UTC+8")
                .isZero();
    }

    @Test
    void aBatchHasABoundAndOneThatFailsAltogetherSaysSo() throws Exception {
        var stat = "op=/stat/" + entry("a");
        var thousand = IntStream.range(0, 1000).mapToObj(_ -> stat);
        var full = server.post(ADA, "/batch", thousand.collect(Collectors.joining("&")));
        assertThat(full.statusCode()).isEqualTo(200);
        assertThat(new JsonArray(full.body())).hasSize(1000);

        var over = IntStream.range(0, 1001).mapToObj(_ -> stat);
        assertThat(server.post(ADA, "/batch", over.collect(Collectors.joining("&"))).statusCode())
                .isEqualTo(400);

        var odd = server.post(ADA, "/batch", "op=%2Fstat%2F" + entry("a") + "&op=fly/me&op=");
        assertThat(odd.statusCode()).isEqualTo(298);
        var outcomes = new JsonArray(odd.body());
        assertThat(outcomes.getJsonObject(0).getInteger("code")).isEqualTo(200);
        assertThat(outcomes.getJsonObject(1).getInteger("code")).isEqualTo(400);
        assertThat(outcomes.getJsonObject(1).getJsonObject("data").getString("error"))
                .contains("fly");
        assertThat(outcomes.getJsonObject(2).getInteger("code")).isEqualTo(400);
    }

    @Test
    void moreThanABatchCanHoldIsNotRead() throws Exception {
        assertThat(server.post(ADA, "/batch", "op=" + "a".repeat(4 << 20)).statusCode())
                .isEqualTo(413);
        assertThat(server.post(ADA, "/batch", "op=&".repeat(100_000)).statusCode()).isEqualTo(400);
    }

    @Test
    void ofManyWhoCopyToOneNameOneSucceeds() throws Exception {
        var target = "/copy/%s/%s".formatted(entry("a"), entry("raced"));
        var statuses = new ConcurrentLinkedQueue<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 20; i++) {
                threads.execute(() -> statuses.add(status(target)));
            }
        }

        assertThat(statuses).hasSize(20).containsOnly(200, 614).containsOnlyOnce(200);
    }

    private static int status(String target) {
        try {
            return post(target).statusCode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aListTakesAFormAsWell() throws Exception {
        server.catalog().buckets().create("forms", "ada", "z0");
        server.put("forms", "x/1", "1");
        server.put("forms", "y", "2");

        var answer = server.post(ADA, "/list", "bucket=forms&delimiter=%2F&limit=0&prefix=");

        var list = new JsonObject(answer.body());
        assertThat(list.getJsonArray("commonPrefixes")).isEqualTo(JsonArray.of("x/"));
        assertThat(list.getJsonArray("items").getJsonObject(0).getString("key")).isEqualTo("y");
        assertThat(list.getString("marker")).isEmpty();

        server.put("forms", "片/1", "3");
        for (var prefix : List.of("片", "%E7%89%87")) {
            var some = server.post(ADA, "/list", "bucket=forms&prefix=" + prefix).body();
            assertThat(new JsonObject(some).getJsonArray("items")).hasSize(1);
        }
        assertThat(server.post(ADA, "/list", "bucket=forms&prefix=%E7").statusCode())
                .isEqualTo(400);
    }

    @Test
    void linesGoOnBehindAnyOfThem() throws Exception {
        server.catalog().buckets().create("lines", "ada", "z0");
        server.putMany("lines", IntStream.range(0, 1100).mapToObj("k%04d"::formatted).toList());

        var lines = lines("/v2/list?bucket=lines");

        assertThat(lines).hasSize(1100);
        assertThat(lines.getLast().getString("marker")).isEmpty();
        for (var i : new int[] {0, 998, 999, 1000, 1098}) {
            var marker = lines.get(i).getString("marker");
            var next = lines("/v2/list?bucket=lines&limit=1&marker=" + marker).getFirst();
            assertThat(next.getJsonObject("item").getString("key"))
                    .isEqualTo("k%04d".formatted(i + 1));
        }
        assertThat(post("/v2/list?bucket=nothing").statusCode()).isEqualTo(631);
        assertThat(post("/v2/list?bucket=lines&marker=x").statusCode()).isEqualTo(640);
        assertThat(post("/v2/list?bucket=lines&prefix=nothing").body()).isEmpty();
    }

    private static List<JsonObject> lines(String target) throws Exception {
        return post(target).body().lines().map(JsonObject::new).toList();
    }

    @Test
    void bucketsAreMadeAndToldAboutInOlderWaysToo() throws Exception {
        assertThat(post("/mkbucketv2/" + encoded("older") + "/region/z1").statusCode())
                .isEqualTo(200);
        assertThat(post("/mkbucketv3/newer").statusCode()).isEqualTo(200);

        assertThat(new JsonArray(post("/buckets").body())).contains("older", "newer");
        var infos = new JsonArray(post("/v2/bucketInfos?region=z1").body());
        assertThat(infos).hasSize(1);
        assertThat(infos.getJsonObject(0).getString("name")).isEqualTo("older");
        assertThat(infos.getJsonObject(0).getJsonObject("info").getString("region"))
                .isEqualTo("z1");
        assertThat(new JsonArray(post("/v3/domains?tbl=newer").body())).isEmpty();
        assertThat(new JsonArray(server.post(BOB, "/buckets", "").body())).isEmpty();
        assertThat(server.post(BOB, "/mkbucketv3/newer", "").statusCode()).isEqualTo(614);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/query?ak=nobody&bucket=objects, 612",
        "/v2/query?ak=old-key&bucket=objects, 612",
        "/v3/query?ak=ada-key&bucket=nothing, 631",
        "/v4/query?ak=bob-key&bucket=objects, 631",
        "/v4/query?bucket=objects, 400",
        "/v5/query?ak=ada-key&bucket=objects, 404"
    })
    void hostsAreToldOfBucketsThatAreThere(String target, int status) throws Exception {
        assertThat(server.get(target).statusCode()).isEqualTo(status);
    }

    @Test
    void everyGenerationFindsItsHosts() throws Exception {
        var host = server.host();
        var query = "/query?ak=ada-key&bucket=objects";

        var oldest = new JsonObject(server.get("/v1" + query).body());
        assertThat(oldest.getJsonObject("http").getJsonArray("up"))
                .isEqualTo(JsonArray.of("http://" + host));

        var second = new JsonObject(server.get("/v2" + query).body());
        assertThat(second.getLong("ttl")).isEqualTo(86_400);
        assertThat(main(second, "up", "old_src")).isEqualTo(host);

        var third = new JsonObject(server.get("/v3" + query).body());
        var region = third.getJsonArray("hosts").getJsonObject(0);
        assertThat(region.getString("region")).isEqualTo("z0");
        for (var role : List.of("up", "io", "rs", "rsf", "api", "uc")) {
            assertThat(main(region, role, "acc")).isEqualTo(host);
            assertThat(main(region, role, "src")).isEqualTo(host);
        }
        assertThat(main(region, "io_src", "src")).isEqualTo(StorageServer.MEDIA);

        var fourth = new JsonObject(server.get("/v4" + query).body());
        region = fourth.getJsonArray("hosts").getJsonObject(0);
        assertThat(region.getLong("ttl")).isEqualTo(86_400);
        for (var role : List.of("up", "io", "rs", "rsf", "api", "uc", "s3")) {
            assertThat(region.getJsonObject(role).getJsonArray("domains"))
                    .isEqualTo(JsonArray.of(host));
        }
        assertThat(region.getJsonObject("s3").getString("region_alias")).isEqualTo("z0");

        var regions = new JsonObject(post("/regions").body()).getJsonArray("regions");
        assertThat(regions.getJsonObject(0).getString("id")).isEqualTo("z0");
        assertThat(regions.getJsonObject(0).getJsonObject("up").getJsonArray("domains"))
                .isEqualTo(JsonArray.of(host));
    }

    private static String main(JsonObject region, String role, String kind) {
        return region.getJsonObject(role).getJsonObject(kind).getJsonArray("main").getString(0);
    }

    @Test
    void onlySignedCallsOfTheRightMethodAreHeard() throws Exception {
        assertThat(server.get("/stat/" + entry("a")).statusCode()).isEqualTo(401);
        assertThat(server.get("/buckets").statusCode()).isEqualTo(401);
        assertThat(server.get("/rules/get?bucket=objects").statusCode()).isEqualTo(401);
        assertThat(server.call(ADA, "PUT", "/stat/" + entry("a"), FORM, "").statusCode())
                .isEqualTo(405);
        assertThat(server.call(ADA, "GET", "/batch", FORM, "").statusCode()).isEqualTo(405);
        var target = URI.create("http://" + server.host() + "/batch");
        var path = "/delete/" + entry("a");
        var signature =
                StorageServer.auth(ADA)
                        .signQiniuAuthorization(target.toString(), "POST", bytes("op=x"), FORM);
        var changed =
                HttpRequest.newBuilder(target)
                        .header("Content-Type", FORM)
                        .header("Authorization", "Qiniu " + signature)
                        .POST(HttpRequest.BodyPublishers.ofString("op=" + path));
        assertThat(server.send(changed).statusCode()).isEqualTo(401);
        assertThat(server.catalog().find(BUCKET, "a")).isNotNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"url\": 7, \"bucket\": \"objects\"}",
                "{\"url\": \"http://a\"}",
                "{\"bucket\": \"objects\"}",
                "{\"url\": \"http://a\", \"bucket\": \"objects\", \"file_type\": 9}",
                "{\"url\": \"http://a\", \"bucket\": \"objects\", \"key\": [1]}",
                "{\"url\": \"http://a\", \"bucket\": \"objects\", \"callbackurl\": \"http://b\"}"
            })
    void aFetchThatCannotBeMeantIsRefused(String body) throws Exception {
        var answer = server.call(ADA, "POST", "/sisyphus/fetch", JSON, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @Test
    void aFetchIsKnownToWhoAskedForIt() throws Exception {
        var body = "{\"url\": \"http://localhost/\", \"bucket\": \"objects\", \"key\": \"f\"}";
        var answer = server.call(ADA, "POST", "/sisyphus/fetch", JSON, body);
        var target = "/sisyphus/fetch?id=" + new JsonObject(answer.body()).getString("id");

        assertThat(server.call(ADA, "GET", target, FORM, "").statusCode()).isEqualTo(200);
        assertThat(server.call(BOB, "GET", target, FORM, "").statusCode()).isEqualTo(612);
        assertThat(server.call(ADA, "GET", "/sisyphus/fetch?id=7", FORM, "").statusCode())
                .isEqualTo(612);
    }
}
