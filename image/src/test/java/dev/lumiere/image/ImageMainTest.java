package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.fop.worker.WorkerConfig;
import dev.lumiere.image.operation.Operation;
import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.registry.Address;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The worker over HTTP, as the node calls it. */
final class ImageMainTest {
    private static final WorkerConfig CONFIG =
            WorkerConfig.from(Map.of("LUMIERE_WORKER_CONCURRENCY", "2"));

    @Test
    void answersThePictureAndTheTimeOfItsSteps() throws Exception {
        try (var worker = ImageMain.worker(TestVips.get(), TestWork.CONFIG).start(CONFIG)) {
            var answer =
                    post(
                            worker.address(),
                            "imageView2/1/w/50/h/40|imageView/2/w/25",
                            Pictures.jpeg(640, 427));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("image/jpeg");
            assertThat(answer.headers().firstValue("Server-Timing").orElseThrow())
                    .contains("decode;dur=", "process;dur=", "encode;dur=");
            var image = ImageIO.read(new ByteArrayInputStream(answer.body()));
            assertThat(image.getWidth()).isEqualTo(25);
            assertThat(image.getHeight()).isEqualTo(20);
        }
    }

    @Test
    void answersWhatIsWrong() throws Exception {
        try (var worker = ImageMain.worker(TestVips.get(), TestWork.CONFIG).start(CONFIG)) {
            var answer = post(worker.address(), "imageView2/1/w/0", Pictures.jpeg(8, 8));

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(json(answer))
                    .isEqualTo(JsonObject.of("error", "bad argument: w", "code", 400));
            var info = post(worker.address(), "imageInfo", Pictures.png(8, 8));
            assertThat(json(info).getString("format")).isEqualTo("png");
        }
    }

    @Test
    void saysWhatItOffersAndWhichLibraryItUses() throws Exception {
        try (var worker = ImageMain.worker(TestVips.get(), TestWork.CONFIG).start(CONFIG)) {
            var methods = json(get(worker.address(), "/methods"));
            assertThat(methods.getString("name")).isEqualTo("image");
            assertThat(methods.getJsonObject("metadata").getString("ops"))
                    .isEqualTo(String.join(",", Operation.NAMES));
            assertThat(methods.getJsonObject("metadata").getString("inputs"))
                    .isEqualTo("watermark:image,watermark:imageKey,animate:key");
            assertThat(methods.getJsonObject("metadata").getString("libvips"))
                    .isEqualTo(TestVips.get().version());

            assertThat(json(get(worker.address(), "/health")).encode())
                    .contains(TestVips.get().version(), TestVips.get().loadedFrom());
        }
    }

    private static HttpResponse<byte[]> post(Address address, String pipeline, byte[] source)
            throws Exception {
        var target = "/handler?cmd=" + URLEncoder.encode(pipeline, StandardCharsets.UTF_8);
        return send(
                request(address, target)
                        .header("Content-Type", "image/jpeg")
                        .header("Lumiere-Encoded", "1")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(source)));
    }

    private static HttpResponse<byte[]> get(Address address, String target) throws Exception {
        return send(request(address, target).GET());
    }

    private static HttpRequest.Builder request(Address address, String target) {
        var tcp = (Address.Tcp) address;
        return HttpRequest.newBuilder(
                URI.create("http://" + tcp.host() + ":" + tcp.port() + target));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        return new JsonObject(new String(answer.body(), StandardCharsets.UTF_8));
    }
}
