package dev.lumiere.api.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.NodeSdk;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Qiniu's own SDK for Node manages buckets and objects, and finds their hosts by itself. */
class NodeSdkTest {
    private static final String BUCKET = "node-objects";

    @TempDir private Path folder;

    @Test
    void managesBucketsAndObjects() throws Exception {
        var sdk = NodeSdk.in(folder, "management.cjs");
        try (var server = new StorageServer(folder.resolve("server"));
                var source = new Source()) {
            server.catalog().buckets().create(BUCKET, "ada", "z0");
            server.put(BUCKET, "höhö/片 1.txt", "text");

            var ada = StorageServer.ADA;
            var told =
                    sdk.run(
                            server.host(),
                            ada.accessKey(),
                            ada.secretKey(),
                            BUCKET,
                            source.url(""));

            check(told);
        }
    }

    private static void check(JsonObject told) {
        var refused =
                Map.of(
                        "statNothing", 612,
                        "moveOnto", 614,
                        "batch", 298,
                        "listBadMarker", 640,
                        "prefetchNothing", 404,
                        "prefetchNoMirror", 400,
                        "addSameRule", 614,
                        "deleteNoRule", 612,
                        "deleteNoBucket", 631);
        assertThat(told.fieldNames()).hasSize(47).containsAll(refused.keySet());
        for (var name : told.fieldNames()) {
            assertThat(told.getJsonObject(name).getInteger("status"))
                    .as(name + " " + told.getValue(name))
                    .isEqualTo(refused.getOrDefault(name, 200));
        }
        assertThat(data(told, "stat").getInteger("fsize")).isEqualTo(4);
        assertThat(data(told, "statNothing").getString("error"))
                .isEqualTo("no such file or directory");
        var moved = data(told, "statMoved");
        assertThat(moved.getString("mimeType")).isEqualTo("image/png");
        assertThat(moved.getJsonObject("x-qn-meta"))
                .isEqualTo(JsonObject.of("!Cache-Control", "no-store"));
        assertThat(moved.getInteger("type")).isEqualTo(1);
        assertThat(moved.getInteger("status")).isEqualTo(1);
        assertThat(moved.getLong("expiration")).isPositive();
        var outcomes = told.getJsonObject("batch").getJsonArray("data");
        assertThat(outcomes.stream().map(o -> ((JsonObject) o).getInteger("code")))
                .containsExactly(200, 612, 200, 200, 200, 200, 200, 200, 200, 200, 612);
        assertThat(data(told, "list").getJsonArray("commonPrefixes"))
                .isEqualTo(JsonArray.of("höhö/"));
        assertThat(told.getJsonObject("listV2").getString("data")).contains("höhö/片 1.txt");
        assertThat(data(told, "fetch").getInteger("fsize")).isEqualTo(13);
        assertThat(told.getJsonObject("listBucket").getJsonArray("data"))
                .isEqualTo(JsonArray.of(BUCKET));
        assertThat(data(told, "getBucketInfo").getInteger("private")).isZero();
        assertThat(data(told, "getPrivateInfo").getInteger("private")).isEqualTo(1);
        assertThat(data(told, "getPrivateInfo").getInteger("max_age")).isEqualTo(60);
        checkSettings(told);
    }

    private static void checkSettings(JsonObject told) {
        assertThat(data(told, "statPrefetched").getInteger("fsize")).isEqualTo(13);
        var set = data(told, "getSettings");
        assertThat(set.getInteger("anti_leech_mode")).isEqualTo(1);
        assertThat(set.getJsonArray("refer_wl")).isEqualTo(JsonArray.of("example.com"));
        assertThat(set.getInteger("protected")).isEqualTo(1);
        var rules = told.getJsonObject("getRules").getJsonArray("data");
        assertThat(rules).hasSize(1);
        assertThat(rules.getJsonObject(0).getInteger("delete_after_days")).isEqualTo(9);
        assertThat(told.getJsonObject("getNoRules").getJsonArray("data")).isEmpty();
        var cors = told.getJsonObject("getCors").getJsonArray("data");
        assertThat(cors.getJsonObject(0).getJsonArray("allowed_origin"))
                .isEqualTo(JsonArray.of("https://example.com"));
        assertThat(data(told, "getQuota")).isEqualTo(JsonObject.of("size", 1024, "count", 10));
    }

    private static JsonObject data(JsonObject told, String name) {
        return told.getJsonObject(name).getJsonObject("data");
    }
}
