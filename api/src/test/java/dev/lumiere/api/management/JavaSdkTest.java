package dev.lumiere.api.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.qiniu.common.QiniuException;
import com.qiniu.storage.BucketManager;
import com.qiniu.storage.BucketManager.BatchOperations;
import com.qiniu.storage.Configuration;
import com.qiniu.storage.Region;
import com.qiniu.storage.model.AclType;
import com.qiniu.storage.model.BatchStatus;
import com.qiniu.storage.model.FileInfo;
import com.qiniu.storage.model.StorageType;
import com.qiniu.util.StringMap;
import dev.lumiere.storage.sign.Credential;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Qiniu's own SDK for Java manages buckets and objects. */
class JavaSdkTest {
    private static final String BUCKET = "sdk-objects";

    @TempDir private static Path folder;

    private static StorageServer server;
    private static Source source;
    private static BucketManager ada;

    @BeforeAll
    static void start() throws Exception {
        server = new StorageServer(folder);
        source = new Source();
        ada = manager(StorageServer.ADA);
        ada.createBucket(BUCKET, "z0");
    }

    @AfterAll
    static void stop() throws Exception {
        source.close();
        server.close();
    }

    /** With every host named by hand. */
    private static BucketManager manager(Credential key) {
        var host = server.host();
        return manager(
                key,
                new Region.Builder()
                        .region("z0")
                        .accUpHost(host)
                        .srcUpHost(host)
                        .iovipHost(host)
                        .ioSrcHost(host)
                        .rsHost(host)
                        .rsfHost(host)
                        .apiHost(host)
                        .ucHost(host)
                        .build());
    }

    private static BucketManager manager(Credential key, Region region) {
        var configuration = Configuration.create(region);
        configuration.useHttpsDomains = false;
        return new BucketManager(StorageServer.auth(key), configuration);
    }

