package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.image.picture.JpegHeader;
import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Problem;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageViewTest {

    @ParameterizedTest
    @CsvSource({
        "imageView/1/w/200/h/200, 200, 200",
        "imageView/2/w/200, 200, 133",
        "imageView/2/h/200, 300, 200",
        "imageView2/0/w/300/h/200, 300, 200",
        "imageView2/1/w/200, 200, 200",
        "imageView2/2/w/200/h/200, 200, 133",
        "imageView2/3/w/200/h/200, 300, 200",
        "imageView2/4/w/300/h/100, 300, 200",
        "imageView2/5/w/300/h/100, 300, 100",
        "imageView2/0/q/50, 640, 427",
        "imageView2/2/w/9999, 640, 427",
        "imageView2/1/w/200|imageView2/2/w/50, 50, 50",
        "imageView2/2/w/320|imageView2/1/w/100/h/300, 100, 214",
    })
    void makesTheSizeAskedFor(String pipeline, int width, int height) {
        var output = TestWork.run(Pictures.jpeg(640, 427), pipeline);

        assertThat(output.contentType()).isEqualTo("image/jpeg");
        assertThat(output.image().getWidth()).isEqualTo(width);
        assertThat(output.image().getHeight()).isEqualTo(height);
        assertQuarters(output.image());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void setsUprightByExif(int orientation) {
        // What EXIF calls orientation n is undone by the n-th of these.
        var upright = Pictures.quarters(160, 120);
        var stored = Orientations.store(upright, orientation);
        var jpeg = Pictures.oriented(Pictures.write(stored, "jpeg"), orientation);

        for (var pipeline :
                List.of("imageView2/2/w/80", "imageView2/1/w/80/h/60", "imageView2/0")) {
            var image = TestWork.run(jpeg, pipeline).image();
            assertThat(image.getWidth()).isGreaterThan(image.getHeight());
            assertQuarters(image);
        }
        var again = TestWork.run(jpeg, "imageView2/0|imageInfo").text();
        assertThat(again).contains("\"width\":160").doesNotContain("orientation");
    }

    @ParameterizedTest
    @CsvSource({
        "jpeg, jpg", "jpeg, png", "jpeg, gif", "jpeg, webp", "jpeg, avif",
        "png, jpg", "png, png", "png, gif", "png, webp", "png, avif",
        "gif, jpg", "gif, png", "gif, gif", "gif, webp", "gif, avif",
        "webp, jpg", "webp, png", "webp, gif", "webp, webp", "webp, avif",
        "avif, jpg", "avif, png", "avif, gif", "avif, webp", "avif, avif",
    })
    void readsAndWritesEveryFormat(String from, String to) {
        var output = TestWork.run(source(from), "imageView2/1/w/60/h/40/format/" + to);

        var word = to.equals("jpg") ? "jpeg" : to;
        assertThat(output.contentType()).isEqualTo("image/" + word);
        assertThat(TestWork.run(output.bytes(), "imageInfo").text())
                .contains("\"format\":\"" + word + "\",\"width\":60,\"height\":40");
        assertQuarters(TestWork.run(output.bytes(), "imageView2/0/format/png").image());
    }

    @Test
    void keepsTheFormatButForAvif() {
        assertThat(type(source("png"), "imageView2/0")).isEqualTo("image/png");
        assertThat(type(source("gif"), "imageView2/0")).isEqualTo("image/gif");
        assertThat(type(source("webp"), "imageView2/0")).isEqualTo("image/webp");
        assertThat(type(source("avif"), "imageView2/0")).isEqualTo("image/jpeg");
        assertThat(type(source("avif"), "imageView2/0/format/copy")).isEqualTo("image/avif");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "webp", "avif"})
    void whatIsTransparentIsLaidOverWhiteInAJpeg(String format) {
        var clear = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
        clear.createGraphics().fillRect(0, 0, 32, 64);
        for (var x = 0; x < 32; x++) {
            for (var y = 0; y < 64; y++) {
                clear.setRGB(x, y, 0xff0000ff);
            }
        }
        var source =
                TestWork.run(Pictures.write(clear, "png"), "imageView2/0/format/" + format).bytes();

        var jpeg = TestWork.run(source, "imageView2/2/w/32/format/jpg").image();
        assertThat(Pictures.near(jpeg, 5, 16, Color.BLUE)).isTrue();
        assertThat(Pictures.near(jpeg, 26, 16, Color.WHITE)).isTrue();

        var png = TestWork.run(source, "imageView2/2/w/32/format/png").image();
        assertThat(Pictures.near(png, 5, 16, Color.BLUE)).isTrue();
        assertThat(png.getRGB(26, 16) >>> 24).isLessThan(10);
    }

    @Test
    void anEdgeToTransparencyHasNoDarkSeam() {
        var image = new BufferedImage(90, 90, BufferedImage.TYPE_INT_ARGB);
        for (var x = 0; x < 45; x++) {
            for (var y = 0; y < 90; y++) {
                image.setRGB(x, y, 0xffffffff);
            }
        }

        var png = TestWork.run(Pictures.write(image, "png"), "imageView2/2/w/29").image();

        for (var x = 0; x < 29; x++) {
            var pixel = new Color(png.getRGB(x, 10), true);
            if (pixel.getAlpha() > 8) {
                assertThat(pixel.getRed()).isGreaterThan(240);
            }
        }
    }

    @Test
    void anAnimationStaysOneAsGif() {
        var source = Animations.threeFlatFrames("gifsave_buffer");
        assertThat(TestWork.run(source, "imageInfo").text())
                .isEqualTo(
                        "{\"size\":"
                                + source.length
                                + ",\"format\":\"gif\",\"width\":40,\"height\":30,"
                                + "\"colorModel\":\"palette2\",\"frameNumber\":3}");

        var output = TestWork.run(source, "imageView2/1/w/20/h/20");

        try (var arena = Arena.ofConfined();
                var scope = TestVips.get().open()) {
            var bytes = TestVips.nativeBytes(arena, output.bytes());
            var all = scope.call("gifload_buffer", "buffer", bytes, "n", -1);
            assertThat(all.integer("n-pages", 0)).isEqualTo(3);
            assertThat(all.integers("delay")).containsExactly(100, 200, 300);
            assertThat(all.integer("loop", -1)).isEqualTo(2);
            assertThat(all.width()).isEqualTo(20);
            assertThat(all.height()).isEqualTo(60);
            var png = TestVips.bytes(scope.save("pngsave_buffer", "in", all));
            var roll = read(png);
            assertThat(Pictures.near(roll, 10, 10, Color.RED)).isTrue();
            assertThat(Pictures.near(roll, 10, 19, Color.RED)).isTrue();
            assertThat(Pictures.near(roll, 10, 20, Color.GREEN)).isTrue();
            assertThat(Pictures.near(roll, 10, 50, Color.BLUE)).isTrue();
        }
        var first = TestWork.run(source, "imageView2/1/w/20/h/20/format/jpg").image();
        assertThat(first.getHeight()).isEqualTo(20);
        assertThat(Pictures.near(first, 10, 10, Color.RED)).isTrue();
        assertThat(TestWork.run(source, "imageView2/0/w/20|imageView2/1/w/10|imageInfo").text())
                .contains("\"width\":10,\"height\":10", "\"frameNumber\":3");
    }

    @Test
    void anAnimatedWebpStaysOneAsWebpAndGif() {
        var source = Animations.threeFlatFrames("webpsave_buffer");
        for (var format : List.of("webp", "gif")) {
            var info =
                    TestWork.run(source, "imageView2/1/w/20/h/20/format/" + format + "|imageInfo");
            assertThat(info.text()).contains("\"width\":20,\"height\":20", "\"frameNumber\":3");
        }
        assertThat(TestWork.run(source, "imageView2/1/w/20/format/png").image().getHeight())
                .isEqualTo(20);
    }

    @Test
    void qualityIsNotWastedOnAPoorJpeg() {
        var poor = Pictures.by("jpegsave_buffer", 640, 427, "Q", 30);
        assertThat(JpegHeader.read(TestVips.nativeBytes(poor)).quality()).isBetween(29, 31);

        assertThat(qualityOf(poor, "imageView2/0/q/90")).isBetween(29, 31);
        assertThat(qualityOf(poor, "imageView2/0/q/90!")).isBetween(89, 91);
        assertThat(qualityOf(poor, "imageView2/2/w/320/q/90")).isBetween(58, 62);
        assertThat(qualityOf(poor, "imageView2/2/w/100/q/100")).isBetween(89, 91);
        assertThat(qualityOf(poor, "imageView2/2/w/100")).isBetween(74, 76);
        assertThat(qualityOf(poor, "imageView/2/w/640")).isBetween(84, 86);
        assertThat(qualityOf(poor, "imageView/2/w/640/q/40")).isBetween(39, 41);

        var good = Pictures.by("jpegsave_buffer", 640, 427, "Q", 96);
        assertThat(qualityOf(good, "imageView2/0/q/100")).isBetween(95, 97);
        assertThat(qualityOf(good, "imageView2/2/w/320/q/100")).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"2, png", "4, png", "8, png", "32, png", "256, png", "2, gif", "8, gif", "64, gif"})
    void aPaletteHasNoMoreColorsThanAsked(int colors, String format) {
        var source = Pictures.write(gradient(200, 100), "png");

        var image =
                TestWork.run(source, "imageView2/0/format/" + format + "/colors/" + colors).image();

        assertThat(colorsOf(image)).isBetween(2L, (long) colors);
    }

    @Test
    void interlacesAJpeg() {
        var source = Pictures.jpeg(64, 64);
        assertThat(hasMarker(TestWork.run(source, "imageView2/0").bytes(), 0xc2)).isFalse();
        assertThat(hasMarker(TestWork.run(source, "imageView2/0/interlace/1").bytes(), 0xc2))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("onePixel")
    void aSinglePixelIsAPicture(byte[] source) {
        for (var pipeline : List.of("imageView2/0", "imageView2/1/w/10", "imageView2/2/w/1")) {
            var image = TestWork.run(source, pipeline + "/format/png").image();
            assertThat(image.getWidth()).isEqualTo(1);
            assertThat(image.getHeight()).isEqualTo(1);
        }
    }

    static List<byte[]> onePixel() {
        return List.of(
                Pictures.jpeg(1, 1),
                Pictures.png(1, 1),
                Pictures.gif(1, 1),
                Pictures.webp(1, 1),
                Pictures.avif(1, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "imageView2, mode",
        "imageView2/6, mode",
        "imageView2/x, mode",
        "imageView/0/w/1, mode",
        "imageView/1, w",
        "imageView2/1/w, w",
        "imageView2/1/w/0, w",
        "imageView2/1/w/-1, w",
        "imageView2/1/w/999999, w",
        "imageView2/1/w/10000, w",
        "imageView2/1/w/1e9, w",
        "imageView2/1/w/99999999999999999999, w",
        "imageView2/1/w/1.5, w",
        "imageView2/1/h/0, h",
        "imageView2/1/w/10/h, h",
        "imageView2/1/w/10/q/0, q",
        "imageView2/1/w/10/q/101, q",
        "imageView2/1/w/10/q/!, q",
        "imageView2/1/w/10/format/docx, format",
        "imageView2/1/w/10/colors/3, colors",
        "imageView2/1/w/10/interlace/2, interlace",
        "imageView2/1/w/10/size/2, size",
        "imageInfo/x, x",
    })
    void aWrongArgumentIsNamed(String pipeline, String argument) {
        assertThatThrownBy(() -> TestWork.run(new byte[0], pipeline))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        refused -> {
                            assertThat(refused.problem().status()).isEqualTo(400);
                            assertThat(refused.problem().error())
                                    .isEqualTo("bad argument: " + argument);
                        });
    }

    private static byte[] source(String format) {
        return switch (format) {
            case "jpeg" -> Pictures.jpeg(120, 80);
            case "png" -> Pictures.png(120, 80);
            case "gif" -> Pictures.gif(120, 80);
            case "webp" -> Pictures.webp(120, 80);
            default -> Pictures.avif(120, 80);
        };
    }

    private static String type(byte[] source, String pipeline) {
        return TestWork.run(source, pipeline).contentType();
    }

    private static int qualityOf(byte[] source, String pipeline) {
        var jpeg = TestWork.run(source, pipeline).bytes();
        return JpegHeader.read(TestVips.nativeBytes(jpeg)).quality();
    }

    private static void assertQuarters(BufferedImage image) {
        var width = image.getWidth();
        var height = image.getHeight();
        assertThat(Pictures.near(image, width / 4, height / 4, Color.RED)).isTrue();
        assertThat(Pictures.near(image, 3 * width / 4, height / 4, Color.GREEN)).isTrue();
        assertThat(Pictures.near(image, width / 4, 3 * height / 4, Color.BLUE)).isTrue();
        assertThat(Pictures.near(image, 3 * width / 4, 3 * height / 4, Color.YELLOW)).isTrue();
    }

    private static BufferedImage gradient(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (var x = 0; x < width; x++) {
            for (var y = 0; y < height; y++) {
                image.setRGB(x, y, new Color(x % 256, 2 * y % 256, (x + y) % 256).getRGB());
            }
        }
        return image;
    }

    private static long colorsOf(BufferedImage image) {
        var pixels =
                image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        return java.util.Arrays.stream(pixels).distinct().count();
    }

    private static boolean hasMarker(byte[] jpeg, int marker) {
        for (var i = 0; i + 1 < jpeg.length; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == marker) {
                return true;
            }
        }
        return false;
    }

    private static BufferedImage read(byte[] bytes) {
        try {
            return ImageIO.read(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
