package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.rule.BucketRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubstitutesTest {
    private static final String VIEW = "imageView2/1/w/200";

    @TempDir Path folder;

    @Test
    void aFallbackStandsForAnObjectThatIsMissing() throws IOException {
        try (var gateway = gateway(null)) {
            for (var i = 0; i < 3; i++) {
                var answer =
                        gateway.get(
                                "/demo/none.jpg?" + VIEW + "&fallback=d/e%20f.jpg", "Origin: x");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("d/e f.jpg imageView2/1/w/200");
                assertThat(answer.header("cache-control")).isEqualTo("public, max-age=60");
                assertThat(answer.header("lumiere-fallback")).isEqualTo("missing");
                assertThat(answer.header("access-control-expose-headers"))
                        .contains("Lumiere-Fallback");
            }
            assertThat(gateway.runs()).isEqualTo(1);
            var plain = gateway.get("/demo/none.jpg?fallback=a.jpg");
            assertThat(plain.body()).isEqualTo("a.jpg");
            assertThat(plain.header("lumiere-fallback")).isEqualTo("missing");
        }
    }

    @Test
    void aFallbackStandsForAnObjectThatCannotBeProcessed() throws IOException {
        try (var gateway = gateway(null)) {
            var answer = gateway.get("/demo/broken.jpg?fallback=a.jpg&" + VIEW);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("a.jpg imageView2/1/w/200");
            assertThat(answer.header("lumiere-fallback")).isEqualTo("failed-400");
            var etag = "If-None-Match: " + answer.header("etag");
            assertThat(gateway.get("/demo/broken.jpg?fallback=a.jpg&" + VIEW, etag).status())
                    .isEqualTo(304);
        }
    }

    @Test
    void whereNothingStandsForItTheFirstProblemIsTold() throws IOException {
        try (var gateway = gateway(null)) {
            for (var fallback : new String[] {"none2.jpg", "broken2.jpg", "", "../x"}) {
                var missing = gateway.get("/demo/none.jpg?" + VIEW + "&fallback=" + fallback);
                assertThat(missing.status()).isEqualTo(404);
                assertThat(missing.body()).contains("no such object: none.jpg");
                assertThat(missing.header("cache-control")).isEqualTo("no-store");
                assertThat(missing.header("lumiere-fallback")).isEmpty();
                var broken = gateway.get("/demo/broken.jpg?" + VIEW + "&fallback=" + fallback);
                assertThat(broken.status()).isEqualTo(400);
                assertThat(broken.body()).contains("unsupported format");
            }
            assertThat(gateway.get("/nosuch/x?fallback=a.jpg").body()).contains("no such bucket");
            assertThat(gateway.get("/demo/none.jpg?fallback=%zz").status()).isEqualTo(400);
            assertThat(gateway.get("/demo/a.jpg?" + VIEW + "&fallback=d/e%20f.jpg").body())
                    .isEqualTo("a.jpg imageView2/1/w/200");
        }
    }

    @Test
    void aBucketMayHaveAFallbackThatAQuerySwitchesOff() throws IOException {
        try (var gateway = gateway("a.jpg")) {
            assertThat(gateway.get("/demo/none.jpg?" + VIEW).body())
                    .isEqualTo("a.jpg imageView2/1/w/200");
            assertThat(gateway.get("/demo/none.jpg-thumb").body()).isEqualTo("a.jpg imageInfo");
            assertThat(gateway.get("/demo/none.jpg?fallback=").status()).isEqualTo(404);
        }
    }

    @Test
    void theStatusMayTellWhatWentWrong() throws IOException {
        var settings = Map.of("gateway.fallbackKeepsStatus", "true");
        try (var gateway = new TestGateway(folder, rules("a.jpg"), settings).put("a.jpg")) {
            gateway.get("/demo/a.jpg?" + VIEW);
            var etag = gateway.get("/demo/a.jpg?" + VIEW).header("etag");
            for (var header : new String[] {"If-None-Match: " + etag, "Range: bytes=0-1"}) {
                var answer = gateway.get("/demo/none.jpg?" + VIEW, header);
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.body()).isEqualTo("a.jpg imageView2/1/w/200");
                assertThat(answer.header("cache-control")).isEqualTo("public, max-age=60");
            }
        }
    }

    @Test
    void aBucketMayShowAPageForWhateverIsMissing() throws IOException {
        try (var gateway = gateway(null).put("errno-404")) {
            for (var path : new String[] {"none.jpg", "none.jpg?" + VIEW, "none-thumb"}) {
                var answer = gateway.get("/demo/" + path, "Range: bytes=0-1");
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.body()).isEqualTo("errno-404");
                assertThat(answer.header("cache-control")).isEqualTo("no-store");
            }
            var head = gateway.ask("HEAD", "/demo/none.jpg");
            assertThat(head.status()).isEqualTo(404);
            assertThat(head.header("content-length")).isEqualTo("9");
            assertThat(gateway.get("/demo/broken.jpg?" + VIEW).body())
                    .contains("unsupported format");
            assertThat(gateway.get("/demo/none.jpg?fallback=a.jpg").body()).isEqualTo("a.jpg");
        }
    }

    private static BucketRules rules(@Nullable String fallback) {
        return new BucketRules(Map.of("thumb", "imageInfo"), "-", false, fallback, false);
    }

    private TestGateway gateway(@Nullable String fallback) throws IOException {
        return TestGateway.with(folder, rules(fallback))
                .put("a.jpg", "d/e f.jpg", "broken.jpg", "broken2.jpg");
    }
}
