package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BadSourceTest {
    private static final List<String> PIPELINES =
            List.of("imageView2/1/w/20", "imageView2/0/format/png", "imageView/2/w/10|imageInfo");

    @Test
    void anEmptyFile() {
        assertRefused(new byte[0], "source is empty");
    }

    @Test
    void aTextFileNamedJpg() {
        assertRefused(latin("Dear Sir or Madam, this is no picture."), "source is not an image");
    }

    @ParameterizedTest
    @CsvSource({
        "BMaaaa\\0\\0\\0\\0aaaa, bmp",
        "8BPS\\0aaaa, psd",
        "%PDF-1.7, pdf",
        "\\0\\0\\0\\u0014ftypheic\\0\\0\\0\\0mif1, heic",
    })
    void aFormatThatIsNotRead(String text, String format) {
        var source = latin(text.replace("\\0", "\0").replace("\\u0014", "\24"));
        assertRefused(source, "unsupported format: " + format);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif", "webp", "avif"})
    void aTruncatedFile(String format) {
        var whole = source(format);
        for (var keep : List.of(12, 40, whole.length / 4, whole.length / 2)) {
            for (var pipeline : PIPELINES) {
                assertThatThrownBy(() -> TestWork.run(Arrays.copyOf(whole, keep), pipeline))
                        .as("%s cut to %d of %d, %s", format, keep, whole.length, pipeline)
                        .isInstanceOfSatisfying(
                                Problem.Refused.class,
                                e -> assertThat(e.problem().status()).isEqualTo(400));
            }
        }
    }

    /** What happens is either a picture or a clear no; never a crash, never the worker's fault. */
    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif", "webp", "avif"})
    void aDamagedFile(String format) {
        var random = new SplittableRandom(7);
        var whole = source(format);
        for (var round = 0; round < 200; round++) {
            var damaged = whole.clone();
            for (var flips = random.nextInt(1, 8); flips > 0; flips--) {
                damaged[random.nextInt(whole.length)] = (byte) random.nextInt();
            }
            try {
                TestWork.run(damaged, PIPELINES.get(round % PIPELINES.size()));
            } catch (Problem.Refused e) {
                assertThat(e.problem().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void aPngThatClaimsToBeHuge() {
        assertRefused(Pictures.claimingPng(65_535, 65_535), "over limit: 65535x65535");
        assertRefused(Pictures.claimingPng(30_001, 10), "over limit: 30001x10");
        assertRefused(Pictures.claimingPng(20_000, 20_000), "over limit: 20000x20000");
    }

    @Test
    void aGifOfTooManyFrames() {
        var most = Pictures.tinyGif(200, 5);
        assertThat(TestWork.run(most, "imageInfo").text()).contains("\"frameNumber\":200");
        assertThat(TestWork.run(most, "imageView2/0|imageInfo").text())
                .contains("\"frameNumber\":200");

        assertRefused(Pictures.tinyGif(201, 5), "image's frames over limit: 201");
        assertRefused(Pictures.tinyGif(10_000, 5), "image's frames over limit: ");
    }

    @Test
    void aResultOverTheLimits() {
        var large = Pictures.by("pngsave_buffer", 5200, 5000);
        assertRefused(large, "imageView2/0", "result's pixels over limit: 5200x5000");
        assertRefused(
                Pictures.png(3000, 2600),
                "imageView2/0/format/avif",
                "result's pixels over limit: 3000x2600, at most 7680000");
    }

    @Test
    void aPictureAfterAnAnswerInJson() {
        assertRefused(Pictures.png(8, 8), "imageInfo|imageView2/1/w/5", "source is not an image");
    }

    @Test
    void ignoredErrorsGiveTheSource() {
        var whole = Pictures.jpeg(300, 200);
        var truncated = Arrays.copyOf(whole, whole.length / 2);
        for (var source : List.of(latin("no picture"), truncated, new byte[0])) {
            var output = TestWork.run(source, "imageView2/1/w/20/ignore-error/1");
            assertThat(output.bytes()).isEqualTo(source);
            assertThat(output.contentType()).isEqualTo("application/x-source");
        }
        assertRefused(whole, "imageView2/1/w/0/ignore-error/1", "bad argument: w");
    }

    private static void assertRefused(byte[] source, String error) {
        assertRefused(source, "imageView2/1/w/20", error);
        assertRefused(source, "imageInfo", error);
    }

    private static void assertRefused(byte[] source, String pipeline, String error) {
        assertThatThrownBy(() -> TestWork.run(source, pipeline))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> {
                            assertThat(e.problem().status()).isEqualTo(400);
                            assertThat(e.problem().error()).contains(error);
                        });
    }

    private static byte[] source(String format) {
        return switch (format) {
            case "jpeg" -> Pictures.jpeg(300, 200);
            case "png" -> noisy("pngsave_buffer");
            case "gif" -> noisy("gifsave_buffer");
            case "webp" -> noisy("webpsave_buffer");
            default -> noisy("heifsave_buffer", "compression", "av1", "effort", 0);
        };
    }

    /** A picture whose data is most of the file, so that a cut in the middle cuts pixels. */
    private static byte[] noisy(String saver, Object... options) {
        try (var scope = TestVips.get().open()) {
            var noise = scope.call("gaussnoise", "width", 120, "height", 90, "mean", 128);
            var grey = scope.call("cast", "in", noise, "format", "uchar");
            var rgb = scope.call("colourspace", "in", grey, "space", "srgb");
            var arguments = new Object[options.length + 2];
            arguments[0] = "in";
            arguments[1] = rgb;
            System.arraycopy(options, 0, arguments, 2, options.length);
            return TestVips.bytes(scope.save(saver, arguments));
        }
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
