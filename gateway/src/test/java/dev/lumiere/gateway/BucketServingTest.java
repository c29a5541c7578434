package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.rule.BucketSettings;
import dev.lumiere.storage.rule.CorsRule;
import dev.lumiere.storage.rule.RefererRule;
import dev.lumiere.storage.rule.RefererRule.Mode;
import dev.lumiere.storage.sign.Credential;
import dev.lumiere.storage.sign.DownloadToken;
import dev.lumiere.storage.sign.TimestampRule;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is set for a bucket, on the wire. */
class BucketServingTest {
    private static final Credential OWNER = new Credential("own", "secret", "a1", true);
    private static final String HOST = "Host: media.example.com:8080";
    private static final String WORKED = "/photos/a.jpg?imageView2/1/w/9";

    @TempDir private Path home;
    private StoringGateway gateway;

    @BeforeEach
    void aBucket() throws Exception {
        gateway = new StoringGateway(home, Map.of("own", OWNER)::get);
        gateway.buckets().create("photos", "a1", "z0");
        gateway.put("photos", "a.jpg", "index.html", "docs/index.html", "photos/a.jpg");
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
    }

    private void set(UnaryOperator<BucketSettings> change) {
        gateway.buckets().set("photos", change);
    }

    @Test
    void aBucketIsFoundAtItsOwnHost() throws Exception {
        assertThat(gateway.get("/a.jpg", HOST).status()).isEqualTo(404);

        gateway.buckets().domains().bind("photos", "Media.Example.COM");
        assertThat(gateway.get("/a.jpg", HOST).body()).isEqualTo("photosa.jpg");
        assertThat(gateway.get("/a.jpg?imageView2/1/w/9", HOST).body())
                .isEqualTo("a.jpg imageView2/1/w/9");
        assertThat(gateway.get("/photos/a.jpg", HOST).body()).isEqualTo("photosphotos/a.jpg");
        assertThat(gateway.get("/photos/a.jpg").body()).isEqualTo("photosa.jpg");

        gateway.buckets().domains().unbind("photos", "media.example.com");
        assertThat(gateway.get("/b.jpg", HOST).status()).isEqualTo(404);
    }

    @Test
    void aSignedUrlHoldsAtTheHostItWasSignedFor() throws Exception {
        gateway.buckets().domains().bind("photos", "media.example.com");
        gateway.buckets().change("photos", bucket -> bucket.withPrivacy(true));
        var signed =
                DownloadToken.sign(
                        OWNER, "http://media.example.com:8080/a.jpg", Instant.ofEpochSecond(1));
        var target = signed.substring("http://media.example.com:8080".length());

        assertThat(gateway.get(target, HOST).status()).isEqualTo(200);
        assertThat(gateway.get("/a.jpg", HOST).status()).isEqualTo(401);
        assertThat(gateway.get("/photos" + target).status()).isEqualTo(401);
    }

    @Test
    void aBucketHasStylesOfItsOwn() throws Exception {
        set(s -> s.with(s.rules().withStyle("thumb", "imageView2/1/w/9").withSeparators("_")));

        assertThat(gateway.get("/photos/a.jpg_thumb").body()).isEqualTo("a.jpg imageView2/1/w/9");
        assertThat(gateway.get("/photos/a.jpg-thumb").status()).isEqualTo(404);

        set(s -> s.with(s.rules().withProtection(true)));
        assertThat(gateway.get("/photos/a.jpg?v=2").status()).isEqualTo(401);
        assertThat(gateway.get("/photos/a.jpg_thumb?v=2").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/photos/, photosindex.html",
        "/photos/docs/, photosdocs/index.html",
        "/photos/?v=1, photosindex.html",
    })
    void aFolderMayHaveAnIndexPage(String target, String body) throws Exception {
        assertThat(gateway.get(target + "?no").status()).isEqualTo(404);

        set(s -> s.with(s.rules().withIndex(true)));
        var answer = gateway.get(target);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.header("content-type")).isEqualTo("text/html");
        assertThat(gateway.get("/photos/none/").status()).isEqualTo(404);

