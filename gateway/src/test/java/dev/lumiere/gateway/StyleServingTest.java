package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.rule.BucketRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StyleServingTest {
    private static final Map<String, String> STYLES =
            Map.of(
                    "thumb", "imageView2/1/w/200/h/200",
                    "my-thumb", "imageView2/1/w/90",
                    "width", "imageView2/2/w/$(param)/q/80",
                    "auto", "imageView2/2/w/300/format/auto",
                    "two", "imageView2/2/w/300|imageMogr2/rotate/$0");
    private static final BucketRules RULES = BucketRules.of(STYLES, "-!/");

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "a.jpg-thumb,            a.jpg imageView2/1/w/200/h/200",
        "a.jpg!thumb,            a.jpg imageView2/1/w/200/h/200",
        "a.jpg%21thumb,          a.jpg imageView2/1/w/200/h/200",
        "a.jpg/thumb,            a.jpg imageView2/1/w/200/h/200",
        "a.jpg-my-thumb,         a.jpg imageView2/1/w/90",
        "a.jpg-my-thumb?,        a.jpg imageView2/1/w/90",
        "b.jpg-my-thumb,         b.jpg-my imageView2/1/w/200/h/200",
        "a.jpg-width@350,        a.jpg imageView2/2/w/350/q/80",
        "a.jpg-width,            a.jpg imageView2/2/q/80",
        "a.jpg-thumb@350,        a.jpg imageView2/1/w/200/h/200",
        "a.jpg-width@3%2F|x-y,   a.jpg imageView2/2/w/3%2F%7Cx-y/q/80",
        "a.jpg-two@90,           a.jpg imageView2/2/w/300|imageMogr2/rotate/90",
        "a.jpg-two,              a.jpg imageView2/2/w/300|imageMogr2",
        "a.jpg-thumb?imageInfo,  a.jpg imageView2/1/w/200/h/200|imageInfo",
        "a.jpg-thumb?v=1,        a.jpg imageView2/1/w/200/h/200",
        "whole-thumb,            whole-thumb",
        "whole-thumb?imageInfo,  whole-thumb imageInfo",
    })
    void aStyleStandsBehindAKey(String path, String expected) throws IOException {
        try (var gateway = gateway(RULES)) {
            assertThat(gateway.get("/demo/" + path).body()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.jpg-none,         404, no such object: a.jpg-none",
        "a.jpg_thumb,        404, no such object: a.jpg_thumb",
        "none.jpg-thumb,     404, no such object: none.jpg",
        "a.jpg-THUMB,        404, no such object: a.jpg-THUMB",
        "-thumb,             404, no such object: -thumb",
        "a.jpg-thumb?none/1, 400, unknown operation: none",
    })
    void whatIsNoStyleIsAKey(String path, int status, String error) throws IOException {
        try (var gateway = gateway(RULES)) {
            var answer = gateway.get("/demo/" + path);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).contains("\"" + error + "\"");
        }
    }

    @Test
    void styleAndQueryHaveTenStagesTogether() throws IOException {
        try (var gateway = gateway(RULES)) {
            var nine = "imageInfo" + "|imageInfo".repeat(8);

            assertThat(gateway.get("/demo/a.jpg-thumb?" + nine).status()).isEqualTo(200);
            assertThat(gateway.get("/demo/a.jpg-two?" + nine).body()).contains("over 10 stages");
        }
    }

    @Test
    void aStyleIsWorkedOnceWhateverItsName() throws IOException {
        try (var gateway = gateway(RULES)) {
            for (var target :
                    new String[] {
                        "/demo/a.jpg-thumb",
                        "/demo/a.jpg!thumb",
                        "/demo/a.jpg-thumb",
                        "/demo/a.jpg?imageView2/1/w/200/h/200"
                    }) {
                assertThat(gateway.get(target).status()).isEqualTo(200);
            }
            assertThat(gateway.runs()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/demo/a.jpg-thumb, Accept, */*",
        "/demo/a.jpg-auto?imageInfo, Accept, image/webp",
        "/demo/a.jpg, Lumiere-Style, thumb",
        "/demo/a.jpg?imageView2/2/w/auto/dpr/auto/format/auto, Sec-CH-Width, 300",
    })
    void whatIsInMemoryIsAnsweredBehindTheDecoder(String target, String header, String value)
            throws IOException {
        try (var gateway = gateway(RULES)) {
            assertThat(gateway.isAtHand(target, header, value)).isFalse();
            gateway.get(target, header + ": " + value);

            assertThat(gateway.isAtHand(target, header, value)).isTrue();
        }
    }

    @Test
    void aHeaderMayNameTheStyleOfAPlainUrl() throws IOException {
        try (var gateway = gateway(RULES)) {
            var plain = gateway.get("/demo/a.jpg");
            assertThat(plain.body()).isEqualTo("a.jpg");
            assertThat(plain.header("vary")).isEqualTo("Lumiere-Style");

            var styled = gateway.get("/demo/a.jpg", "Lumiere-Style: width@64");
            assertThat(styled.body()).isEqualTo("a.jpg imageView2/2/w/64/q/80");
            assertThat(styled.header("vary")).isEqualTo("Lumiere-Style");

            var auto = gateway.get("/demo/a.jpg", "Lumiere-Style: auto", "Accept: image/webp");
            assertThat(auto.body()).isEqualTo("a.jpg imageView2/2/w/300/format/webp");
            assertThat(auto.header("vary")).isEqualTo("Accept, Lumiere-Style");

            assertThat(gateway.get("/demo/a.jpg", "Lumiere-Style: none").body())
                    .contains("no such style: none");
            var query = gateway.get("/demo/a.jpg?imageInfo", "Lumiere-Style: thumb");
            assertThat(query.body()).isEqualTo("a.jpg imageInfo");
            assertThat(query.header("vary")).isEmpty();
            assertThat(gateway.get("/demo/a.jpg-thumb", "Lumiere-Style: auto").body())
                    .isEqualTo("a.jpg imageView2/1/w/200/h/200");
        }
    }

    @Test
    void aStylesFormatIsNegotiated() throws IOException {
        try (var gateway = gateway(RULES)) {
            for (var i = 0; i < 2; i++) {
                var answer = gateway.get("/demo/a.jpg-auto", "Accept: image/jxl,image/webp");
                assertThat(answer.body()).isEqualTo("a.jpg imageView2/2/w/300/format/webp");
                assertThat(answer.header("vary")).isEqualTo("Accept");
            }
            assertThat(gateway.get("/demo/a.jpg-auto").body())
                    .isEqualTo("a.jpg imageView2/2/w/300");
        }
    }

    @Test
    void protectedPicturesAreServedThroughAStyleOnly() throws IOException {
        try (var gateway = gateway(new BucketRules(STYLES, "-", true, null, false))) {
            for (var path : new String[] {"a.jpg", "a.jpg?imageView2/0/q/100", "b.jpg-my"}) {
                var refused = gateway.get("/demo/" + path);
                assertThat(refused.status()).isEqualTo(401);
                assertThat(refused.body()).contains("source file is protected");
            }
            assertThat(gateway.get("/demo/a.jpg-thumb").status()).isEqualTo(200);
            assertThat(gateway.get("/demo/a.jpg-thumb?imageInfo").status()).isEqualTo(200);
            assertThat(gateway.get("/demo/a.jpg", "Lumiere-Style: thumb").status()).isEqualTo(200);
            assertThat(gateway.get("/demo/page.html").body()).isEqualTo("page.html");
            assertThat(gateway.get("/demo/none.jpg").status()).isEqualTo(404);
            assertThat(gateway.get("/demo/none.jpg?fallback=a.jpg").status()).isEqualTo(404);
            assertThat(gateway.get("/demo/none.jpg?imageInfo&fallback=a.jpg").status())
                    .isEqualTo(404);
            assertThat(gateway.get("/demo/none.jpg-thumb?fallback=a.jpg").body())
                    .isEqualTo("a.jpg imageView2/1/w/200/h/200");
        }
    }

    private TestGateway gateway(BucketRules rules) throws IOException {
        return TestGateway.with(folder, rules).put("a.jpg", "b.jpg-my", "whole-thumb", "page.html");
    }
}
