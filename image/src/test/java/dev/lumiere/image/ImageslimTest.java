package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Problem;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageslimTest {

    /** Signal to noise in decibels that the default level keeps, and the part of bytes it needs. */
    @ParameterizedTest
    @CsvSource({
        "gogopher.jpg, image/jpeg, 37, 0.85",
        "portrait.jpg, image/jpeg, 42, 0.8",
        "scene.jpg, image/jpeg, 39, 0.95",
        "logo.png, image/png, 44, 0.35"
    })
    void theDefaultLevelLooksTheSame(String name, String type, double decibels, double part)
            throws IOException {
        var source = Files.readAllBytes(Path.of("../media/demo", name));

        var output = TestWork.run(source, "imageslim");

        var saved = (double) output.bytes().length / source.length;
        var psnr = psnr(upright(source), output.image());
        assertThat(saved).isLessThan(part);
        assertThat(output.contentType()).isEqualTo(type);
        assertThat(psnr).isGreaterThan(decibels);
    }

    @ParameterizedTest
    @ValueSource(strings = {"portrait.jpg", "logo.png"})
    void aHigherLevelTakesFewerBytes(String name) throws IOException {
        var source = Files.readAllBytes(Path.of("../media/demo", name));
        var before = source.length + 1;
        for (var level : new int[] {0, 3, 6, 10}) {
            var slim = TestWork.run(source, "imageslim/zlevel/" + level).bytes();
            assertThat(slim.length).isLessThan(before);
            before = slim.length;
        }
    }

    @Test
    void whatIsSlimIsGivenAsItCame() {
        var flat = Pictures.png(2, 2);
        assertThat(TestWork.run(flat, "imageslim").bytes().length).isLessThanOrEqualTo(flat.length);
        var poor = Pictures.by("jpegsave_buffer", 64, 64, "Q", 20, "optimize-coding", true);
        assertThat(TestWork.run(poor, "imageslim").bytes().length).isLessThanOrEqualTo(poor.length);
    }

    @Test
    void whatIsLargerThanAResultMayBeIsGivenAsItCame() {
        var large = Pictures.png(5200, 5000);
        assertThat(TestWork.run(large, "imageslim").bytes()).isEqualTo(large);
        var usual = Pictures.png(2600, 2500);
        assertThat(TestWork.run(usual, "imageslim").bytes().length).isLessThan(usual.length);
    }

    @Test
    void whatIsBrokenOrOfAnotherFormatIsGivenAsItCame() {
        var png = Pictures.png(400, 400);
        for (var source :
                new byte[][] {
                    Pictures.gif(20, 20),
                    Pictures.webp(20, 20),
                    Arrays.copyOf(png, png.length / 2),
                    Arrays.copyOf(Pictures.jpeg(400, 400), 300),
                    Pictures.claimingPng(30_000, 30_000),
                    {1, 2, 3},
                    {}
                }) {
            var output = TestWork.run(source, "imageslim");
            assertThat(output.bytes()).isEqualTo(source);
            assertThat(output.contentType()).isEqualTo("application/x-source");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void itIsUpright(int orientation) {
        var stored = Orientations.store(Pictures.quarters(240, 160), orientation);
        var jpeg = new java.io.ByteArrayOutputStream();
        jpeg.writeBytes(Pictures.oriented(Pictures.write(stored, "jpeg"), orientation));
        // Bytes behind the end, to be the first to go.
        jpeg.writeBytes(new byte[5000]);

        var image = TestWork.run(jpeg.toByteArray(), "imageslim").image();

        assertThat(image.getWidth()).isEqualTo(240);
        assertThat(Pictures.near(image, 60, 40, Color.RED)).isTrue();
        assertThat(Pictures.near(image, 180, 40, Color.GREEN)).isTrue();
        assertThat(Pictures.near(image, 60, 120, Color.BLUE)).isTrue();
    }

    @Test
    void transparencyIsKept() {
        var image = new BufferedImage(128, 128, BufferedImage.TYPE_INT_ARGB);
        for (var x = 0; x < 128; x++) {
            for (var y = 0; y < 128; y++) {
                image.setRGB(x, y, ((2 * x) << 24) | ((2 * y) << 16) | 0x40ff);
            }
        }

        var slim = TestWork.run(Pictures.write(image, "png"), "imageslim").image();

        for (var x = 0; x < 128; x += 8) {
            assertThat(slim.getRGB(x, 64) >>> 24).isBetween(2 * x - 24, 2 * x + 24);
        }
    }

    @Test
    void anAnimatedPngIsLeftAlone() {
        var png = Pictures.png(300, 300);
        var chunk =
                ByteBuffer.allocate(20)
                        .putInt(8)
                        .put("acTL".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .putInt(2)
                        .putInt(0);
        var crc = new java.util.zip.CRC32();
        crc.update(chunk.array(), 4, 12);
        chunk.putInt((int) crc.getValue());
        var animated =
                ByteBuffer.allocate(png.length + 20)
                        .put(png, 0, 33)
                        .put(chunk.array())
                        .put(png, 33, png.length - 33)
                        .array();

        assertThat(TestWork.run(animated, "imageslim/zlevel/10").bytes()).isEqualTo(animated);
        assertThat(TestWork.run(png, "imageslim/zlevel/10").bytes()).isNotEqualTo(png);
    }

    @Test
    void aJpegBecomesProgressive() throws IOException {
        var source = Files.readAllBytes(Path.of("../media/demo/portrait.jpg"));

        var slim = TestWork.run(source, "imageslim").bytes();

        try (var arena = Arena.ofConfined();
                var scope = TestVips.get().open()) {
            var image = scope.call("jpegload_buffer", "buffer", TestVips.nativeBytes(arena, slim));
            assertThat(image.has("jpeg-multiscan") || image.has("interlaced")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlevel/11", "zlevel/-1", "zlevel/x", "zlevel"})
    void whatIsWrongIsNamed(String arguments) {
        assertThatThrownBy(() -> TestWork.run(Pictures.png(4, 4), "imageslim/" + arguments))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("bad argument: zlevel");
    }

    private static BufferedImage upright(byte[] source) {
        return TestWork.run(source, "imageView2/0/format/png").image();
    }

    private static double psnr(BufferedImage one, BufferedImage other) {
        var squares = 0.0;
        for (var x = 0; x < one.getWidth(); x++) {
            for (var y = 0; y < one.getHeight(); y++) {
                var a = new Color(one.getRGB(x, y), true);
                var b = new Color(other.getRGB(x, y), true);
                squares += Math.pow(over(a.getRed(), a) - over(b.getRed(), b), 2);
                squares += Math.pow(over(a.getGreen(), a) - over(b.getGreen(), b), 2);
                squares += Math.pow(over(a.getBlue(), a) - over(b.getBlue(), b), 2);
            }
        }
        var mean = squares / (3.0 * one.getWidth() * one.getHeight());
        return 10 * Math.log10(255.0 * 255.0 / mean);
    }

    /** White. */
    private static double over(int value, Color color) {
        return 255 + (value - 255) * color.getAlpha() / 255.0;
    }
}