    private static void assertRefused(int code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QiniuException.class,
                        e -> {
                            assertThat(e.code()).as(e.error()).isEqualTo(code);
                            assertThat(e.error()).isNotBlank();
                            assertThat(e.response.reqId).isNotBlank();
                        });
    }

    @Test
    void statTellsAllThereIs() throws Exception {
        var put = server.put(BUCKET, "stat.txt", "stat");

        var info = ada.stat(BUCKET, "stat.txt");

        assertThat(info.fsize).isEqualTo(4);
        assertThat(info.hash).isEqualTo(put.hash());
        assertThat(info.md5).isEqualTo(put.md5());
        assertThat(info.mimeType).isEqualTo("text/plain");
        assertThat(info.putTime).isEqualTo(put.putTime());
        assertThat(info.type).isZero();
        assertThat(info.status).isZero();
        assertThat(info.expiration).isNull();
        assertThat(info.meta).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a//b",
                "//",
                "../up",
                "a/../b",
                ".",
                "höhö/片.jpg",
                "100%",
                "a%2Fb",
                "a:b:c",
                "a+b c",
                "?x=1&y#z",
                "🎬",
                "~",
                "a\1b",
                "a\r\nb",
                "\"quoted\"\\"
            })
    void anyTextIsAKey(String key) throws Exception {
        server.put(BUCKET, "from " + key, "odd");

        ada.copy(BUCKET, "from " + key, BUCKET, key, true);
        assertThat(ada.stat(BUCKET, key).fsize).isEqualTo(3);
        assertThat(
                        Arrays.stream(ada.listFiles(BUCKET, key, null, 1000, null).items)
                                .map(item -> item.key))
                .contains(key);

        ada.delete(BUCKET, key);
        assertRefused(612, () -> ada.stat(BUCKET, key));
    }

    @Test
    void copiesMovesAndRenames() throws Exception {
        ada.createBucket("sdk-other", "z0");
        server.put(BUCKET, "one", "one");
        server.put(BUCKET, "two", "twotwo");

        ada.copy(BUCKET, "one", "sdk-other", "copy");
        assertThat(ada.stat("sdk-other", "copy").fsize).isEqualTo(3);
        assertThat(ada.stat(BUCKET, "one").fsize).isEqualTo(3);

        assertRefused(614, () -> ada.copy(BUCKET, "two", "sdk-other", "copy"));
        ada.copy(BUCKET, "two", "sdk-other", "copy", true);
        assertThat(ada.stat("sdk-other", "copy").fsize).isEqualTo(6);

        ada.move(BUCKET, "one", "sdk-other", "moved");
        assertRefused(612, () -> ada.stat(BUCKET, "one"));
        assertThat(ada.stat("sdk-other", "moved").fsize).isEqualTo(3);

        assertRefused(614, () -> ada.rename("sdk-other", "moved", "copy"));
        ada.rename("sdk-other", "moved", "copy", true);
        assertThat(ada.stat("sdk-other", "copy").fsize).isEqualTo(3);
        assertRefused(612, () -> ada.move(BUCKET, "nothing", BUCKET, "anything"));
    }

    @Test
    void changesWhatIsSaidOfAnObject() throws Exception {
        var put = server.put(BUCKET, "change.txt", "change");

        ada.changeMime(BUCKET, "change.txt", "text/markdown; charset=utf-8");
        ada.changeHeaders(BUCKET, "change.txt", Map.of("Cache-Control", "no-cache"));
        ada.changeHeaders(BUCKET, "change.txt", Map.of("X-Title", "höhö"));
        ada.changeType(BUCKET, "change.txt", StorageType.INFREQUENCY);
        ada.changeStatus(BUCKET, "change.txt", 1);
        ada.deleteAfterDays(BUCKET, "change.txt", 3);

        var info = ada.stat(BUCKET, "change.txt");
        assertThat(info.mimeType).isEqualTo("text/markdown; charset=utf-8");
        assertThat(info.meta).isEqualTo(Map.of("!Cache-Control", "no-cache", "!X-Title", "höhö"));
        assertThat(info.type).isEqualTo(1);
        assertThat(info.status).isEqualTo(1);
        assertThat((info.expiration + 8 * 3600) % 86_400).as("midnight at UTC+8").isZero();
        assertThat(info.expiration * 1000L - System.currentTimeMillis())
                .isBetween(3 * 86_400_000L - 60_000, 4 * 86_400_000L);
        assertThat(info.hash).isEqualTo(put.hash());
        assertThat(info.putTime).isEqualTo(put.putTime());

        ada.changeStatus(BUCKET, "change.txt", 0);
        ada.deleteAfterDays(BUCKET, "change.txt", 0);
        assertThat(ada.stat(BUCKET, "change.txt").status).isZero();
        assertThat(ada.stat(BUCKET, "change.txt").expiration).isNull();
        assertThat(ada.restoreArchive(BUCKET, "change.txt", 1).isOK()).isTrue();
        assertRefused(400, () -> ada.restoreArchive(BUCKET, "change.txt", 8));
        assertRefused(400, () -> ada.changeMime(BUCKET, "change.txt", "a\r\nSet-Cookie: b"));
        assertRefused(612, () -> ada.changeMime(BUCKET, "nothing", "text/plain"));
    }

    @Test
    void aBatchTellsTheOutcomeOfEach() throws Exception {
        server.put(BUCKET, "batch/a", "a");
        server.put(BUCKET, "batch/b", "bb");

        var answer =
                ada.batch(
                        new BatchOperations()
                                .addStatOps(BUCKET, "batch/a", "batch/nothing")
                                .addCopyOp(BUCKET, "batch/a", BUCKET, "batch/c")
                                .addCopyOp(BUCKET, "batch/a", BUCKET, "batch/b")
                                .addMoveOp(BUCKET, "batch/c", BUCKET, "batch/d")
                                .addChgmOp(BUCKET, "batch/d", "image/png", Map.of("by", "me"), null)
                                .addChangeTypeOps(BUCKET, StorageType.Archive, "batch/d")
                                .addChangeStatusOps(BUCKET, 1, "batch/d")
                                .addDeleteAfterDaysOps(BUCKET, 1, "batch/d")
                                .addRestoreArchiveOps(BUCKET, 1, "batch/d")
                                .addStatOps(BUCKET, "batch/d")
                                .addDeleteOp(BUCKET, "batch/a")
                                .addStatOps("sdk-nobodys", "batch/a"));

        assertThat(answer.statusCode).isEqualTo(298);
        var outcomes = answer.jsonToObject(BatchStatus[].class);
        assertThat(outcomes)
                .extracting(outcome -> outcome.code)
                .containsExactly(200, 612, 200, 614, 200, 200, 200, 200, 200, 200, 200, 200, 631);
        assertThat(outcomes[0].data.fsize).isEqualTo(1);
        assertThat(outcomes[1].data.error).isEqualTo("no such file or directory");
        assertThat(outcomes[2].data).isNull();
        assertThat(outcomes[10].data.mimeType).isEqualTo("image/png");
        var d = ada.stat(BUCKET, "batch/d");
        assertThat(d.meta).isEqualTo(Map.of("by", "me"));
        assertThat(d.type).isEqualTo(2);
        assertRefused(612, () -> ada.stat(BUCKET, "batch/a"));

        var good = ada.batch(new BatchOperations().addStatOps(BUCKET, "batch/b"));
        assertThat(good.statusCode).isEqualTo(200);
    }

    @Test
    void aChangeIsMadeOnlyIfItsConditionHolds() throws Exception {
        var put = server.put(BUCKET, "condition", "condition");
        var wrong = new BucketManager.Condition.Builder().setFileSize(1L).build();
        var right =
                new BucketManager.Condition.Builder()
                        .setHash(put.hash())
                        .setMime("text/plain")
                        .setFileSize(9L)
                        .setPutTime(put.putTime())
                        .build();

        var answer =
                ada.batch(
                        new BatchOperations()
                                .addChgmOp(BUCKET, "condition", "a/a", Map.of(), wrong)
                                .addChgmOp(BUCKET, "condition", "b/b", Map.of(), right));

        assertThat(answer.jsonToObject(BatchStatus[].class))
                .extracting(outcome -> outcome.code)
                .containsExactly(608, 200);
        assertThat(ada.stat(BUCKET, "condition").mimeType).isEqualTo("b/b");
    }

    @Test
    void listsMoreThanAPageInOrder() throws Exception {
        ada.createBucket("sdk-many", "z0");
        var keys =
                IntStream.range(0, 1203)
                        .mapToObj(i -> "%s/%04d".formatted(i % 3 == 0 ? "ä" : "b", i))
                        .toList();
        server.putMany("sdk-many", keys);

        var all = new ArrayList<FileInfo>();
        var pages = ada.createFileListIterator("sdk-many", "");
        while (pages.hasNext()) {
            all.addAll(List.of(pages.next()));
        }
        assertThat(pages.error()).isNull();
        assertThat(all)
                .extracting(item -> item.key)
                .containsExactlyElementsOf(keys.stream().sorted().toList());

        var first = ada.listFiles("sdk-many", "b/", null, 500, null);
        assertThat(first.items).hasSize(500);
        assertThat(first.isEOF()).isFalse();
        var second = ada.listFiles("sdk-many", "b/", first.marker, 500, "");
        assertThat(second.items).hasSize(302);
        assertThat(second.isEOF()).isTrue();
        assertThat(second.items[0].key).isGreaterThan(first.items[499].key);
        assertThat(second.items[0].hash).isEqualTo(first.items[0].hash);

        var folders = ada.listFiles("sdk-many", null, null, 1, "/");
        assertThat(folders.items).isEmpty();
        assertThat(folders.commonPrefixes).containsExactly("b/");
        var more = ada.listFiles("sdk-many", null, folders.marker, 1, "/");
        assertThat(more.commonPrefixes).containsExactly("ä/");
        assertThat(more.isEOF()).isTrue();

        assertThat(ada.listFiles("sdk-many", "nothing", null, 10, null).items).isEmpty();
        assertRefused(640, () -> ada.listFiles("sdk-many", null, "no marker", 10, null));
        assertRefused(631, () -> ada.listFiles("sdk-nothing", null, null, 10, null));
        assertRefused(400, () -> ada.listFiles("sdk-many", null, null, 1001, null));
    }

    @Test
    @SuppressWarnings("deprecation") // as long as it is there it is used
    void listsByLines() throws Exception {
        ada.createBucket("sdk-lines", "z0");
        for (var key : List.of("a/1", "a/2", "b", "c/1", "d")) {
            server.put("sdk-lines", key, key);
        }

        var some = ada.listFilesV2("sdk-lines", "", "", 3, "/");
        assertThat(some.commonPrefixes).containsExactlyInAnyOrder("a/", "c/");
        assertThat(some.items).extracting(item -> item.key).containsExactly("b");
        var rest = ada.listFilesV2("sdk-lines", "", some.marker, 0, "/");
        assertThat(rest.items).extracting(item -> item.key).containsExactly("d");
        assertThat(rest.isEOF()).isTrue();
    }

    @Test
    void bucketsComeAndGo() throws Exception {
        ada.createBucket("sdk-come-and-go", "cn-east-2");
        assertThat(ada.buckets()).contains("sdk-come-and-go", BUCKET);
        assertRefused(614, () -> ada.createBucket("sdk-come-and-go", "z0"));
        assertRefused(400, () -> ada.createBucket("No_Name", "z0"));

        assertThat(ada.domainList("sdk-come-and-go")).isEmpty();
        server.catalog().buckets().domains().bind("sdk-come-and-go", "img.example.com");
        assertThat(ada.domainList("sdk-come-and-go")).containsExactly("img.example.com");

        assertThat(ada.getBucketInfo("sdk-come-and-go").getPrivate()).isZero();
        ada.putBucketAccessMode("sdk-come-and-go", AclType.PRIVATE);
        ada.putBucketMaxAge("sdk-come-and-go", 60);
        var info = ada.getBucketInfo("sdk-come-and-go");
        assertThat(info.getPrivate()).isEqualTo(1);
        assertThat(info.getMaxAge()).isEqualTo(60);
        assertThat(info.getRegion()).isEqualTo("cn-east-2");
        ada.putBucketMaxAge("sdk-come-and-go", 0);
        assertThat(ada.getBucketInfo("sdk-come-and-go").getMaxAge()).isZero();

        server.put("sdk-come-and-go", "a", "a");
        assertRefused(403, () -> ada.deleteBucket("sdk-come-and-go"));
        ada.delete("sdk-come-and-go", "a");
        ada.deleteBucket("sdk-come-and-go");
        assertThat(ada.buckets()).doesNotContain("sdk-come-and-go");
        assertRefused(631, () -> ada.deleteBucket("sdk-come-and-go"));
        assertRefused(631, () -> ada.getBucketInfo("sdk-come-and-go"));
        assertRefused(631, () -> ada.domainList("sdk-come-and-go"));
    }

    @Test
    void fetchesWhatIsAtAUrl() throws Exception {
        var named = ada.fetch(source.url("/page"), BUCKET, "fetched.html");

        assertThat(named.key).isEqualTo("fetched.html");
        assertThat(named.fsize).isEqualTo(13);
        assertThat(named.mimeType).isEqualTo("text/html");
        var stored = server.found(BUCKET, "fetched.html");
        assertThat(named.hash).isEqualTo(stored.hash());
        assertThat(server.blobs().has(stored.blob())).isTrue();
        assertThat(ada.fetch(source.url("/page"), BUCKET).key).isEqualTo(named.hash);

        assertRefused(404, () -> ada.fetch(source.url("/nothing"), BUCKET, "x"));
        assertRefused(478, () -> ada.fetch(source.url("/broken"), BUCKET, "x"));
        assertRefused(478, () -> ada.fetch("ftp://127.0.0.1/", BUCKET, "x"));
        assertRefused(403, () -> ada.fetch(source.forbiddenUrl("/page"), BUCKET, "x"));
        assertRefused(631, () -> ada.fetch(source.url("/page"), "sdk-nothing", "x"));
        assertRefused(612, () -> ada.stat(BUCKET, "x"));
    }

    @Test
    @SuppressWarnings("deprecation") // by the SDK's authors; programs call it nevertheless
    void aMirrorIsSetLookedAtAndPrefetched() throws Exception {
        ada.createBucket("sdk-mirror", "z0");
        assertRefused(400, () -> ada.prefetch("sdk-mirror", "page"));
        assertRefused(631, () -> ada.prefetch("sdk-nothing", "page"));

        ada.setImage("sdk-mirror", source.url("/"), "www.example.com");
        var info = ada.getBucketInfo("sdk-mirror");
        assertThat(info.getImageSource()).isEqualTo(source.url(""));
        assertThat(info.getImageHost()).isEqualTo("www.example.com");

        ada.prefetch("sdk-mirror", "page");
        assertThat(ada.stat("sdk-mirror", "page").mimeType).isEqualTo("text/html");
        assertRefused(404, () -> ada.prefetch("sdk-mirror", "nothing"));
        assertRefused(478, () -> ada.prefetch("sdk-mirror", "broken"));

        for (var wrong :
                List.of("", "ftp://a/", "http://", "http://a/?q", "http://a;http://a/", "a")) {
            assertRefused(400, () -> ada.setImage("sdk-mirror", wrong));
        }
        assertRefused(400, () -> ada.setImage("sdk-mirror", source.url(""), "a b"));
        assertRefused(631, () -> ada.setImage("sdk-nothing", source.url("")));
        assertThat(ada.getBucketInfo("sdk-mirror").getImageSource()).isEqualTo(source.url(""));

        ada.unsetImage("sdk-mirror");
        assertThat(ada.getBucketInfo("sdk-mirror").getImageSource()).isEmpty();
        assertRefused(400, () -> ada.prefetch("sdk-mirror", "page"));
        assertThat(ada.stat("sdk-mirror", "page").fsize).isEqualTo(13);
        assertRefused(631, () -> ada.unsetImage("sdk-nothing"));
    }

    @Test
    void fetchesLaterWhatNobodyWaitsFor() throws Exception {
        var answer = ada.asynFetch(source.url("/late"), BUCKET, "late.html");
        var id = new JsonObject(answer.bodyString()).getString("id");
        assertThat(answer.isOK()).isTrue();
        Awaitility.await().until(() -> standing(id) == 0);

        source.letGo();

        Awaitility.await().until(() -> standing(id) == -1);
        assertThat(ada.stat(BUCKET, "late.html").fsize).isEqualTo(13);

        var wrong = new StringMap().put("key", "wrong.html").put("md5", "00");
        var second =
                new JsonObject(ada.asyncFetch(source.url("/page"), BUCKET, wrong).bodyString());
        Awaitility.await().until(() -> standing(second.getString("id")) == -1);
        assertRefused(612, () -> ada.stat(BUCKET, "wrong.html"));
        assertRefused(631, () -> ada.asynFetch(source.url("/page"), "sdk-nothing", "x"));
    }

    @Test
    void whoAskedForAFetchIsToldHowItEnded() throws Exception {
        var body = "{\"key\": $(key), \"size\": $(fsize), \"bucket\": \"$(bucket)\"}";

        ada.asynFetch(
                source.url("/page"),
                BUCKET,
                "told.html",
                null,
                null,
                source.url("/told"),
                body,
                StorageServer.JSON,
                null,
                0);
        var post = Awaitility.await().until(() -> source.told("/told"), Objects::nonNull);
        assertThat(new JsonObject(post.body()))
                .isEqualTo(JsonObject.of("key", "told.html", "size", 13, "bucket", "sdk-objects"));
        assertThat(post.isSigned(StorageServer.ADA)).isTrue();

        ada.asynFetch(
                source.url("/nothing"),
                BUCKET,
                "failed.html",
                null,
                null,
                source.url("/failed"),
                body,
                StorageServer.JSON,
                null,
                0);
        var failed = Awaitility.await().until(() -> source.told("/failed"), Objects::nonNull);
        assertThat(new JsonObject(failed.body()).getInteger("code")).isEqualTo(404);
        assertThat(failed.isSigned(StorageServer.ADA)).isTrue();
    }

    private static long standing(String id) throws Exception {
        var answer =
                server.call(
                        StorageServer.ADA,
                        "GET",
                        "/sisyphus/fetch?id=" + id,
                        StorageServer.FORM,
                        "");
        return new JsonObject(answer.body()).getLong("wait");
    }

    @Test
    void hostsAreFoundByTheSdkItself() throws Exception {
        var uc = "http://" + server.host();
        var own = manager(StorageServer.ADA, Region.autoRegion(uc));
        server.put(BUCKET, "auto", "auto");

        assertThat(own.stat(BUCKET, "auto").fsize).isEqualTo(4);
        assertThat(own.listFiles(BUCKET, "auto", null, 10, null).items).hasSize(1);
        assertThat(own.fetch(source.url("/page"), BUCKET, "auto.html").fsize).isEqualTo(13);
        assertThat(own.buckets()).contains(BUCKET);
        assertThat(own.getDefaultIoSrcHost(BUCKET)).isEqualTo("http://" + StorageServer.MEDIA);
        assertThatThrownBy(() -> own.stat("sdk-nothing", "auto"))
                .isInstanceOfSatisfying(
                        QiniuException.class, e -> assertThat(e.code()).isEqualTo(631));
    }

    @Test
    @SuppressWarnings("deprecation") // as above
    void onlyTheirOwnersTouchBuckets() {
        server.put(BUCKET, "mine", "mine");
        var bob = manager(StorageServer.BOB);

        assertRefused(631, () -> bob.stat(BUCKET, "mine"));
        assertRefused(631, () -> bob.delete(BUCKET, "mine"));
        assertRefused(631, () -> bob.listFiles(BUCKET, null, null, 10, null));
        assertRefused(631, () -> bob.getBucketInfo(BUCKET));
        assertRefused(631, () -> bob.deleteBucket(BUCKET));
        assertRefused(631, () -> bob.putBucketMaxAge(BUCKET, 1));
        assertRefused(631, () -> bob.fetch(source.url("/page"), BUCKET, "x"));
        assertRefused(631, () -> bob.setImage(BUCKET, source.url("")));
        assertRefused(631, () -> bob.prefetch(BUCKET, "mine"));
        assertRefused(631, () -> bob.asynFetch(source.url("/page"), BUCKET, "x"));
    }

    @Test
    void nobodyComesInWithAForeignOrDisabledKey() {
        var keys = new HashMap<String, Credential>();
        keys.put("unknown", new Credential("no-key", "ada-secret", "ada", true));
        keys.put("foreign", new Credential("ada-key", "bob-secret", "ada", true));
        keys.put("disabled", StorageServer.DISABLED);
        keys.forEach((name, key) -> {
            var manager = manager(key);
            assertRefused(401, () -> manager.stat(BUCKET, "mine"));
            assertRefused(401, () -> manager.buckets());
            assertRefused(401, () -> manager.batch(new BatchOperations().addStatOps(BUCKET, "a")));
            assertRefused(401, () -> manager.listFiles(BUCKET, null, null, 10, null));
            assertRefused(401, () -> manager.fetch(source.url("/page"), BUCKET, "x"));
            assertRefused(401, () -> manager.asynFetch(source.url("/page"), BUCKET, "x"));
        });
    }
}
