package dev.lumiere.api.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.qiniu.common.QiniuException;
import com.qiniu.storage.BucketManager;
import com.qiniu.storage.BucketManager.BatchOperations;
import com.qiniu.storage.Configuration;
import com.qiniu.storage.Region;
import com.qiniu.storage.model.AccessStyleMode;
import com.qiniu.storage.model.BucketLifeCycleRule;
import com.qiniu.storage.model.BucketQuota;
import com.qiniu.storage.model.BucketReferAntiLeech;
import com.qiniu.storage.model.CorsRule;
import com.qiniu.storage.model.IndexPageType;
import dev.lumiere.storage.bucket.Bucket;
import dev.lumiere.storage.sign.Credential;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is set for a bucket: by Qiniu's SDK for Java, and by the calls that it does not have. */
class BucketSettingsTest {
    private static final String BUCKET = "settings";

    @TempDir private static Path folder;

    private static StorageServer server;
    private static Source source;
    private static BucketManager ada;

    @BeforeAll
    static void start() throws Exception {
        server = new StorageServer(folder);
        source = new Source();
        var host = server.host();
        var region =
                new Region.Builder()
                        .region("z0")
                        .accUpHost(host)
                        .srcUpHost(host)
                        .iovipHost(host)
                        .rsHost(host)
                        .rsfHost(host)
                        .apiHost(host)
                        .ucHost(host)
                        .build();
        var configuration = Configuration.create(region);
        configuration.useHttpsDomains = false;
        ada = new BucketManager(StorageServer.auth(StorageServer.ADA), configuration);
        ada.createBucket(BUCKET, "z0");
        ada.createBucket("other-settings", "z0");
    }

    @AfterAll
    static void stop() throws Exception {
        source.close();
        server.close();
    }

    private static Bucket bucket() {
        return Objects.requireNonNull(server.catalog().buckets().find(BUCKET));
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> post(String target) throws Exception {
        return post(StorageServer.ADA, target);
    }

    private static HttpResponse<String> post(Credential by, String target) throws Exception {
        return server.post(by, target, "");
    }

    private static JsonObject info() throws Exception {
        return new JsonObject(post("/v2/bucketInfo?bucket=" + BUCKET).body());
    }

    private static void assertRefused(int code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QiniuException.class,
                        e -> assertThat(e.code()).as(e.error()).isEqualTo(code));
    }

    @Test
    void aNewBucketTellsItsDefaults() throws Exception {
        ada.createBucket("just-made", "z0");

        var info = ada.getBucketInfo("just-made");
        assertThat(info.getProtected()).isZero();
        assertThat(info.getNoIndexPage()).isEqualTo(1);
        assertThat(info.getSeparator()).isEqualTo("-");
        assertThat(info.getStyles()).isEmpty();
        assertThat(info.getAntiLeechMode()).isZero();
        assertThat(info.getReferWhite()).isEmpty();
        assertThat(info.isNoRefer()).isTrue();
        assertThat(ada.getCorsRules("just-made")).isEmpty();
        assertThat(ada.getBucketLifeCycleRule("just-made")).isEmpty();
        assertThat(ada.getBucketQuota("just-made").getSize()).isEqualTo(-1);
    }

    @Test
    void pagesThatMayShowObjectsAreNamed() throws Exception {
        var rule = new BucketReferAntiLeech().setMode(1).setAllowEmptyReferer(false);
        ada.putReferAntiLeech(BUCKET, rule.setPattern("Example.com;*.example.org"));

        var info = ada.getBucketInfo(BUCKET);
        assertThat(info.getAntiLeechMode()).isEqualTo(1);
        assertThat(info.getReferWhite()).containsExactly("example.com", "*.example.org");
        assertThat(info.getReferBlack()).isEmpty();
        assertThat(info.isNoRefer()).isFalse();
        assertThat(bucket().settings().antiLeech().allows("http://evil.com")).isFalse();

        post("/referAntiLeech?bucket=settings&mode=2&norefer=1&pattern=a.com&source_enabled=0");
        assertThat(ada.getBucketInfo(BUCKET).getReferBlack()).containsExactly("a.com");
        assertThat(bucket().settings().antiLeech().allows("http://a.com")).isTrue();

        ada.putReferAntiLeech(BUCKET, new BucketReferAntiLeech());
        assertThat(ada.getBucketInfo(BUCKET).getAntiLeechMode()).isZero();
    }

