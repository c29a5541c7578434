package dev.lumiere.api.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.qiniu.common.QiniuException;
import com.qiniu.storage.BucketManager;
import com.qiniu.storage.Configuration;
import com.qiniu.storage.Region;
import com.qiniu.storage.model.BucketEventRule;
import dev.lumiere.storage.sign.Credential;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Qiniu's own SDK for Java says who is to be told of objects, and they are. */
class EventRulesTest {
    private static final String BUCKET = "told-of";

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

    @BeforeEach
    void forget() {
        server.catalog().buckets().set(BUCKET, settings -> settings.withEvents(List.of()));
    }

    private static BucketManager manager(Credential key) {
        var host = server.host();
        var configuration =
                Configuration.create(
                        new Region.Builder().region("z0").rsHost(host).ucHost(host).build());
        configuration.useHttpsDomains = false;
        return new BucketManager(StorageServer.auth(key), configuration);
    }

    private static BucketEventRule rule(String name, String event, String path) {
        return new BucketEventRule(name, new String[] {event}, new String[] {source.url(path)});
    }

    private static void assertRefused(int code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QiniuException.class,
                        e -> assertThat(e.code()).as(e.error()).isEqualTo(code));
    }

    @Test
    void rulesAreMadeChangedAndTakenAway() throws Exception {
        assertThat(ada.getBucketEvents(BUCKET)).isEmpty();
        var made =
                new BucketEventRule(
                                "pictures",
                                new String[] {"put", "mkfile"},
                                new String[] {source.url("/1"), source.url("/2")})
                        .setPrefix("img/")
                        .setSuffix(".jpg")
                        .setHost("me.example");
        ada.putBucketEvent(BUCKET, made);
        assertRefused(614, () -> ada.putBucketEvent(BUCKET, made));

        var told = ada.getBucketEvents(BUCKET)[0];
        assertThat(told.getName()).isEqualTo("pictures");
        assertThat(told.getPrefix()).isEqualTo("img/");
        assertThat(told.getSuffix()).isEqualTo(".jpg");
        assertThat(told.getEvents()).containsExactly("put", "mkfile");
        assertThat(told.getCallbackUrls()).containsExactly(source.url("/1"), source.url("/2"));
        assertThat(told.getAccessKey()).isEqualTo("ada-key");
        assertThat(told.getHost()).isEqualTo("me.example");

        ada.updateBucketEvent(BUCKET, rule("pictures", "delete", "/3").setAccessKey("ada-key"));
        var changed = ada.getBucketEvents(BUCKET)[0];
        assertThat(changed.getEvents()).containsExactly("delete");
        assertThat(changed.getPrefix()).isEmpty();
        assertThat(changed.getAccessKey()).isEqualTo("ada-key");
        assertThat(changed.getHost()).isEqualTo("me.example");
        assertRefused(612, () -> ada.updateBucketEvent(BUCKET, rule("none", "put", "/3")));

        ada.deleteBucketEvent(BUCKET, "pictures");
        assertThat(ada.getBucketEvents(BUCKET)).isEmpty();
        assertRefused(612, () -> ada.deleteBucketEvent(BUCKET, "pictures"));
    }

    @Test
    void whoIsNamedIsToldWhatTheSdkDoes() throws Exception {
        ada.putBucketEvent(BUCKET, rule("deleted", "delete", "/deleted"));
        ada.putBucketEvent(BUCKET, rule("copied", "copy", "/copied"));
        server.put(BUCKET, "a.txt", "abc");
        ada.copy(BUCKET, "a.txt", BUCKET, "b.txt");
        ada.delete(BUCKET, "a.txt");

        var deleted = Awaitility.await().until(() -> source.told("/deleted"), Objects::nonNull);
        var copied = Awaitility.await().until(() -> source.told("/copied"), Objects::nonNull);
        assertThat(deleted.isSigned(StorageServer.ADA)).isTrue();
        assertThat(message(deleted).getString("key")).isEqualTo("a.txt");
        assertThat(message(deleted).getLong("fsize")).isEqualTo(3);
        assertThat(message(copied).getString("dest_key")).isEqualTo("b.txt");
    }

    private static JsonObject message(Source.Told told) {
        return new JsonObject(new JsonObject(told.body()).getString("Message"));
    }

    @Test
    void theSdkForNodeSendsAFormAndMayLeaveThingsOut() throws Exception {
        var url = source.url("/form");
        var made =
                "bucket=%s&prefix=p&suffix=&access_key=&host=&name=form&event=put&callbackURL=%s"
                        .formatted(BUCKET, url);
        assertThat(server.post(StorageServer.ADA, "/events/add", made).statusCode()).isEqualTo(200);
        var changed = "bucket=%s&name=form&event=put&event=move".formatted(BUCKET);
        assertThat(server.post(StorageServer.ADA, "/events/update", changed).statusCode())
                .isEqualTo(200);

        var answer =
                server.call(
                        StorageServer.ADA,
                        "GET",
                        "/events/get?bucket=" + BUCKET,
                        StorageServer.FORM,
                        "");
        var rule = new JsonArray(answer.body()).getJsonObject(0);
        assertThat(rule.getJsonArray("events")).containsExactly("put", "move");
        assertThat(rule.getJsonArray("callback_urls")).containsExactly(url);
        assertThat(rule.getString("prefix")).isEqualTo("p");
    }

    @Test
    void aKeyMakesNoRuleForWhatItMayNotReadNorByAnotherKey() throws Exception {
        assertRefused(
                403,
                () -> manager(StorageServer.MANAGER).putBucketEvent(BUCKET, rule("a", "put", "/")));
        assertRefused(
                403,
                () -> manager(StorageServer.NARROW).putBucketEvent(BUCKET, rule("a", "put", "/")));
        assertRefused(
                631,
                () -> manager(StorageServer.BOB).putBucketEvent(BUCKET, rule("a", "put", "/")));
        assertRefused(
                403,
                () -> ada.putBucketEvent(BUCKET, rule("a", "put", "/").setAccessKey("bob-key")));
        assertRefused(
                403,
                () -> ada.putBucketEvent(BUCKET, rule("a", "put", "/").setAccessKey("narrow-key")));
        assertRefused(
                403,
                () ->
                        manager(StorageServer.KEEPER)
                                .putBucketEvent(
                                        BUCKET, rule("a", "put", "/").setAccessKey("ada-key")));

        manager(StorageServer.KEEPER).putBucketEvent(BUCKET, rule("a", "put", "/"));
        assertThat(ada.getBucketEvents(BUCKET)[0].getAccessKey()).isEqualTo("keeper-key");
        assertRefused(
                403,
                () ->
                        ada.updateBucketEvent(
                                BUCKET, rule("a", "put", "/").setAccessKey("keeper-key")));
        ada.updateBucketEvent(BUCKET, rule("a", "put", "/"));
        assertThat(ada.getBucketEvents(BUCKET)[0].getAccessKey()).isEqualTo("ada-key");
    }
}
