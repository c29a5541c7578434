package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.storage.rule.BucketRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code format/auto} where the best format takes its time. */
class SlowFormatTest {
    private static final String AUTO = "/demo/a.jpg?imageView2/2/w/9/format/auto";
    private static final String ACCEPT = "Accept: image/avif,image/webp";
    private static final String AVIF = "a.jpg imageView2/2/w/9/format/avif";
    private static final String WEBP = "a.jpg imageView2/2/w/9/format/webp";

    @TempDir Path folder;

    private TestGateway gateway(String budget, String... keys) throws IOException {
        var settings = Map.of("gateway.autoFormats", "avif,webp", "gateway.autoBudget", budget);
        return new TestGateway(folder, BucketRules.NONE, settings).put("a.jpg").put(keys);
    }

    @Test
    void whatIsReadyInTimeIsGivenForLong() throws IOException {
        try (var gateway = gateway("1m")) {
            gateway.finishAvif();

            var answer = gateway.get(AUTO, ACCEPT);

            assertThat(answer.body()).isEqualTo(AVIF);
            assertThat(answer.header("content-type")).isEqualTo("image/avif");
            assertThat(answer.header("cache-control")).isEqualTo("public, max-age=86400");
            assertThat(gateway.runs()).isEqualTo(1);
        }
    }

    @Test
    void meanwhileTheNextBestIsGivenForAShortTime() throws IOException {
        try (var gateway = gateway("1ms")) {
            var meanwhile = gateway.get(AUTO, ACCEPT);
            assertThat(meanwhile.body()).isEqualTo(WEBP);
            assertThat(meanwhile.header("content-type")).isEqualTo("image/webp");
            assertThat(meanwhile.header("cache-control")).isEqualTo("public, max-age=10");
            assertThat(meanwhile.header("vary")).isEqualTo("Accept");

            var again = gateway.get(AUTO, ACCEPT);
            assertThat(again.headersBut("x-reqid")).isEqualTo(meanwhile.headersBut("x-reqid"));
            await().until(() -> gateway.runs() == 2);
            assertThat(gateway.get(AUTO, "Accept: image/webp").header("cache-control"))
                    .isEqualTo("public, max-age=86400");

            gateway.finishAvif();
            await().until(() -> gateway.isAtHand(AUTO, "Accept", "image/avif,image/webp"));
            var best = gateway.get(AUTO, ACCEPT, "If-None-Match: " + meanwhile.header("etag"));
            assertThat(best.status()).isEqualTo(200);
            assertThat(best.body()).isEqualTo(AVIF);
            assertThat(best.header("cache-control")).isEqualTo("public, max-age=86400");
            assertThat(gateway.runs()).isEqualTo(2);
        }
    }

    @Test
    void whoNamesTheFormatWaitsForIt() throws Exception {
        try (var gateway = gateway("1ms")) {
            var waiting =
                    new FutureTask<>(
                            () -> gateway.get("/demo/a.jpg?imageView2/2/w/9/format/avif", ACCEPT));
            Thread.ofVirtual().start(waiting);
            await().until(() -> gateway.runs() == 1);
            gateway.finishAvif();

            assertThat(waiting.get().body()).isEqualTo(AVIF);
        }
    }

    @Test
    void whatFailsInTheBestFormatFailsAsItDoesInTheNext() throws IOException {
        try (var gateway = gateway("1m", "broken.jpg")) {
            gateway.finishAvif();

            var answer = gateway.get(AUTO.replace("a.jpg", "broken.jpg"), ACCEPT);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("unsupported format");
        }
    }
}