        gateway.put("photos", "");
        assertThat(gateway.get("/photos/?v=3").body()).isEqualTo("photos");
    }

    @Test
    void anObjectMayHaveHeadersOfItsOwn() throws Exception {
        own(
                "a.jpg",
                Map.of(
                        "!Cache-Control", "max-age=7",
                        "!Content-Disposition", "inline; filename=\"b.jpg\"",
                        "!Content-Language", "de\r\nX-More: 1",
                        "!Content-Type", "text/html",
                        "!Set-Cookie", "a=b",
                        "Expires", "0"));

        var answer = gateway.get("/photos/a.jpg");
        assertThat(answer.header("cache-control")).isEqualTo("max-age=7");
        assertThat(answer.header("content-disposition")).isEqualTo("inline; filename=\"b.jpg\"");
        assertThat(answer.header("content-type")).isEqualTo("image/jpeg");
        assertThat(answer.headers())
                .doesNotContainKeys("content-language", "x-more", "set-cookie", "expires");
        assertThat(gateway.get("/photos/a.jpg?attname=c.jpg").header("content-disposition"))
                .startsWith("attachment");
        assertThat(gateway.get(WORKED).header("cache-control")).startsWith("public");

        gateway.buckets().change("photos", bucket -> bucket.withPrivacy(true));
        var signed = DownloadToken.sign(OWNER, "http://h/photos/a.jpg", Instant.ofEpochSecond(1));
        var target = signed.substring("http://h".length());
        var hidden = gateway.get(target, "Host: h");
        assertThat(hidden.status()).isEqualTo(200);
        assertThat(hidden.header("cache-control")).startsWith("private");

        own("a.jpg", Map.of("!Cache-Control", "no-store", "!Content-Encoding", "gzip"));
        assertThat(gateway.get(target, "Host: h").header("cache-control")).isEqualTo("no-store");
        var beyond = gateway.get(target, "Host: h", "Range: bytes=99-");
        assertThat(beyond.status()).isEqualTo(416);
        assertThat(beyond.headers()).doesNotContainKey("content-encoding");

        gateway.buckets().change("photos", bucket -> bucket.withPrivacy(false));
        own("a.jpg", Map.of("!Expires", "Thu, 01 Jan 2026 00:00:00 GMT"));
        assertThat(gateway.get("/photos/a.jpg").header("cache-control")).isEqualTo("public");
    }

    @Test
    void whatStandsForAnotherSendsNoHeadersOfItsOwn() throws Exception {
        gateway.put("photos", "errno-404");
        own("errno-404", Map.of("!Cache-Control", "max-age=7", "!Content-Language", "de"));

        var answer = gateway.get("/photos/none.jpg");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("photoserrno-404");
        assertThat(answer.header("cache-control")).isEqualTo("no-store");
        assertThat(answer.headers()).doesNotContainKey("content-language");
    }

    private void own(String key, Map<String, String> metadata) {
        gateway.catalog().change("photos", key, object -> object.with(metadata));
    }

    @Test
    void pagesThatMayNotShowAnObjectGetNoneEvenIfItIsInMemory() throws Exception {
        assertThat(gateway.get(WORKED).header("cache-control")).startsWith("public");
        assertThat(gateway.isAtHand(WORKED, "Referer", "http://evil.com/")).isTrue();

        var rule = new RefererRule(Mode.ALLOW, List.of("*.example.com"), false);
        set(s -> s.with(s.antiLeech().with(rule, true)));

        for (var target : new String[] {WORKED, "/photos/a.jpg", "/photos/none.jpg"}) {
            for (var method : new String[] {"GET", "HEAD"}) {
                var evil = gateway.ask(method, target, "Referer: http://evil.com/");
                assertThat(evil.status()).as(target).isEqualTo(403);
                assertThat(evil.header("cache-control")).isEqualTo("no-store");
                assertThat(gateway.ask(method, target).status()).isEqualTo(403);
            }
        }
        assertThat(gateway.isAtHand(WORKED, "Referer", "http://evil.com/")).isFalse();
        assertThat(gateway.isAtHand(WORKED, "Referer", "http://www.example.com/")).isTrue();
        var good = gateway.get(WORKED, "Referer: http://www.example.com/page");
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.header("cache-control")).startsWith("private");

        set(s -> s.with(s.antiLeech().with(rule, false)));
        assertThat(gateway.get(WORKED).header("cache-control")).startsWith("public");
    }

    @Test
    void urlsThatASiteHasSignedHoldForATime() throws Exception {
        gateway.get(WORKED);
        sign(List.of("key-in-use", "older-key"));

        var inUse = new TimestampRule(List.of("key-in-use"));
        var older = new TimestampRule(List.of("older-key"));
        var wrong = new TimestampRule(List.of("another-key"));
        var until = Instant.ofEpochSecond(9);
        for (var rule : List.of(inUse, older)) {
            var target = rule.sign("/photos/a.jpg", until);
            assertThat(gateway.get(target).body()).isEqualTo("photosa.jpg");
            assertThat(gateway.get(target).header("cache-control")).startsWith("private");
            var worked = target.replace("?", "?imageView2/1/w/9&");
            assertThat(gateway.get(worked).body()).isEqualTo("a.jpg imageView2/1/w/9");
            var whole = rule.sign("/photos/a.jpg?imageView2/1/w/9&t=7", until);
            assertThat(gateway.get(whole).body()).isEqualTo("a.jpg imageView2/1/w/9");
        }
        assertThat(gateway.get("/photos/a.jpg").status()).isEqualTo(403);
        assertThat(gateway.get(WORKED).status()).isEqualTo(403);
        assertThat(gateway.isAtHand(WORKED, "Accept", "*/*")).isFalse();
        assertThat(gateway.get(wrong.sign("/photos/a.jpg", until)).status()).isEqualTo(403);
        assertThat(gateway.get(inUse.sign("/photos/a.jpg", Instant.ofEpochSecond(-1))).status())
                .isEqualTo(403);

        sign(List.of("newest-key", "key-in-use"));
        assertThat(gateway.get(older.sign("/photos/a.jpg", until)).status()).isEqualTo(403);
        assertThat(gateway.get(inUse.sign("/photos/a.jpg", until)).status()).isEqualTo(200);
        sign(List.of());
        assertThat(gateway.get("/photos/a.jpg").status()).isEqualTo(200);
    }

    private void sign(List<String> keys) {
        var buckets = gateway.buckets();
        buckets.change(
                "photos",
                bucket -> {
                    var sealed = buckets.urlKeys().sealed(bucket, keys);
                    return bucket.with(s -> s.with(s.antiLeech().withSealedKeys(sealed)));
                });
    }

    @Test
    void aUrlThatIsSignedForItsPathOpensNothingElse() throws Exception {
        gateway.put("photos", "broken.jpg", "other.jpg");
        sign(List.of("key-in-use"));
        var rule = new TimestampRule(List.of("key-in-use"));
        var until = Instant.ofEpochSecond(9);
        var other = "?watermark/1/image/b3RoZXIuanBn&"; // other.jpg
        set(s -> s.with(s.rules().withStyle("mark", "watermark/1/image/b3RoZXIuanBn")));

        var laid = rule.sign("/photos/a.jpg", until).replace("?", other);
        assertThat(gateway.get(laid).status()).isEqualTo(403);
        assertThat(gateway.isAtHand(laid, "Accept", "*/*")).isFalse();
        var instead =
                rule.sign("/photos/broken.jpg", until)
                        .replace("?", "?imageView2/1/w/9&fallback=other.jpg&");
        assertThat(gateway.get(instead).status()).isEqualTo(403);
        assertThat(gateway.get(rule.sign("/photos/a.jpg-mark", until)).status())
                .as("what the owner lays over it")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost/photos", "a b", "localhost:8080x", "\u00e4.example.com"})
    void aHostThatIsNoneIsRefused(String host) throws Exception {
        assertThat(gateway.get("/photos/a.jpg", "Host: " + host).status()).isEqualTo(400);
        assertThat(gateway.isAtHand("/photos/a.jpg?imageView2/1/w/9", "Host", host)).isFalse();
    }

    @Test
    void keysThatCannotBeOpenedLetNobodyIn() throws Exception {
        set(s -> s.with(s.antiLeech().withSealedKeys(List.of("sealed by another"))));

        var rule = new TimestampRule(List.of("sealed by another"));
        var answer = gateway.get(rule.sign("/photos/a.jpg", Instant.ofEpochSecond(9)));
        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void withoutRulesPagesOfAllOriginsMayRead() throws Exception {
        var answer = gateway.get(WORKED, "Origin: http://a.com");
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
        assertThat(answer.header("access-control-expose-headers")).contains("ETag");
        assertThat(answer.header("vary")).isEmpty();
        assertThat(preflight("http://a.com", "GET").header("access-control-allow-origin"))
                .isEqualTo("*");
    }

    private Caller.Answer preflight(String origin, String method, String... headers)
            throws Exception {
        var all = new String[headers.length + 2];
        all[0] = "Origin: " + origin;
        all[1] = "Access-Control-Request-Method: " + method;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return gateway.ask("OPTIONS", "/photos/a.jpg", all);
    }

    @Test
    void withRulesPagesMayReadAsTheySay() throws Exception {
        gateway.get(WORKED);
        cors(
                new CorsRule(
                        List.of("https://*.example.com"),
                        List.of("get"),
                        List.of("X-One"),
                        List.of("ETag"),
                        60));

        for (var target : new String[] {WORKED, "/photos/a.jpg"}) {
            var good = gateway.get(target, "Origin: https://www.example.com");
            assertThat(good.header("access-control-allow-origin"))
                    .isEqualTo("https://www.example.com");
            assertThat(good.header("access-control-expose-headers")).isEqualTo("X-Reqid, ETag");
            assertThat(good.header("vary")).isEqualTo("Origin");
            var evil = gateway.get(target, "Origin: https://evil.com");
            assertThat(evil.status()).isEqualTo(200);
            assertThat(evil.headers()).doesNotContainKey("access-control-allow-origin");
            assertThat(evil.header("vary")).isEqualTo("Origin");
            assertThat(gateway.get(target).header("vary")).isEqualTo("Origin");
        }
        assertThat(gateway.isAtHand(WORKED, "Origin", "https://www.example.com")).isTrue();
    }

    @Test
    void aBrowserIsToldWhatAPageMayAsk() throws Exception {
        cors(
                new CorsRule(
                        List.of("https://*.example.com"),
                        List.of("get"),
                        List.of("X-One", "Range"),
                        List.of(),
                        60));

        var good =
                preflight(
                        "https://www.example.com",
                        "GET",
                        "Access-Control-Request-Headers: range, x-one");
        assertThat(good.status()).isEqualTo(204);
        assertThat(good.header("access-control-allow-origin")).isEqualTo("https://www.example.com");
        assertThat(good.header("access-control-allow-methods")).isEqualTo("GET");
        assertThat(good.header("access-control-allow-headers")).isEqualTo("x-one, range");
        assertThat(good.header("access-control-max-age")).isEqualTo("60");
        assertThat(good.header("vary")).startsWith("Origin");

        assertThat(preflight("https://evil.com", "GET").status()).isEqualTo(403);
        assertThat(preflight("https://www.example.com", "PUT").status()).isEqualTo(403);
        assertThat(
                        preflight(
                                        "https://www.example.com",
                                        "GET",
                                        "Access-Control-Request-Headers: x-two")
                                .status())
                .isEqualTo(403);
        assertThat(gateway.ask("OPTIONS", "/photos/a.jpg").status()).isEqualTo(204);
    }

    private void cors(CorsRule rule) {
        set(s -> s.withCors(List.of(rule)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "/", "/%zz/a", "/none/a.jpg", "/photos"})
    void whatNamesNoBucketIsAnsweredAsWithoutRules(String target) throws Exception {
        var answer = gateway.ask("OPTIONS", target, "Origin: http://a.com");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
    }
}
