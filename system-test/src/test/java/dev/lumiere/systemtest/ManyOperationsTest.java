package dev.lumiere.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every operation once, through a whole node and its sandboxed workers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyOperationsTest {
    private RunningNode node;
    private Path odd;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        odd = Files.createDirectory(folder.resolve("odd"));
        node =
                RunningNode.up(
                        folder.resolve("home"),
                        "--bucket",
                        "demo=" + RunningNode.ROOT.resolve("media/demo"),
                        "--bucket",
                        "odd=" + odd,
                        "--set",
                        "storage.styles=demo:thumb=imageView2/1/w/200/h/200",
                        "--set",
                        "gateway.autoBudget=1ms");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "gogopher.jpg, imageMogr2/thumbnail/!50p/rotate/30/background/b3Jhbmdl, image/jpeg",
        "portrait.jpg, imageMogr2/auto-orient/thumbnail/200x/format/webp, image/webp",
        "scene.jpg, imageMogr2/scrop/300x300, image/jpeg",
        "gogopher.jpg, roundPic/radius/!50p, image/png",
        "gogopher.jpg, imageslim, image/jpeg",
        "gogopher.jpg, qrcode, image/png",
        "gogopher.jpg, 'imageView2/2/w/200|watermark/4/text/THVtaWVyZQ', image/jpeg",
        "logo.png, animate/duration/20, image/gif",
        "gogopher.jpg, imageAve, application/json",
        "gogopher.jpg, qhash/sha256, application/json",
        "gogopher.jpg, imageInfo/blurhash/1/thumbhash/1/dominant/3, application/json",
        "gopher.svg, imageView2/2/w/100/format/png, image/png",
        "gogopher.jpg, imageView2/2/w/100/format/tiff, image/tiff",
        "gogopher.jpg, imageView2/2/w/100/format/heic, image/heic",
        "gogopher.jpg, imageView2/2/w/100/format/jxl, image/jxl",
        "gogopher.jpg, imageView2/2/w/100/format/bmp, image/bmp",
    })
    void isDone(String key, String pipeline, String contentType) {
        var answer = node.get("/demo/" + key + "?" + pipeline.replace("|", "%7C"));

        assertThat(answer.statusCode()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(contentType);
    }

    @ParameterizedTest
    @CsvSource({"heic, image-extra", "jxl, image-extra", "bmp, image-extra", "tiff, image"})
    void aSourceIsWhatItsBytesSayAndNotItsName(String format, String service) throws IOException {
        var made = node.get("/demo/gogopher.jpg?imageView2/2/w/120/format/" + format);
        var name = "really-" + format + ".jpg";
        Files.write(odd.resolve(name), made.body());

        var info = node.get("/odd/" + name + "?imageInfo");
        assertThat(new String(info.body(), UTF_8)).contains("\"format\":\"" + format + "\"");
        var before = runs(service);
        var picture = Pictures.in(node.get("/odd/" + name + "?imageView2/2/w/60/format/png"));
        assertThat(picture.getWidth()).isEqualTo(60);
        assertThat(runs(service)).isEqualTo(before + 1);
    }

    /** How many runs a service has had. */
    private double runs(String service) {
        var metrics = new String(node.send("GET", node.apiPort(), "/metrics").body(), UTF_8);
        return metrics.lines()
                .filter(line -> line.startsWith("lumiere_rendition_runs_total"))
                .filter(line -> line.contains("service=\"" + service + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void aMarkIsReadFromTheBucket() {
        var mark =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("kodo://demo/logo.png".getBytes(UTF_8));
        var plain = node.get("/demo/gogopher.jpg?imageView2/0/format/png");
        var marked =
                node.get("/demo/gogopher.jpg?watermark/1/image/" + mark + "/ws/0.5/format/png");

        assertThat(marked.statusCode()).as(() -> new String(marked.body(), UTF_8)).isEqualTo(200);
        assertThat(marked.body()).isNotEqualTo(plain.body());
    }

    @Test
    void aMarkIsNotFetchedFromThisMachine() {
        var url = "http://127.0.0.1:" + node.apiPort() + "/health";
        var mark = Base64.getUrlEncoder().withoutPadding().encodeToString(url.getBytes(UTF_8));
        var answer = node.get("/demo/gogopher.jpg?watermark/1/image/" + mark);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body(), UTF_8)).contains("address not allowed");
    }

    @Test
    void aStyleStandsForItsPipeline() {
        var styled = node.get("/demo/gogopher.jpg-thumb");

        assertThat(styled.statusCode()).as(() -> new String(styled.body(), UTF_8)).isEqualTo(200);
        assertThat(styled.headers().firstValue("Content-Type")).contains("image/jpeg");
    }

    @Test
    void laterSizesOfALargePictureAreMadeWithoutIt() {
        for (var width : new int[] {480, 240, 120}) {
            assertThat(node.get("/demo/scene.jpg?imageView2/2/w/" + width).statusCode())
                    .isEqualTo(200);
        }
        var metrics = new String(node.send("GET", node.apiPort(), "/metrics").body(), UTF_8);
        var served =
                metrics.lines()
                        .filter(l -> l.startsWith("lumiere_rendition_reductions_served_total"))
                        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' '))))
                        .sum();
        assertThat(served).isGreaterThanOrEqualTo(2);
    }

    @Test
    void anAvifMakesNobodyWait() {
        var url = "/demo/scene.jpg?imageView2/2/w/300/format/auto";
        var accept = new String[] {"Accept", "image/avif,image/webp,*/*"};

        var meanwhile = node.get(url, accept);
        assertThat(meanwhile.headers().firstValue("Content-Type")).contains("image/webp");
        assertThat(meanwhile.headers().firstValue("Cache-Control")).contains("public, max-age=10");
        assertThat(meanwhile.headers().firstValue("Vary")).contains("Accept");

        await().until(
                        () -> node.get(url, accept).headers().firstValue("Content-Type"),
                        type -> type.equals(Optional.of("image/avif")));
        var best = node.get(url, accept);
        assertThat(best.headers().firstValue("Cache-Control")).contains("public, max-age=31536000");
        assertThat(new String(best.body(), 4, 8, UTF_8)).isEqualTo("ftypavif");
        assertThat(best.body().length).isLessThan(meanwhile.body().length);
    }
}
