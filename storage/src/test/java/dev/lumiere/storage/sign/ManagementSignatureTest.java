package dev.lumiere.storage.sign;

import static dev.lumiere.storage.sign.Keys.assertRefused;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.qiniu.http.Headers;
import com.qiniu.util.Auth;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementSignatureTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String MOVE =
            "/move/bmV3ZG9jczpmaW5kX21hbi50eHQ=/bmV3ZG9jczpmaW5kLm1hbi50eHQ=";

    private Instant now = Instant.parse("2026-11-29T10:45:00Z");
    private final ManagementSignature signature = new ManagementSignature(Keys.ALL, () -> now);

    @SafeVarargs
    private static SignedRequest request(
            String method,
            String target,
            String body,
            String authorization,
            Map.Entry<String, String>... headers) {
        var all = new ArrayList<Map.Entry<String, String>>();
        for (var header : headers) {
            all.add(header);
        }
        all.add(entry("authorization", authorization));
        return new SignedRequest(method, target, all, bytes(body));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, cFyRVoWrE3IugPIMP5YJFTO-O-Y=",
        FORM + ", svWRNcacOE-YMsc70nuIYdaa1e4=",
        FORM + "; charset=utf-8, svWRNcacOE-YMsc70nuIYdaa1e4=",
    })
    void theOldFormOfTheSpecificationIsVerified(String type, String sign) {
        var request =
                request(
                        "POST",
                        "/?go=1",
                        "test",
                        "QBox abcdefghklmnopq:" + sign,
                        entry("Content-Type", type));

        assertThat(signature.verify(request)).isEqualTo(Keys.VECTORS);
    }

    @Test
    void theDocumentsSamplesAreVerified() {
        var old = request("POST", MOVE, "", "QBox MY_ACCESS_KEY:FXsYh0wKHYPEsIAgdPD9OfjkeEM=");
        var now =
                request(
                        "POST",
                        MOVE,
                        "",
                        "Qiniu MY_ACCESS_KEY:1uLvuZM6l6oCzZFqkJ6oI4oFMVQ=",
                        entry("host", "rs.qiniu.com"));

        assertThat(signature.verify(old)).isEqualTo(Keys.DOCUMENTS);
        assertThat(signature.verify(now)).isEqualTo(Keys.DOCUMENTS);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "/|application/json|{\"name\": \"test\"}|_PAgAJVMMQD4SLLXp7f44lS8aTs=",
                "/|" + FORM + "|name=test&language=go|ERR7z4iI_gHYd80GVfCBZBtT3wg=",
            })
    void theSdksSamplesAreVerified(String target, String type, String body, String sign) {
        var request =
                request(
                        "GET",
                        target,
                        body,
                        "Qiniu ak:" + sign,
                        entry("host", "upload.qiniup.com"),
                        entry("content-type", type),
                        entry("X-Qiniu-Bbb", "BBB"),
                        entry("x-qiniu-bBb", "AAA"),
                        entry("X-Qiniu-Aaa", "DDD"),
                        entry("X-QINIU-AAA", "CCC"),
                        entry("X-Qiniu-", "a"),
                        entry("X-Qiniu", "b"));

        assertThat(signature.verify(request)).isEqualTo(Keys.SDK);
    }

    @Test
    void whatTheSdkSignsIsVerified() {
        var auth = Auth.create(Keys.SDK.accessKey(), Keys.SDK.secretKey());
        var random = new Random(7);
        var hosts = List.of("rs.example.com", "127.0.0.1:9000", "[::1]:9000", "example.com:80");
        var targets =
                List.of("/stat/YTpi", "/a%20b/%E4%B8%AD", "/list?prefix=a%2Fb&x=", "", "?a=1");
        var types = List.of(FORM, "application/json", "application/octet-stream", "text/plain");
        for (var i = 0; i < 300; i++) {
            var method = List.of("GET", "POST", "PUT").get(random.nextInt(3));
            var host = hosts.get(random.nextInt(hosts.size()));
            var target = targets.get(random.nextInt(targets.size()));
            var body = random.nextInt(3) == 0 ? "" : "op=/stat/YTpi&n=" + random.nextLong() + "中";
            var date = "20261129T10450" + random.nextInt(10) + "Z";
            var headers = new Headers.Builder().add("X-Qiniu-Date", date).add("X-Qiniu-Z", "z");
            var sent = new ArrayList<Map.Entry<String, String>>();
            sent.add(entry("X-Qiniu-Date", date));
            sent.add(entry("X-Qiniu-Z", "z"));
            sent.add(entry("Host", host.replace(":80", "")));
            if (random.nextInt(4) > 0) {
                var type = types.get(random.nextInt(types.size()));
                headers.add("Content-Type", type);
                sent.add(entry("Content-Type", type));
            }
            var url = "http://" + host + target;
            sent.add(
                    entry(
                            "Authorization",
                            "Qiniu "
                                    + auth.signQiniuAuthorization(
                                            url, method, bytes(body), headers.build())));
            var asSent = target.startsWith("/") ? target : "/" + target;

            var request = new SignedRequest(method, asSent, sent, bytes(body));

            assertThat(signature.verify(request)).as(url + " " + sent).isEqualTo(Keys.SDK);
        }
    }

    @Test
    @SuppressWarnings("deprecation") // that old form is what is tried
    void whatTheSdkSignsInTheOldFormIsVerified() {
        var auth = Auth.create(Keys.SDK.accessKey(), Keys.SDK.secretKey());
        var random = new Random(11);
        for (var i = 0; i < 100; i++) {
            var target = "/batch/" + random.nextInt() + (i % 2 == 0 ? "?a=%20" + i : "");
            var body = "op=" + random.nextLong();
            var type = i % 3 == 0 ? FORM : "application/json";
            var signed = auth.signRequest("http://a:9000" + target, bytes(body), type);

            var request =
                    request("POST", target, body, "QBox " + signed, entry("Content-Type", type));

            assertThat(signature.verify(request)).isEqualTo(Keys.SDK);
        }
    }

    private static String qiniu(
            String method, String target, String host, String rest, String body) {
        var text = method + " " + target + "\nHost: " + host + rest + "\n\n" + body;
        return "Qiniu ak:" + Signature.of(Keys.SDK, text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h:9000", "h:9000:9000", "h"})
    void thePortMayBeSignedTwiceOrNotAtAll(String signed) {
        var authorization = qiniu("POST", "/a", signed, "\nContent-Type: " + FORM, "b=1");
        var request =
                request(
                        "POST",
                        "/a",
                        "b=1",
                        authorization,
                        entry("Host", "h:9000"),
                        entry("Content-Type", FORM));

        assertThat(signature.verify(request)).isEqualTo(Keys.SDK);
    }

    @Test
    void theTypeOfAFormMayBeSignedButNotSent() {
        var authorization = qiniu("GET", "/a", "h", "\nContent-Type: " + FORM, "");

        assertThat(signature.verify(request("GET", "/a", "", authorization, entry("Host", "h"))))
                .isEqualTo(Keys.SDK);
    }

    @Test
    void nodeSignsABodyOfAnyTypeInTheOldForm() {
        var authorization = "QBox ak:" + Signature.of(Keys.SDK, "/a\n{}");
        var json = entry("Content-Type", "application/json");

        assertThat(signature.verify(request("POST", "/a", "{}", authorization, json)))
                .isEqualTo(Keys.SDK);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /a%2Fb, POST, /a/b, true", // by Java's SDK
        "POST, /a/b, POST, /a%2Fb, false",
        "POST, /a%3Fb=1, POST, /a?b=1, false",
        "POST, /a%, POST, /a%, true",
        "POST, /a//b, POST, /a/b, false",
        "POST, /a, GET, /a, false",
        "POST, /a?b=1, POST, /a, false",
        "POST, /a?b=%20, POST, /a?b=+, false",
    })
    void otherRequestsAreNotSigned(
            String method, String target, String signedMethod, String signedTarget, boolean is) {
        var authorization = qiniu(signedMethod, signedTarget, "h", "", "");
        var request = request(method, target, "", authorization, entry("Host", "h"));

        if (is) {
            assertThat(signature.verify(request)).isEqualTo(Keys.SDK);
        } else {
            assertRefused("401 bad token", () -> signature.verify(request));
        }
    }

    @Test
    void aLineEndInThePathIsNoHeader() {
        var authorization = qiniu("POST", "/a", "h", "\nHost: h", "");
        var request = request("POST", "/a%0AHost: h", "", authorization, entry("Host", "h"));

        assertRefused("401 bad token", () -> signature.verify(request));
    }

    @Test
    void anotherBodyIsNotSigned() {
        var type = entry("Content-Type", FORM);
        var signed = qiniu("POST", "/a", "h", "\nContent-Type: " + FORM, "b=1");
        var old = "QBox ak:" + Signature.of(Keys.SDK, "/a\nb=1");

        for (var authorization : List.of(signed, old)) {
            for (var body : List.of("b=2", "", "b=1 ", "b=1\u0000")) {
                var request = request("POST", "/a", body, authorization, entry("Host", "h"), type);
                assertRefused("401 bad token", () -> signature.verify(request));
            }
        }
    }

    @Test
    void theOldFormLeavesOutNoBodyOfAForm() {
        var signed = "QBox ak:" + Signature.of(Keys.SDK, "/a\n");
        for (var type : List.of(FORM, FORM + "; charset=utf-8", FORM.toUpperCase(Locale.ROOT))) {
            var request = request("POST", "/a", "b=1", signed, entry("Content-Type", type));
            assertRefused("401 bad token", () -> signature.verify(request));
        }
    }

    @Test
    void anotherHostOrHeaderIsNotSigned() {
        var signed = qiniu("POST", "/a", "h", "\nX-Qiniu-A: 1", "");

        var host = request("POST", "/a", "", signed, entry("Host", "i"), entry("X-Qiniu-A", "1"));
        var value = request("POST", "/a", "", signed, entry("Host", "h"), entry("X-Qiniu-A", "2"));
        var none = request("POST", "/a", "", signed, entry("Host", "h"));

        for (var request : List.of(host, value, none)) {
            assertRefused("401 bad token", () -> signature.verify(request));
        }
    }

    @Test
    void aDateIsAQuarterOfAnHourOffAtMost() {
        var date = "20261129T104500Z";
        var signed = qiniu("POST", "/a", "h", "\nX-Qiniu-Date: " + date, "");
        var request =
                request("POST", "/a", "", signed, entry("Host", "h"), entry("x-qiniu-date", date));

        for (var seconds : List.of(-900, 0, 900)) {
            now = Instant.parse("2026-11-29T10:45:00Z").plusSeconds(seconds);
            assertThat(signature.verify(request)).isEqualTo(Keys.SDK);
        }
        for (var seconds : List.of(-901, 901)) {
            now = Instant.parse("2026-11-29T10:45:00Z").plusSeconds(seconds);
            assertRefused(
                    "401 X-Qiniu-Date is more than 900 s off: " + date,
                    () -> signature.verify(request));
        }
    }

    @Test
    void aDateThatIsNoneIsRefused() {
        var signed = qiniu("POST", "/a", "h", "\nX-Qiniu-Date: today", "");
        var request =
                request(
                        "POST",
                        "/a",
                        "",
                        signed,
                        entry("Host", "h"),
                        entry("X-Qiniu-Date", "today"));

        assertRefused(
                "401 X-Qiniu-Date is not of the form 20261129T104500Z: today",
                () -> signature.verify(request));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Qiniu",
                "Qiniu ",
                "Qiniu ak",
                "Qiniu :",
                "Qiniu ak:",
                "Qiniu nobody:0123",
                "Qiniu ak:\u0000",
                "Qiniu ak:\u4e2d\u6587",
                "QBox ak:====",
                "Basic YWs6c2s=",
                "UpToken ak:0123:4567",
            })
    void whatIsNoSignatureIsRefused(String authorization) {
        assertRefused(
                "401 bad token", () -> signature.verify(request("GET", "/", "", authorization)));
    }

    @Test
    void noneAndEndlessOnesAreRefused() {
        var none = new SignedRequest("GET", "/", List.of(), new byte[0]);
        var endless = request("GET", "/", "", "Qiniu ak:" + "a".repeat(1_000_000));

        assertRefused("401 bad token", () -> signature.verify(none));
        assertRefused("401 bad token", () -> signature.verify(endless));
    }

    @Test
    void aPortThatWasSignedMayBeMissingInTheHeader() {
        var auth = Auth.create(Keys.SDK.accessKey(), Keys.SDK.secretKey());
        var url = "http://127.0.0.1:9000/buckets";
        var signed = "Qiniu " + auth.signQiniuAuthorization(url, "POST", bytes(""), FORM);
        var headers =
                List.of(
                        entry("Host", "127.0.0.1"),
                        entry("Content-Type", FORM),
                        entry("Authorization", signed));

        var there = new SignedRequest("POST", "/buckets", headers, bytes(""), 9000);
        var elsewhere = new SignedRequest("POST", "/buckets", headers, bytes(""), 9001);

        assertThat(signature.verify(there)).isEqualTo(Keys.SDK);
        assertRefused("401 bad token", () -> signature.verify(elsewhere));
    }

    @Test
    void aDisabledKeySignsNothing() {
        var sign = Signature.of(Keys.DISABLED, "/a\n");

        assertRefused(
                "401 bad token",
                () -> signature.verify(request("POST", "/a", "", "QBox was-ada:" + sign)));
    }
}
