package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.fop.Base64Values;
import dev.lumiere.storage.Buckets;
import dev.lumiere.storage.StorageConfig;
import dev.lumiere.storage.blob.folder.DirectoryBlobStore;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.rule.BucketRules;
import dev.lumiere.storage.rule.Quota;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.KeyScope;
import dev.lumiere.storage.upload.SavedResults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code saveas} keeps, and for whom, on the wire. */
class SavingTest {
    private static final Credential OWNER = new Credential("own", "secret", "a1", true);
    private static final Credential STRANGER = new Credential("other", "secret", "a2", true);
    private static final Credential NARROW =
            new Credential(
                    "narrow",
                    "secret",
                    "a1",
                    true,
                    KeyScope.parse(List.of("write"), List.of("kept:small/")));
    private static final Credential DISABLED = new Credential("off", "secret", "a1", false);

    @TempDir private Path home;
    private EventLog log;
    private DirectoryBlobStore blobs;
    private Catalog catalog;
    private Buckets buckets;
    private TestGateway gateway;
    private Instant now = Instant.EPOCH;

    @BeforeEach
    void aFolderAndABucket() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 1));
        blobs = new DirectoryBlobStore(home.resolve("blobs"), () -> now);
        catalog = Catalog.open(home.resolve("views"), log, _ -> false, () -> now, UUID::randomUUID);
        catalog.buckets().create("kept", "a1", "z0");
        catalog.buckets().create("hidden", "a1", "z0");
        catalog.buckets().change("hidden", b -> b.withPrivacy(true));
        var demo = Files.createDirectory(home.resolve("demo"));
        var rules = BucketRules.of(Map.of("small", "imageView2/1/w/9"), "-");
        var config = StorageConfig.of(Map.of("demo", demo), Map.of("demo", rules));
        buckets = new Buckets(config, catalog, blobs, () -> now);
        start(Map.of());
        gateway.put("a.jpg", "b/c 图.jpg", "broken.jpg", "other.jpg");
    }

    private void start(Map<String, String> settings) {
        var keys = Map.of("own", OWNER, "other", STRANGER, "off", DISABLED, "narrow", NARROW);
        var saved = new SavedResults(catalog, blobs, () -> now);
        gateway = new TestGateway(home, buckets, keys::get, saved, settings);
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
        catalog.close();
        blobs.close();
        log.close();
    }

    private static String entry(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sign(Credential by, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(by.secretKey().getBytes(StandardCharsets.UTF_8), "x"));
            var bytes = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return by.accessKey() + ":" + Base64.getUrlEncoder().encodeToString(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String signed(Credential by, String target) {
        return target + "/sign/" + sign(by, "localhost" + target);
    }

    private Caller.Answer save(String target) throws IOException {
        return gateway.get(signed(OWNER, target));
    }

    private CatalogObject kept(String key) {
        return Objects.requireNonNull(catalog.find("kept", key), key);
    }

    private @Nullable CatalogObject find(String key) {
        return catalog.find("kept", key);
    }

    private List<String> keys() {
        return catalog.list("kept", "", "", "", 1000).objects().stream()
                .map(CatalogObject::key)
                .toList();
    }

    @Test
    void theResultIsAnsweredAndIsAnObject() throws Exception {
        var answer = save("/demo/a.jpg?imageView2/1/w/200|saveas/" + entry("kept:small/a b.webp"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("a.jpg imageView2/1/w/200");
        assertThat(answer.header("content-type")).isEqualTo("image/webp");
        assertThat(answer.header("x-saveas-key")).isEqualTo("small%2Fa%20b.webp");
        var own = gateway.get("/kept/small/a%20b.webp");
        assertThat(own.body()).isEqualTo(answer.body());
        assertThat(own.header("content-type")).isEqualTo("image/webp");
        assertThat(own.header("etag")).isEqualTo(answer.header("etag"));
    }

    @Test
    void aKeyKeepsResultsWhereItMayWrite() throws Exception {
        var target = "/demo/a.jpg?imageView2/1/w/200|saveas/";
        assertThat(gateway.get(signed(NARROW, target + entry("kept:small/a"))).status())
                .isEqualTo(200);

        var beside = gateway.get(signed(NARROW, target + entry("kept:large/a")));

        assertThat(beside.status()).isEqualTo(403);
        assertThat(beside.body()).contains("key narrow may not write kept/large/a");
        assertThat(gateway.get(signed(NARROW, target + entry("hidden:small/a"))).status())
                .isEqualTo(403);
        assertThat(keys()).containsExactly("small/a");
    }

    @Test
    void whatTheBucketHasNoRoomForIsRefused() throws Exception {
        catalog.buckets().set("kept", settings -> settings.with(new Quota(-1, 1)));
        var target = "/demo/a.jpg?imageView2/1/w/200|saveas/";
        assertThat(save(target + entry("kept:a")).status()).isEqualTo(200);

        var refused = save(target + entry("kept:b"));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("quota of bucket kept reached: 1 of 1 objects");
        assertThat(save(target + entry("kept:a")).status()).isEqualTo(200);
        assertThat(keys()).containsExactly("a");
    }

    @Test
    void whatIsSavedIsNotMadeAnewNorKeptTwice() throws Exception {
        var target = "/demo/a.jpg?imageView2/1/w/200|saveas/" + entry("kept:a");
        assertThat(gateway.get("/demo/a.jpg?imageView2/1/w/200").status()).isEqualTo(200);
        save(target);
        var end = log.end();
        now = now.plusSeconds(60);

        assertThat(save(target).status()).isEqualTo(200);

        assertThat(gateway.runs()).isEqualTo(1);
        assertThat(log.end()).as("no event").isEqualTo(end);
        assertThat(kept("a").putTime()).isZero();
    }

    @Test
    void whatIsThereIsReplacedAndWhatWasDeletedIsThereAgain() throws Exception {
        var to = "|saveas/" + entry("kept:a");
        save("/demo/a.jpg?imageView2/1/w/200" + to);
        save("/demo/a.jpg?imageView2/1/w/300" + to);
        assertThat(gateway.get("/kept/a").body()).isEqualTo("a.jpg imageView2/1/w/300");

        catalog.delete("kept", "a");
        save("/demo/a.jpg?imageView2/1/w/300" + to);
        assertThat(gateway.get("/kept/a").body()).isEqualTo("a.jpg imageView2/1/w/300");
    }

    @Test
    void itCountsForTheKeyThatSigned() throws Exception {
        gateway.close();
        start(Map.of("gateway.requestsPerKey", "1"));
        var target = "/demo/a.jpg?imageView2/1/w/200|saveas/" + entry("kept:a");
        for (var i = 0; i < 10; i++) {
            assertThat(save(target).status()).as("%d", i).isEqualTo(200);
        }

        var refused = save(target);
        for (var i = 0; i < 100 && refused.status() == 200; i++) {
            refused = save(target);
        }
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body()).contains("too many requests with this key");
        assertThat(gateway.get(target + "/sign/" + OWNER.accessKey() + ":forged").status())
                .as("who has not signed does not count")
                .isEqualTo(401);
        var others = "/demo/a.jpg?imageView2/1/w/200|saveas/" + entry("kept:small/a");
        assertThat(gateway.get(signed(NARROW, others)).status()).isEqualTo(200);
    }

    @Test
    void onlyWhoOwnsTheBucketSaves() throws Exception {
        var target = "/demo/a.jpg?imageInfo|saveas/" + entry("kept:a");
        var other = "/demo/a.jpg?imageView2/0|saveas/" + entry("kept:a");
        var signature = sign(OWNER, "localhost" + target);

        assertThat(gateway.get(target).status()).as("unsigned").isEqualTo(401);
        assertThat(gateway.get(signed(DISABLED, target)).status()).isEqualTo(401);
        assertThat(gateway.get(signed(STRANGER, target)).status()).isEqualTo(403);
        assertThat(gateway.get(other + "/sign/" + signature).status()).isEqualTo(401);
        assertThat(gateway.get(target + "/sign/" + sign(OWNER, "elsewhere" + target)).status())
                .isEqualTo(401);
        assertThat(save("/demo/a.jpg?imageInfo|saveas/" + entry("none:a")).status()).isEqualTo(631);
        assertThat(save("/demo/a.jpg?imageInfo|saveas/" + entry("demo:a")).status())
                .as("a folder")
                .isEqualTo(631);
        assertThat(keys()).isEmpty();
        assertThat(gateway.runs()).isZero();

        assertThat(gateway.get(target + "/sign/" + signature).status()).isEqualTo(200);
        assertThat(keys()).containsExactly("a");
    }

    @Test
    void nothingIsSavedThatIsNotWhatWasSigned() throws Exception {
        var to = "|saveas/" + entry("kept:a");

        assertThat(save("/demo/none.jpg?imageInfo" + to).status()).isEqualTo(404);
        assertThat(save("/demo/broken.jpg?imageInfo" + to).status()).isEqualTo(400);
        assertThat(
                        gateway.get(
                                        signed(OWNER, "/demo/broken.jpg?imageInfo" + to)
                                                + "&fallback=a.jpg")
                                .status())
                .isEqualTo(400);
        var alone = signed(OWNER, "/demo/a.jpg?saveas/" + entry("kept:a"));
        assertThat(gateway.get(alone, "Lumiere-Style: small").body()).contains("before saveas");
        assertThat(gateway.ask("HEAD", signed(OWNER, "/demo/a.jpg?imageInfo" + to)).status())
                .isEqualTo(200);
        assertThat(keys()).isEmpty();
    }

    @Test
    void aStyleIsSavedAndABarMayBeEscaped() throws Exception {
        var styled = "/demo/a.jpg-small?saveas/" + entry("kept:styled");
        assertThat(save(styled).body()).isEqualTo("a.jpg imageView2/1/w/9");
        assertThat(gateway.get("/kept/styled").body()).isEqualTo("a.jpg imageView2/1/w/9");

        var target = "/demo/a.jpg?imageInfo|saveas/" + entry("kept:bar");
        assertThat(gateway.get(signed(OWNER, target).replace("|", "%7C")).status()).isEqualTo(200);
        assertThat(kept("bar").mimeType()).isEqualTo("application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "savePattern, $(bucket)/$(keybase)/$(fsize)/x$(ext), demo/c 图.jpg/11/x.jpg",
        "savePattern, $(key)-$(fprefix)$(endUser), b/c 图.jpg-c 图",
        "saveKey,     $(year)/$(mon)$(day)/$(hour)$(min)$(sec), 1970/0101/080000",
    })
    void aKeyIsMadeOfWhatIsKnown(String how, String pattern, String key) throws Exception {
        var target =
                "/demo/b/c%20%E5%9B%BE.jpg?imageView2/0|saveas/"
                        + entry("kept")
                        + ("/" + how + "/" + Base64Values.encode(pattern));

        assertThat(save(target).status()).isEqualTo(200);

        assertThat(keys()).containsExactly(key);
    }

    @Test
    void withoutAKeyItIsTheHashAndItGoesAfterDays() throws Exception {
        var answer =
                save("/demo/a.jpg?imageView2/0|saveas/" + entry("kept") + "/deleteAfterDays/2");

        var hash = answer.header("etag").replace("\"", "");
        assertThat(answer.header("x-saveas-key")).startsWith(hash.substring(0, 20));
        assertThat(kept(hash).expiresAt()).isEqualTo(2 * 86_400 + 16 * 3600);
        now = now.plusSeconds(4 * 86_400);
        assertThat(find(hash)).isNull();
    }

    @Test
    void aKeyThatCannotBeIsRefused() throws Exception {
        var tooLong = Base64Values.encode("$(key)".repeat(70));
        var target = "/demo/b/c%20%E5%9B%BE.jpg?imageView2/0|saveas/" + entry("kept");

        assertThat(save(target + "/savePattern/" + tooLong).status()).isEqualTo(400);
        assertThat(keys()).isEmpty();
    }

    @Test
    void alsoOfAPrivateBucket() throws Exception {
        save("/demo/a.jpg?imageView2/0|saveas/" + entry("hidden:a"));
        var target = "/hidden/a?imageView2/0|saveas/" + entry("kept:from hidden");
        var saving = signed(OWNER, target);
        assertThat(gateway.get(saving).status()).isEqualTo(401);

        var dated = "http://localhost" + saving + "&e=1";
        var url = saving + "&e=1&token=" + sign(OWNER, dated);

        assertThat(gateway.get(url).status()).isEqualTo(200);
        assertThat(keys()).containsExactly("from hidden");
    }
}