    @Test
    void keysThatSignUrlsAreSealedAndNotTold() throws Exception {
        var form = "bucket=settings&key=first-secret&key=second-secret";
        var set = server.post(StorageServer.ADA, "/timestampAntiLeech", form);

        assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
        assertThat(info().getInteger("timestamp_keys")).isEqualTo(2);
        assertThat(info().encode()).doesNotContain("secret");
        var buckets = server.catalog().buckets();
        assertThat(buckets.urlKeys().opened(bucket()))
                .containsExactly("first-secret", "second-secret");
        assertThat(bucket().toString()).doesNotContain("secret");

        server.post(StorageServer.ADA, "/timestampAntiLeech", "bucket=settings");
        assertThat(info().getInteger("timestamp_keys")).isZero();
    }

    @Test
    void corsRulesComeBackAsTheyWereSet() throws Exception {
        var headers = new String[] {"Content-Type", "*"};
        ada.putCorsRules(
                BUCKET,
                new CorsRule[] {
                    new CorsRule(
                            new String[] {"http://*.example.com"},
                            new String[] {"get", "POST"},
                            headers,
                            new String[] {"ETag"},
                            20),
                    new CorsRule(new String[] {"*"}, new String[] {"GET"})
                });

        var rules = ada.getCorsRules(BUCKET);
        assertThat(rules).hasSize(2);
        assertThat(rules[0].getAllowedOrigin()).containsExactly("http://*.example.com");
        assertThat(rules[0].getAllowedMethod()).containsExactly("GET", "POST");
        assertThat(rules[0].getAllowedHeader()).containsExactly("content-type", "*");
        assertThat(rules[0].getExposedHeader()).containsExactly("ETag");
        assertThat(rules[0].getMaxAge()).isEqualTo(20);
        assertThat(rules[1].getMaxAge()).isZero();

        ada.putCorsRules(BUCKET, new CorsRule[0]);
        assertThat(ada.getCorsRules(BUCKET)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "null",
                "1",
                "[1]",
                "[null]",
                "[[]]",
                "[{}]",
                "[{\"allowed_origin\": \"*\", \"allowed_method\": [\"GET\"]}]",
                "[{\"allowed_origin\": [1], \"allowed_method\": [\"G T\"]}]",
                "[{\"allowed_origin\": [null], \"allowed_method\": [\"GET\"]}]",
                "[{\"allowed_origin\": [\"*\"], \"allowed_method\": [\"GET\"], \"max_age\": -1}]",
                "[{\"allowed_origin\": [\"*\"], \"allowed_method\": [\"GET\"], \"max_age\": \"x\"}]",
                "[{\"allowed_origin\": [\"a\\r\\nb\"], \"allowed_method\": [\"GET\"]}]",
                "[{\"allowed_origin\": [\"*\"], \"allowed_method\": [\"GET\"],"
                        + " \"exposed_header\": [\"a\\r\\nb: c\"]}]",
            })
    void whatIsNoCorsRuleIsRefused(String body) throws Exception {
        var answer = server.post(StorageServer.ADA, "/corsRules/set/settings", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error")).isNotBlank();
    }

    @Test
    void thereAreAtMostTenCorsRules() throws Exception {
        var rules = new CorsRule[11];
        Arrays.fill(rules, new CorsRule(new String[] {"*"}, new String[] {"GET"}));

        assertRefused(400, () -> ada.putCorsRules(BUCKET, rules));
        ada.putCorsRules(BUCKET, Arrays.copyOf(rules, 10));
        ada.putCorsRules(BUCKET, new CorsRule[0]);
    }

    @Test
    void lifecycleRulesAreAddedChangedAndTakenAway() throws Exception {
        ada.putBucketLifecycleRule(
                BUCKET, new BucketLifeCycleRule("logs", "logs/").setDeleteAfterDays(7));
        ada.putBucketLifecycleRule(BUCKET, new BucketLifeCycleRule("keep", "logs/keep/"));

        assertRefused(
                614,
                () -> ada.putBucketLifecycleRule(BUCKET, new BucketLifeCycleRule("logs", "x/")));
        assertRefused(
                400,
                () -> ada.putBucketLifecycleRule(BUCKET, new BucketLifeCycleRule("two", "logs/")));
        assertRefused(
                400,
                () ->
                        ada.putBucketLifecycleRule(
                                BUCKET,
                                new BucketLifeCycleRule("ia", "ia/")
                                        .setToLineAfterDays(7)
                                        .setToArchiveAfterDays(7)));
        assertRefused(
                612,
                () -> ada.updateBucketLifeCycleRule(BUCKET, new BucketLifeCycleRule("no", "no")));

        ada.updateBucketLifeCycleRule(
                BUCKET,
                new BucketLifeCycleRule("logs", "logs/")
                        .setToLineAfterDays(7)
                        .setToDeepArchiveAfterDays(14)
                        .setDeleteAfterDays(30));
        var rules = ada.getBucketLifeCycleRule(BUCKET);
        assertThat(rules).hasSize(2);
        assertThat(rules[1].getName()).isEqualTo("logs");
        assertThat(rules[1].getDeleteAfterDays()).isEqualTo(30);
        assertThat(rules[1].getToLineAfterDays()).isEqualTo(7);
        assertThat(rules[1].getToDeepArchiveAfterDays()).isEqualTo(14);
        assertThat(rules[1].getToArchiveAfterDays()).isZero();

        ada.deleteBucketLifecycleRule(BUCKET, "logs");
        ada.deleteBucketLifecycleRule(BUCKET, "keep");
        assertRefused(612, () -> ada.deleteBucketLifecycleRule(BUCKET, "keep"));
        assertThat(ada.getBucketLifeCycleRule(BUCKET)).isEmpty();
    }

    @Test
    void aQuotaIsKeptAndGoneBy() throws Exception {
        ada.putBucketQuota(BUCKET, new BucketQuota(5L << 30, 1000));
        ada.putBucketQuota(BUCKET, new BucketQuota(0, 2000));
        assertThat(ada.getBucketQuota(BUCKET).getSize()).isEqualTo(5L << 30);
        assertThat(ada.getBucketQuota(BUCKET).getCount()).isEqualTo(2000);

        server.put(BUCKET, "a", "1234");
        assertThat(info().getJsonObject("used")).isEqualTo(JsonObject.of("size", 4, "count", 1));
        ada.putBucketQuota(BUCKET, new BucketQuota(6, -1));
        assertRefused(403, () -> ada.copy(BUCKET, "a", BUCKET, "b", true));
        server.put("other-settings", "a", "123");
        assertRefused(403, () -> ada.move("other-settings", "a", BUCKET, "b"));
        var copied = ada.batch(new BatchOperations().addCopyOp(BUCKET, "a", BUCKET, "b"));
        assertThat(copied.bodyString())
                .contains("quota of bucket settings reached: 4 of 6 bytes are used, 4 more");
        assertRefused(403, () -> ada.fetch(source.url("/page"), BUCKET, "b"));
        ada.delete(BUCKET, "a");
        ada.move("other-settings", "a", BUCKET, "b");
        assertThat(info().getJsonObject("used")).isEqualTo(JsonObject.of("size", 3, "count", 1));

        ada.putBucketQuota(BUCKET, new BucketQuota(-1, -1));
        assertThat(ada.getBucketQuota(BUCKET).getCount()).isEqualTo(-1);
        ada.delete(BUCKET, "b");
    }

    private static HttpResponse<String> tagging(Credential by, String method, String body)
            throws Exception {
        return server.call(by, method, "/bucketTagging?bucket=" + BUCKET, StorageServer.JSON, body);
    }

    @Test
    void tagsAreReplacedAllAtOnceToldAndTakenAway() throws Exception {
        var ada = StorageServer.ADA;
        assertThat(tagging(ada, "GET", "").body()).isEqualTo("{\"Tags\":[]}");
        var tags =
                """
                {"Tags":[{"Key":"team","Value":"a/b @ c"},{"Key":"env","Value":"prod"}]}\
                """;

        var put = tagging(ada, "PUT", tags);

        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        assertThat(tagging(ada, "GET", "").body()).isEqualTo(tags);
        assertThat(tagging(StorageServer.MANAGER, "GET", "").statusCode()).isEqualTo(403);
        assertThat(tagging(StorageServer.BOB, "GET", "").statusCode()).isEqualTo(631);
        assertThat(tagging(StorageServer.NARROW, "PUT", tags).statusCode()).isEqualTo(403);
        assertThat(tagging(ada, "POST", tags).statusCode()).isEqualTo(405);
        post("/private?bucket=settings&private=0");
        assertThat(bucket().settings().tags()).as("of what else is set").hasSize(2);

        assertThat(tagging(StorageServer.MANAGER, "DELETE", "").statusCode()).isEqualTo(200);
        assertThat(tagging(ada, "GET", "").body()).isEqualTo("{\"Tags\":[]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"Tags\":1}",
                "{\"Tags\":[1]}",
                "{\"Tags\":[{\"Key\":\"k\"}]}",
                "{\"Tags\":[{\"Key\":\"k\",\"Value\":1}]}",
                "{\"Tags\":[{\"Key\":\"\",\"Value\":\"v\"}]}",
                "{\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"},{\"Key\":\"k\",\"Value\":\"w\"}]}"
            })
    void whatIsNoTagIsRefused(String body) throws Exception {
        var refused = tagging(StorageServer.ADA, "PUT", body);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(new JsonObject(refused.body()).getString("error")).containsIgnoringCase("tag");
        assertThat(bucket().settings().tags()).isEmpty();
    }

    @Test
    void stylesAndWhatElseTheServingGoesBy() throws Exception {
        ada.putBucketAccessStyleMode(BUCKET, AccessStyleMode.OPEN);
        ada.setIndexPage(BUCKET, IndexPageType.HAS);
        var pipeline = "imageView2/1/w/200|imageslim";
        for (var target :
                new String[] {
                    "/style/settings/name/" + encoded("thumb") + "/style/" + encoded(pipeline),
                    "/style/settings/name/" + encoded("old") + "/style/" + encoded("imageInfo"),
                    "/unstyle/settings/name/" + encoded("old"),
                    "/separator/settings/sep/" + encoded("-!/")
                }) {
            assertThat(post(target).statusCode()).as(target).isEqualTo(200);
        }

        var info = ada.getBucketInfo(BUCKET);
        assertThat(info.getProtected()).isEqualTo(1);
        assertThat(info.getNoIndexPage()).isZero();
        assertThat(info.getStyles()).isEqualTo(Map.of("thumb", pipeline));
        assertThat(info.getSeparator()).isEqualTo("-!/");
        assertThat(post("/unstyle/settings/name/" + encoded("old")).statusCode()).isEqualTo(612);

        ada.putBucketAccessStyleMode(BUCKET, AccessStyleMode.CLOSE);
        ada.setIndexPage(BUCKET, IndexPageType.NO);
        assertThat(ada.getBucketInfo(BUCKET).getProtected()).isZero();
    }

    @Test
    void aDomainIsOfOneBucket() throws Exception {
        var publish = "/publish/" + encoded("Img.Example.com") + "/from/";
        assertThat(post(publish + BUCKET).statusCode()).isEqualTo(200);
        assertThat(post(publish + BUCKET).statusCode()).as("again").isEqualTo(200);
        assertThat(post(publish + "other-settings").statusCode()).isEqualTo(614);
        assertThat(post(publish + "nothing").statusCode()).isEqualTo(631);
        assertThat(post(StorageServer.BOB, publish + BUCKET).statusCode()).isEqualTo(631);

        assertThat(ada.domainList(BUCKET)).containsExactly("img.example.com");
        assertThat(new JsonArray(post("/v3/domains?tbl=settings").body()).getJsonObject(0))
                .isEqualTo(JsonObject.of("domain", "img.example.com", "tbl", BUCKET));

        var unpublish = "/unpublish/" + encoded("img.example.com");
        assertThat(post(StorageServer.BOB, unpublish).statusCode()).isEqualTo(612);
        assertThat(post(unpublish).statusCode()).isEqualTo(200);
        assertThat(post(unpublish).statusCode()).isEqualTo(612);
        assertThat(ada.domainList(BUCKET)).isEmpty();
        assertThat(post(publish + "other-settings").statusCode()).isEqualTo(200);
    }

    @Test
    void onlyTheOwnerSetsAnything() throws Exception {
        for (var target :
                new String[] {
                    "/accessMode/settings/mode/1",
                    "/noIndexPage?bucket=settings&noIndexPage=0",
                    "/referAntiLeech?bucket=settings&mode=1&pattern=a.com",
                    "/timestampAntiLeech?bucket=settings&key=first-secret",
                    "/rules/get?bucket=settings",
                    "/rules/add?bucket=settings&name=a",
                    "/corsRules/get/settings",
                    "/corsRules/set/settings",
                    "/setbucketquota/settings/size/1/count/1",
                    "/getbucketquota/settings",
                    "/style/settings/name/YQ==/style/aW1hZ2VJbmZv",
                    "/unstyle/settings/name/YQ==",
                    "/separator/settings/sep/LQ=="
                }) {
            assertThat(post(StorageServer.BOB, target).statusCode()).as(target).isEqualTo(631);
        }
    }
}
