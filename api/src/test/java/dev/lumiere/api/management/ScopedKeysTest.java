package dev.lumiere.api.management;

import static dev.lumiere.api.management.StorageServer.ADA;
import static dev.lumiere.api.management.StorageServer.FORM;
import static dev.lumiere.api.management.StorageServer.JSON;
import static dev.lumiere.api.management.StorageServer.MANAGER;
import static dev.lumiere.api.management.StorageServer.NARROW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.sign.Credential;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keys that are good for something may not. */
class ScopedKeysTest {
    @TempDir private static Path folder;

    private static StorageServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new StorageServer(folder);
        server.catalog().buckets().create("albums", "ada", "z0");
        server.catalog().buckets().create("others", "ada", "z0");
    }

    @BeforeEach
    void objects() {
        server.put("albums", "2026/a", "a");
        server.put("albums", "2025/b", "b");
        server.put("others", "c", "c");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String entry(String name) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    private static HttpResponse<String> post(Credential key, String target) throws Exception {
        return server.post(key, target, "");
    }

    private static void assertDone(Credential key, String target) throws Exception {
        assertThat(post(key, target).statusCode()).as(target).isEqualTo(200);
    }

    private static void assertRefused(Credential key, String target, String what) throws Exception {
        var answer = post(key, target);
        assertThat(answer.statusCode()).as(target).isEqualTo(403);
        assertThat(new JsonObject(answer.body()).getString("error"))
                .as(target)
                .isEqualTo("key %s may not %s".formatted(key.accessKey(), what));
    }

    @Test
    void objectsAreReachedWhereTheKeyIsFor() throws Exception {
        assertDone(NARROW, "/stat/" + entry("albums:2026/a"));
        assertDone(NARROW, "/chtype/" + entry("albums:2026/a") + "/type/1");
        assertDone(NARROW, "/copy/" + entry("albums:2026/a") + "/" + entry("albums:2026/copy"));

        assertRefused(NARROW, "/stat/" + entry("albums:2025/b"), "read albums/2025/b");
        assertRefused(NARROW, "/stat/" + entry("others:c"), "read others/c");
        assertRefused(NARROW, "/delete/" + entry("albums:2026/a"), "delete albums/2026/a");
        assertRefused(
                NARROW,
                "/deleteAfterDays/" + entry("albums:2026/a") + "/1",
                "delete albums/2026/a");
        assertRefused(NARROW, "/chstatus/" + entry("others:c") + "/status/1", "write others/c");
        assertThat(server.found("albums", "2026/a").expiresAt()).isZero();
    }

    @Test
    void bothEndsOfACopyAndOfAMoveCount() throws Exception {
        var inside = entry("albums:2026/a");
        var outside = entry("albums:2025/b");
        assertRefused(NARROW, "/copy/" + inside + "/" + entry("others:d"), "write others/d");
        assertRefused(
                NARROW, "/copy/" + outside + "/" + entry("albums:2026/b"), "read albums/2025/b");
        assertRefused(
                NARROW, "/move/" + inside + "/" + entry("albums:2026/m"), "delete albums/2026/a");
        assertThat(server.catalog().find("others", "d")).isNull();
        assertThat(server.catalog().find("albums", "2026/b")).isNull();
        assertThat(server.catalog().find("albums", "2026/a")).isNotNull();
    }

    @Test
    void aBatchRefusesWhatTheKeyMayNotAndDoesTheRest() throws Exception {
        var batch =
                "op=/stat/%s&op=/delete/%s&op=/stat/%s"
                        .formatted(
                                entry("albums:2026/a"), entry("albums:2026/a"), entry("others:c"));

        var answer = server.post(NARROW, "/batch", batch);

        assertThat(answer.statusCode()).isEqualTo(298);
        assertThat(
                        new JsonArray(answer.body())
                                .stream().map(o -> ((JsonObject) o).getInteger("code")))
                .containsExactly(200, 403, 403);
        assertThat(answer.body()).contains("key narrow-key may not delete albums/2026/a");
    }

    @Test
    void listsAreOfThePrefixAlone() throws Exception {
        assertDone(NARROW, "/list?bucket=albums&prefix=2026%2F");
        assertDone(NARROW, "/v2/list?bucket=albums&prefix=2026%2Fa");
        assertRefused(NARROW, "/list?bucket=albums", "read bucket albums");
        assertRefused(NARROW, "/v2/list?bucket=albums&prefix=20", "read albums/20");
        assertRefused(MANAGER, "/list?bucket=albums", "read bucket albums");
        assertThat(new JsonArray(post(NARROW, "/buckets").body()))
                .isEqualTo(JsonArray.of("albums"));
        assertThat(new JsonArray(post(MANAGER, "/buckets").body()))
                .isEqualTo(JsonArray.of("albums", "others"));
    }

    @Test
    void bucketsAreChangedByWhoManagesThem() throws Exception {
        assertDone(MANAGER, "/mkbucketv3/of-manager/region/z0");
        assertDone(MANAGER, "/private?bucket=of-manager&private=1");
        assertDone(MANAGER, "/drop/of-manager");

        assertRefused(NARROW, "/mkbucketv3/narrow/region/z0", "manage bucket narrow");
        assertRefused(NARROW, "/drop/albums", "manage bucket albums");
        assertRefused(NARROW, "/private?bucket=albums&private=1", "manage bucket albums");
        assertRefused(NARROW, "/maxAge?bucket=albums&maxAge=9", "manage bucket albums");
        assertRefused(NARROW, "/v2/bucketInfo?bucket=albums", "read bucket albums");
        assertDone(NARROW, "/v2/bucketInfos");
        server.catalog().buckets().domains().bind("albums", "img.example.com");
        assertRefused(NARROW, "/unpublish/" + entry("img.example.com"), "manage bucket albums");
        assertRefused(
                MANAGER,
                "/rules/add?bucket=albums&name=all&delete_after_days=1",
                "delete bucket albums");
        assertDone(ADA, "/v2/bucketInfo?bucket=albums");
    }

    @Test
    void nothingIsFetchedToWhereTheKeyMayNotWrite() throws Exception {
        var url = entry("http://127.0.0.1:1/");
        assertRefused(NARROW, "/fetch/" + url + "/to/" + entry("others:x"), "write others/x");
        assertRefused(NARROW, "/fetch/" + url + "/to/" + entry("albums"), "write bucket albums");
        var later =
                server.call(
                        NARROW,
                        "POST",
                        "/sisyphus/fetch",
                        JSON,
                        "{\"url\":\"http://127.0.0.1:1/\",\"bucket\":\"others\",\"key\":\"x\"}");
        assertThat(later.statusCode()).isEqualTo(403);
        assertThat(server.call(MANAGER, "GET", "/buckets", FORM, "").statusCode()).isEqualTo(200);
    }
}
