package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.storage.rule.BucketRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gateway writes into a pipeline, and what it does not let through. */
class WantedServingTest {
    @TempDir Path folder;
    private TestGateway gateway;

    @BeforeEach
    void start() throws IOException {
        var settings = Map.of("gateway.trustForwarded", "true");
        gateway = new TestGateway(folder, BucketRules.NONE, settings).put("a b.jpg", "a.jpg");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "qrcode,                  qrcode/0/url/{http://localhost/demo/a%20b.jpg}",
        "qrcode/0,                qrcode/0/url/{http://localhost/demo/a%20b.jpg}",
        "qrcode/level/M,          qrcode/0/url/{http://localhost/demo/a%20b.jpg}/level/M",
        "qrcode/0/level/M,        qrcode/0/url/{http://localhost/demo/a%20b.jpg}/level/M",
        "qrcode/1/level/M,        qrcode/1/level/M",
        "imageView2/0|qrcode,     imageView2/0|qrcode/0/url/{http://localhost/demo/a%20b.jpg}",
    })
    void aQrCodeShowsTheUrlWithoutItsQuery(String query, String expected) throws IOException {
        var open = expected.indexOf('{');
        var pipeline =
                open < 0
                        ? expected
                        : expected.substring(0, open)
                                + Base64Values.encode(
                                        expected.substring(open + 1, expected.indexOf('}')))
                                + expected.substring(expected.indexOf('}') + 1);

        assertThat(gateway.get("/demo/a%20b.jpg?" + query).body()).isEqualTo("a b.jpg " + pipeline);
    }

    @Test
    void aQrCodeIsThatOfTheSchemeAProxySays() throws IOException {
        var https = Base64Values.encode("https://localhost/demo/a.jpg");

        assertThat(gateway.get("/demo/a.jpg?qrcode", "X-Forwarded-Proto: HTTPS").body())
                .isEqualTo("a.jpg qrcode/0/url/" + https);
        assertThat(gateway.get("/demo/a.jpg?qrcode", "X-Forwarded-Proto: javascript").body())
                .isEqualTo(gateway.get("/demo/a.jpg?qrcode").body());
        assertThat(gateway.get("/demo/a.jpg?qrcode/0/url/eA").body()).contains("bad argument: url");
        assertThat(gateway.runs()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "imageInfo|saveas/ZGVtbzph, 401, bad sign",
        "imageInfo|saveas/ZGVtbzph/sign/x, 401, bad sign",
        "imageInfo|saveas/ZGVtbzph/sign/AK:bO0Kb9RlVd4n3Y8Wf5vX2tq0TmE=, 401, bad sign",
        "imageInfo|saveas, 400, bad argument: entry",
        "saveas/ZGVtbzph|imageInfo, 400, saveas is not the last stage",
    })
    void whoHasNoKeySavesNothing(String query, int status, String error) throws IOException {
        var answer = gateway.get("/demo/a.jpg?" + query);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).contains("\"" + error + "\"");
    }

    @Test
    void whatDependsOnHintsSaysSo() throws IOException {
        for (var i = 0; i < 2; i++) {
            var answer = gateway.get("/demo/a.jpg?imageView2/2/w/100/dpr/auto", "Sec-CH-DPR: 1.3");
            assertThat(answer.body()).isEqualTo("a.jpg imageView2/2/w/150");
            assertThat(answer.header("vary")).isEqualTo("Sec-CH-DPR, DPR");
            assertThat(answer.header("accept-ch"))
                    .isEqualTo("Sec-CH-DPR, Sec-CH-Width, Sec-CH-Viewport-Width");
        }
        assertThat(gateway.get("/demo/a.jpg?imageView2/2/w/50/dpr/3").body())
                .isEqualTo("a.jpg imageView2/2/w/150");
        assertThat(gateway.runs()).isEqualTo(1);
        var fixed = gateway.get("/demo/a.jpg?imageView2/2/w/50/dpr/3");
        assertThat(fixed.headers()).doesNotContainKeys("vary", "accept-ch");
        assertThat(gateway.get("/demo/a.jpg?imageView2/2/w/50/dpr/9").body())
                .contains("bad argument: dpr");
    }

    @Test
    void whatWasFoundOutIsNotKeptByCallers() throws IOException {
        var answer = gateway.get("/demo/a.jpg?imageInfo");

        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.header("cache-control")).isEqualTo("no-store");
    }

    @ParameterizedTest
    @CsvSource({"a.jpg", "a.jpg?imageInfo", "a.jpg?imageView2/0", "none.jpg", "a.jpg?nosuch/1"})
    void aHeadHasTheHeadersOfAGet(String path) throws IOException {
        gateway.get("/demo/" + path);
        var get = gateway.get("/demo/" + path);
        var head = gateway.ask("HEAD", "/demo/" + path);

        assertThat(head.status()).isEqualTo(get.status());
        assertThat(head.headersBut("x-reqid")).isEqualTo(get.headersBut("x-reqid"));
    }
}
