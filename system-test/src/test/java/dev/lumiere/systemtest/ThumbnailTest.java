package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.awt.Color;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user sees of the whole platform: a URL, and the picture that comes back. */
class ThumbnailTest {
    @TempDir static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void start() throws IOException {
        var bad = Files.createDirectories(folder.resolve("bad"));
        Files.write(bad.resolve("empty.jpg"), new byte[0]);
        Files.writeString(bad.resolve("text.jpg"), "this is no picture, whatever it is called\n");
        Files.write(bad.resolve("bomb.png"), Pictures.pngBomb());
        Files.write(bad.resolve("frames.gif"), Pictures.gifOfFrames(10_000));
        Files.write(bad.resolve("entities.svg"), Pictures.svgWithEntities());
        for (var good : new String[][] {{"jpg", "jpg"}, {"png", "png"}, {"gif", "gif"}}) {
            var bytes =
                    switch (good[0]) {
                        case "png" -> Pictures.png(300, 200);
                        case "gif" -> Pictures.gif(300, 200);
                        default -> Pictures.noise(300, 200, 7);
                    };
            Files.write(
                    bad.resolve("truncated." + good[1]), Arrays.copyOf(bytes, bytes.length / 2));
            var corrupt = bytes.clone();
            Arrays.fill(corrupt, 20, Math.min(200, corrupt.length), (byte) 0x5a);
            Files.write(bad.resolve("corrupt." + good[1]), corrupt);
        }
        Files.createSymbolicLink(bad.resolve("escape.jpg"), Path.of("/etc/passwd"));
        node =
                RunningNode.up(
                        folder.resolve("home"),
                        "--bucket",
                        "demo=" + RunningNode.ROOT.resolve("media/demo"),
                        "--bucket",
                        "bad=" + bad);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aPictureIsCutToTheSizeItsUrlNames() {
        var answer = node.get("/demo/gogopher.jpg?imageView/1/w/200/h/200");

        var picture = Pictures.in(answer);
        assertThat(picture.getWidth()).isEqualTo(200);
        assertThat(picture.getHeight()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(answer.headers().firstValue("ETag")).isPresent();
        assertThat(answer.headers().firstValue("X-Reqid")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "imageView/2/w/200, 200, 133",
        "imageView/2/h/200, 300, 200",
        "imageView2/0/w/200/h/100, 150, 100",
        "imageView2/1/w/100, 100, 100",
        "imageView2/3/w/200/h/200, 300, 200",
        "imageView2/4/w/300/h/100, 300, 200",
        "imageView2/5/w/300/h/100, 300, 100",
        "imageView2/2/w/2000, 640, 427"
    })
    void theModesGiveTheSizesOfTheSpecification(String operation, int width, int height) {
        var picture = Pictures.in(node.get("/demo/gogopher.jpg?" + operation));

        assertThat(picture.getWidth()).isEqualTo(width);
        assertThat(picture.getHeight()).isEqualTo(height);
    }

    @Test
    void aPictureComesOutUprightAndInItsColors() {
        var picture = Pictures.in(node.get("/demo/portrait.jpg?imageView2/2/w/300"));

        assertThat(picture.getWidth()).isEqualTo(300);
        assertThat(picture.getHeight()).isEqualTo(400);
        // the moon is at the top right, wherever else it would be if turned or mirrored is night
        assertThat(Pictures.at(picture, 230, 70).getGreen()).isGreaterThan(200);
        assertThat(Pictures.at(picture, 69, 70).getGreen()).isLessThan(100);
        assertThat(Pictures.at(picture, 230, 329).getGreen()).isLessThan(100);
        assertThat(Pictures.at(picture, 69, 329).getGreen()).isLessThan(100);
        assertThat(redness(Pictures.at(picture, 150, 195))).isGreaterThan(100);
    }

    @Test
    void aColorIsWhereItWas() throws IOException {
        Files.write(folder.resolve("bad/halves.jpg"), Pictures.jpeg(400, 300));

        var picture = Pictures.in(node.get("/bad/halves.jpg?imageView2/1/w/100/h/100"));

        assertThat(redness(Pictures.at(picture, 25, 50))).isGreaterThan(150);
        assertThat(redness(Pictures.at(picture, 75, 50))).isLessThan(-150);
    }

    @ParameterizedTest
    @CsvSource({
        "webp, image/webp, RIFF",
        "avif, image/avif, ftyp",
        "png, image/png, PNG",
        "gif, image/gif, GIF8",
        "jpg, image/jpeg, \u00ff\u00d8"
    })
    void aFormatCanBeAskedFor(String format, String contentType, String magic) {
        var answer = node.get("/demo/gogopher.jpg?imageView2/2/w/120/format/" + format);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(contentType);
        assertThat(new String(answer.body(), 0, 32, StandardCharsets.ISO_8859_1)).contains(magic);
    }

    @Test
    void formatAutoFollowsTheCallersAccept() {
        var url = "/demo/gogopher.jpg?imageView2/2/w/120/format/auto";

        var modern = node.get(url, "Accept", "image/webp,*/*");
        var old = node.get(url, "Accept", "image/png,*/*");

        assertThat(modern.headers().firstValue("Content-Type")).contains("image/webp");
        assertThat(old.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(modern.headers().firstValue("Vary")).contains("Accept");
        assertThat(old.headers().firstValue("Vary")).contains("Accept");
    }

    @Test
    void imageInfoTellsWhatAPictureIs() {
        var answer = node.get("/demo/gogopher.jpg?imageInfo");

        var info = new JsonObject(new String(answer.body(), StandardCharsets.UTF_8));
        assertThat(info.getString("format")).isEqualTo("jpeg");
        assertThat(info.getInteger("width")).isEqualTo(640);
        assertThat(info.getInteger("height")).isEqualTo(427);
        assertThat(info.getString("colorModel")).isEqualTo("ycbcr");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void stagesFollowOneAnother() {
        var answer = node.get("/demo/gogopher.jpg?imageView2/2/w/200|imageInfo");

        assertThat(
                        new JsonObject(new String(answer.body(), StandardCharsets.UTF_8))
                                .getInteger("width"))
                .isEqualTo(200);
    }

    @Test
    void originalsHaveRangesAndValidators() throws IOException {
        var whole = node.get("/demo/scene.jpg");
        var bytes = Files.readAllBytes(RunningNode.ROOT.resolve("media/demo/scene.jpg"));
        assertThat(whole.body()).isEqualTo(bytes);
        var etag = whole.headers().firstValue("ETag").orElseThrow();

        var part = node.get("/demo/scene.jpg", "Range", "bytes=100-199");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, 100, 200));
        assertThat(part.headers().firstValue("Content-Range"))
                .contains("bytes 100-199/" + bytes.length);

        var behind = node.get("/demo/scene.jpg", "Range", "bytes=" + bytes.length + "-");
        assertThat(behind.statusCode()).isEqualTo(416);

        assertThat(node.get("/demo/scene.jpg", "If-None-Match", etag).statusCode()).isEqualTo(304);
        var modified = whole.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(node.get("/demo/scene.jpg", "If-Modified-Since", modified).statusCode())
                .isEqualTo(304);
    }

    @Test
    void resultsHaveRangesAndValidatorsToo() {
        var url = "/demo/gogopher.jpg?imageView2/2/w/222";
        var whole = node.get(url);
        var etag = whole.headers().firstValue("ETag").orElseThrow();

        var part = node.get(url, "Range", "bytes=-10");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body())
                .isEqualTo(
                        Arrays.copyOfRange(
                                whole.body(), whole.body().length - 10, whole.body().length));
        assertThat(node.get(url, "If-None-Match", etag).statusCode()).isEqualTo(304);

        var head = node.head(url);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length")).contains("" + whole.body().length);
        assertThat(head.headers().firstValue("ETag")).contains(etag);
    }

    @Test
    void aBucketIsAlsoAHostName() throws IOException {
        var answer = RawHttp.get(node.mediaPort(), "demo.localhost", "/gogopher.jpg?imageInfo");

        assertThat(answer).startsWith("HTTP/1.1 200").contains("\"width\":640");
    }

    @Test
    void aTraceIsContinuedAndNamedOnEveryAnswer() {
        var trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        var answer =
                node.get(
                        "/demo/gogopher.jpg?imageView2/2/w/99",
                        "traceparent",
                        "00-" + trace + "-00f067aa0ba902b7-01");
        var refused = node.get("/demo/nothing.jpg", "traceparent", "no trace at all");

        assertThat(answer.headers().firstValue("X-Reqid")).contains(trace);
        assertThat(refused.headers().firstValue("X-Reqid").orElseThrow()).hasSize(32);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/demo/gogopher.jpg?imageZoom/1/w/200 400 imageZoom",
                "/demo/gogopher.jpg?imageView/1/w 400 w",
                "/demo/gogopher.jpg?imageView2/1/w/0 400 w",
                "/demo/gogopher.jpg?imageView2/1/w/-1 400 w",
                "/demo/gogopher.jpg?imageView2/1/w/999999 400 w",
                "/demo/gogopher.jpg?imageView2/1/w/1e9 400 w",
                "/demo/gogopher.jpg?imageView2/9/w/100 400 mode",
                "/demo/gogopher.jpg?imageView2/2/w/100/q/0 400 q",
                "/demo/gogopher.jpg?imageView2/2/w/100/format/exe 400 format",
                "/bad/empty.jpg?imageView2/2/w/100 400 empty",
                "/bad/text.jpg?imageView2/2/w/100 400 image",
                "/bad/bomb.png?imageView2/2/w/100 400 65535x65535",
                "/bad/frames.gif?imageView2/2/w/1 400 frames",
                "/bad/entities.svg?imageView2/2/w/100 400 svg",
                "/bad/truncated.jpg?imageView2/2/w/100 400 truncated",
                "/bad/truncated.png?imageView2/2/w/100 400 truncated",
                "/bad/truncated.gif?imageView2/2/w/100 400 truncated",
                "/bad/corrupt.jpg?imageView2/2/w/100 400 corrupt",
                "/bad/corrupt.png?imageView2/2/w/100 400 corrupt",
                "/bad/corrupt.gif?imageView2/2/w/100 400 corrupt",
                "/demo/nothing.jpg?imageView2/2/w/100 404 nothing.jpg",
                "/demo/nothing.jpg 404 nothing.jpg",
                "/nobucket/gogopher.jpg 404 nobucket",
                "/demo/%2e%2e/%2e%2e/README.md 404 README",
                "/bad/escape.jpg 404 escape.jpg",
                "/demo/%ff 400 UTF-8"
            })
    void aMistakeIsNamed(String target, int status, String named) {
        var answer = node.get(target);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().firstValue("X-Reqid")).isPresent();
        var body = new JsonObject(new String(answer.body(), StandardCharsets.UTF_8));
        assertThat(body.getInteger("code")).isEqualTo(status);
        assertThat(body.getString("error")).contains(named);
    }

    @Test
    void aMethodThatIsNotOfferedIsNamed() {
        var answer = node.send("DELETE", node.mediaPort(), "/demo/gogopher.jpg");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
    }

    @Test
    void aRequestLineOfAMegabyteIsRefusedAndTheNextOneServed() throws IOException {
        var answer = RawHttp.get(node.mediaPort(), "localhost", "/demo/" + "a".repeat(1 << 20));

        assertThat(answer).contains(" 414 ");
        assertThat(node.get("/demo/gogopher.jpg").statusCode()).isEqualTo(200);
    }

    @Test
    void aHundredEqualRequestsAreWorkedOutOnce() throws Exception {
        Files.write(folder.resolve("bad/once.jpg"), Pictures.noise(1200, 900, 42));
        var before = runs();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<HttpResponse<byte[]>>>();
            for (var i = 0; i < 100; i++) {
                asked.add(threads.submit(() -> node.get("/bad/once.jpg?imageView2/1/w/123")));
            }
            for (var one : asked) {
                assertThat(Pictures.in(one.get()).getWidth()).isEqualTo(123);
            }
        }

        assertThat(runs() - before).isEqualTo(1);
    }

    @Test
    void clientsThatStopReadingHoldUpNobody() throws IOException {
        var stuck = new ArrayList<Socket>();
        try {
            for (var i = 0; i < 50; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), node.mediaPort());
                stuck.add(socket);
                socket.getOutputStream()
                        .write(
                                "GET /demo/scene.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
            }
            for (var width = 301; width < 311; width++) {
                var answer = node.get("/demo/scene.jpg?imageView2/2/w/" + width);
                assertThat(Pictures.in(answer).getWidth()).isEqualTo(width);
            }
        } finally {
            for (var socket : stuck) {
                socket.close();
            }
        }
    }

    @Test
    void everyWorkerTellsItsOwnHealthAndMetrics() {
        for (var worker : node.workers()) {
            assertThat(node.api("/v1/deploy/" + worker.id() + "/health").getString("libvips"))
                    .startsWith("8.");
            var metrics =
                    node.send("GET", node.apiPort(), "/v1/deploy/" + worker.id() + "/metrics");
            assertThat(new String(metrics.body(), StandardCharsets.UTF_8))
                    .contains("worker_utilization");
        }
    }

    private static double runs() {
        var metrics = node.send("GET", node.apiPort(), "/metrics").body();
        return new String(metrics, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("lumiere_rendition_runs_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void healthAndMetricsTellWhatRuns() {
        var health = node.api("/health");
        assertThat(health.getString("status")).isEqualTo("up");
        assertThat(health.getJsonArray("instances")).hasSize(3);
        assertThat(health.getJsonObject("sandbox").getBoolean("inForce")).isTrue();

        node.get("/demo/gogopher.jpg?imageView2/2/w/77");
        var metrics =
                new String(
                        node.send("GET", node.apiPort(), "/metrics").body(),
                        StandardCharsets.UTF_8);
        assertThat(metrics).contains("lumiere_gateway_requests", "jvm_memory_used_bytes");
    }

    private static int redness(Color color) {
        return color.getRed() - color.getBlue();
    }
}
