package dev.lumiere.api.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Qiniu's own SDK for Node manages buckets and objects, and finds their hosts by itself. */
class NodeSdkTest {
    private static final Path SCRIPTS = Path.of("src/test/node").toAbsolutePath();
    private static final String BUCKET = "node-objects";

    @TempDir private Path folder;

    @Test
    void managesBucketsAndObjects() throws Exception {
        assumeTrue(isThere("npm") && isThere("node"), "no npm");
        for (var file : new String[] {"package.json", "package-lock.json", "management.cjs"}) {
            Files.copy(SCRIPTS.resolve(file), folder.resolve(file));
        }
        run("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts");
        try (var server = new StorageServer(folder.resolve("server"));
                var source = new Source()) {
            server.catalog().buckets().create(BUCKET, "ada", "z0");
            server.put(BUCKET, "höhö/片 1.txt", "text");

            var ada = StorageServer.ADA;
            var told =
                    new JsonObject(
                            run(
                                    "node",
                                    "management.cjs",
                                    server.host(),
                                    ada.accessKey(),
                                    ada.secretKey(),
                                    BUCKET,
                                    source.url("/page")));

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
                        "deleteNoBucket", 631);
        assertThat(told.fieldNames()).hasSize(26).containsAll(refused.keySet());
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
                .containsExactly(200, 612, 200, 200);
        assertThat(data(told, "list").getJsonArray("commonPrefixes"))
                .isEqualTo(JsonArray.of("höhö/"));
        assertThat(told.getJsonObject("listV2").getString("data")).contains("höhö/片 1.txt");
        assertThat(data(told, "fetch").getInteger("fsize")).isEqualTo(13);
        assertThat(told.getJsonObject("listBucket").getJsonArray("data"))
                .isEqualTo(JsonArray.of(BUCKET));
        assertThat(data(told, "getBucketInfo").getInteger("private")).isZero();
        assertThat(data(told, "getPrivateInfo").getInteger("private")).isEqualTo(1);
        assertThat(data(told, "getPrivateInfo").getInteger("max_age")).isEqualTo(60);
    }

    private static JsonObject data(JsonObject told, String name) {
        return told.getJsonObject(name).getJsonObject("data");
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /** Gives what it says, if all went well. */
    private String run(String... command) throws Exception {
        var said = folder.resolve("said");
        var errors = folder.resolve("errors");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(said.toFile())
                        .redirectError(errors.toFile());
        builder.environment().put("TMPDIR", folder.toString()); // where the SDK remembers hosts
        var process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
            return Files.readString(said);
        } finally {
            process.destroyForcibly();
        }
    }
}
