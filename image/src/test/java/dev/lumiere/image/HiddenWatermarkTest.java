package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.service.Problem;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HiddenWatermarkTest {
    private static final String TEXT = Base64Values.encode("Lumiere42");
    private static final String KEY = Base64Values.encode("marks/logo.png");
    private static final byte[] PHOTO = gradient(700, 560, "jpeg");

    @ParameterizedTest
    @CsvSource({
        "version/3/, jpeg",
        "version/2/, jpeg",
        "version/1/, png",
        "'', png",
    })
    void aHiddenTextIsShown(String version, String format) {
        var source = gradient(700, 560, format);

        var marked = TestWork.run(source, "watermark/6/" + version + "method/encode/text/" + TEXT);

        assertThat(marked.contentType()).isEqualTo("image/" + format);
        assertThat(marked.image().getWidth()).isEqualTo(700);
        for (var onTheWay : List.of("", "imageView2/0/q/75!|", "imageView2/2/w/600/format/jpg|")) {
            var shown =
                    TestWork.run(
                            marked.bytes(), onTheWay + "watermark/6/" + version + "method/decode");
            assertThat(shown.contentType()).isEqualTo("image/png");
            assertThat(shown.bytes()).isEqualTo(rendered("Lumiere42"));
        }
    }

    @Test
    void anOriginalMayBeNamedAndIsNotNeeded() {
        var original = Base64Values.encode("original.jpg");
        for (var name : List.of("orignal", "original")) {
            var marked =
                    TestWork.run(
                            PHOTO,
                            "watermark/6/method/encode/text/" + TEXT + "/" + name + "/" + original);
            var shown =
                    TestWork.run(
                            marked.bytes(),
                            "watermark/6/method/decode/" + name + "/" + original,
                            Map.of(original, PHOTO));
            assertThat(shown.bytes()).isEqualTo(rendered("Lumiere42"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 280, 280", "2, 10, 10", "3, 800, 300"})
    void aHiddenDrawingIsShown(int version, int width, int height) {
        var marked =
                TestWork.run(
                        PHOTO,
                        "watermark/5/version/" + version + "/method/encode/imageKey/" + KEY,
                        Map.of(KEY, disc(width, height)));

        var shown =
                TestWork.run(
                                marked.bytes(),
                                "imageView2/0/q/75!|watermark/5/version/"
                                        + version
                                        + "/method/decode")
                        .image();

        assertThat(shown.getWidth()).isEqualTo(256);
        assertThat(shown.getHeight()).isEqualTo(256);
        for (var place : List.of(10, 128, 245)) {
            var white = place == 128;
            assertThat(Pictures.near(shown, place, place, white ? Color.WHITE : Color.BLACK))
                    .isTrue();
        }
        var whites = 0;
        for (var i = 0; i < 256 * 256; i++) {
            whites += (shown.getRGB(i % 256, i / 256) & 0xff) == 255 ? 1 : 0;
        }
        assertThat(whites / 65_536.0).isBetween(0.4, 0.6);
    }

    @Test
    void aMarkedPictureCanBeWorkedUponFurtherAndIsWrittenWell() {
        var encode = "watermark/6/version/3/method/encode/text/" + TEXT;
        var small = TestWork.run(PHOTO, encode + "|imageView2/2/w/160").image();
        assertThat(small.getWidth()).isEqualTo(160);

        var exact = TestWork.run(PHOTO, "imageView2/0/q/auto/distance/0.2|" + encode).bytes();
        assertThat(exact).hasSameSizeAs(TestWork.run(PHOTO, "imageView2/0/q/95|" + encode).bytes());
    }

    @Test
    void nothingIsFoundWhereNothingWasHidden() {
        assertRefused(PHOTO, "watermark/6/method/decode", "no watermark found");
        assertRefused(PHOTO, "watermark/5/method/decode", "no watermark found");
        assertRefused(Pictures.png(1, 1), "watermark/6/method/decode", "no watermark found");
        assertThat(TestWork.run(PHOTO, "watermark/5/method/decode/ignore-error/1").bytes())
                .isEqualTo(PHOTO);
    }

    @Test
    void thePictureAndTheMarkAreWithinLimits() {
        var encode = "watermark/6/version/3/method/encode/text/" + TEXT;
        assertRefused(Pictures.gif(600, 600), encode, "unsupported format");
        assertRefused(Pictures.webp(600, 600), encode, "unsupported format");
        assertRefused(Pictures.png(4097, 600), encode, "image's edge over limit: 4097x600");
        assertRefused(Pictures.png(512, 600), encode, "image is too small: 512x600");
        assertRefused(
                Pictures.png(255, 600),
                "watermark/6/method/encode/text/" + TEXT,
                "image is too small: 255x600");
        assertThat(TestWork.run(Pictures.png(513, 513), encode).contentType())
                .isEqualTo("image/png");

        var drawing = "watermark/5/method/encode/imageKey/" + KEY;
        assertRefused(PHOTO, drawing, Map.of(KEY, disc(351, 10)), "over half");
        assertRefused(PHOTO, drawing, Map.of(KEY, new byte[0]), "imageKey: source is empty");
        assertRefused(
                PHOTO,
                drawing,
                Map.of(KEY, Arrays.copyOf(disc(100, 100), 90)),
                "imageKey: source is corrupt");
        assertRefused(PHOTO, drawing, "imageKey: no input " + KEY);
    }

    @ParameterizedTest
    @CsvSource({
        "watermark/5, method",
        "watermark/6/method/destroy, method",
        "watermark/6/method/encode, text",
        "watermark/5/method/encode, imageKey",
        "watermark/6/method/encode/text/YSBi, text",
        "watermark/6/method/encode/text/5Lit, text",
        "watermark/6/method/encode/text/YWJjZGVmZ2hpamtsbW5vcA, text",
        "watermark/6/version/2/method/encode/text/YWJjZGVmZ2hpamts, text",
        "watermark/6/version/4/method/decode, version",
        "watermark/6/method/decode/imageKey/YQ, imageKey",
        "watermark/5/method/decode/text/YQ, text",
        "watermark/5/method/decode/orignal/!, orignal",
        "watermark/6/method/decode/gravity/North, gravity",
    })
    void aWrongArgumentIsNamed(String pipeline, String argument) {
        assertRefused(PHOTO, pipeline, "bad argument: " + argument);
    }

    /** As the worker itself shows a text. */
    private static byte[] rendered(String text) {
        var marked =
                TestWork.run(
                        gradient(600, 600, "png"),
                        "watermark/6/method/encode/text/" + Base64Values.encode(text));
        return TestWork.run(marked.bytes(), "watermark/6/method/decode").bytes();
    }

    private static byte[] gradient(int width, int height, String format) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (var x = 0; x < width; x++) {
            for (var y = 0; y < height; y++) {
                var wave = (int) (60 * Math.sin(x / 31.0) + 50 * Math.cos(y / 23.0));
                image.setRGB(
                        x, y, new Color(128 + wave, 120 - wave, 40 + x * 200 / width).getRGB());
            }
        }
        return Pictures.write(image, format);
    }

    private static byte[] disc(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        image.createGraphics().fillOval(width / 10, height / 10, width * 8 / 10, height * 8 / 10);
        return Pictures.write(image, "png");
    }

    private static void assertRefused(byte[] source, String pipeline, String error) {
        assertRefused(source, pipeline, Map.of(), error);
    }

    private static void assertRefused(
            byte[] source, String pipeline, Map<String, byte[]> inputs, String error) {
        assertThatThrownBy(() -> TestWork.run(source, pipeline, inputs))
                .as(pipeline)
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> {
                            assertThat(e.problem().status()).isEqualTo(400);
                            assertThat(e.problem().error()).contains(error);
                        });
    }
}
