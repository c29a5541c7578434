package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Reduction;
import dev.lumiere.image.TestWork.Output;
import dev.lumiere.service.Problem;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReductionTest {
    /** What a result made of a reduced version may differ from a direct one, at least: decibels. */
    private static final double LEAST_PSNR = 36;

    private static final byte[] JPEG = Pictures.write(landscape(1600, 1200), "jpeg");
    private static final byte[] ODD = Pictures.write(landscape(1601, 1067), "jpeg");
    private static final byte[] PNG = Pictures.write(landscape(1600, 1200), "png");

    @Test
    void aFirstSizeLeavesWhatItDecoded() {
        assertThat(made(JPEG, "imageView2/2/w/150", false)).containsOnlyKeys("by-product-3");
        assertThat(made(JPEG, "imageView2/2/w/300", false))
                .containsOnlyKeys("by-product-2", "by-product-3");
        assertThat(made(ODD, "imageView2/2/w/150", false))
                .as("sides that cannot be halved")
                .containsOnlyKeys("by-product-3");
        assertThat(made(ODD, "imageView2/2/w/150", true).get("reduced-1"))
                .hasSize(64 + 3 * 800 * 533);
        assertThat(made(PNG, "imageView2/2/w/150", false))
                .as("a PNG is decoded whole whatever is wanted")
                .containsOnlyKeys("by-product-1", "by-product-2", "by-product-3");
    }

    @Test
    void allVersionsAreMadeWhereTheyAreWanted() {
        assertThat(made(JPEG, "imageView2/2/w/150", true))
                .containsOnlyKeys("reduced-1", "reduced-2", "reduced-3");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 150, 200, 300, 500, 800})
    void aResultOfAVersionIsLikeADirectOne(int width) {
        for (var source : new byte[][] {JPEG, ODD, PNG}) {
            var versions = versions(source);
            for (var pipeline :
                    new String[] {
                        "imageView2/2/w/" + width + "/format/png",
                        "imageView2/1/w/" + width + "/h/" + width / 2 + "/format/png",
                        "imageMogr2/auto-orient/strip/thumbnail/" + width + "x/format/png"
                    }) {
                var direct = TestWork.run(source, pipeline).image();
                var reduced = from(versions, pipeline).image();
                assertThat(psnr(direct, reduced)).as(pipeline).isGreaterThan(LEAST_PSNR);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 8})
    void orientationIsKept(int orientation) {
        var source = Pictures.oriented(JPEG, orientation);
        var direct = TestWork.run(source, "imageView2/2/w/120/format/png").image();
        var reduced = from(versions(source), "imageView2/2/w/120/format/png").image();

        assertThat(psnr(direct, reduced)).isGreaterThan(LEAST_PSNR);
    }

    @Test
    void whatIsTransparentStaysSo() {
        var image = new BufferedImage(1400, 1000, BufferedImage.TYPE_INT_ARGB);
        for (var x = 0; x < 700; x++) {
            for (var y = 0; y < 1000; y++) {
                image.setRGB(x, y, 0xffff0000);
            }
        }
        var source = Pictures.write(image, "png");
        var direct = TestWork.run(source, "imageView2/2/w/100").image();
        var reduced = from(versions(source), "imageView2/2/w/100").image();

        for (var x = 0; x < 100; x++) {
            assertThat(reduced.getRGB(x, 30) >>> 24)
                    .isCloseTo(direct.getRGB(x, 30) >>> 24, within(24));
            if (reduced.getRGB(x, 30) >>> 24 > 16) {
                assertThat(new Color(reduced.getRGB(x, 30)).getRed())
                        .as("what is transparent darkens nothing beside it, at %d", x)
                        .isGreaterThan(240);
            }
        }
        assertThat(reduced.getRGB(10, 30)).isEqualTo(0xffff0000);
        assertThat(reduced.getRGB(90, 30) >>> 24).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "imageView2/2/w/700, 428",
        "imageView2/2/w/1000, 424",
        "imageMogr2/thumbnail/100x, 424",
        "imageView2/2/w/100/ignore-error/1, 424",
        "imageInfo, 424",
    })
    void whatIsTooSmallIsSaid(String pipeline, int status) {
        var smaller = versions(JPEG);
        smaller.remove(Reduction.name(1));
        assertThatThrownBy(() -> from(smaller, pipeline))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(status));
    }

    @Test
    void aStageThatIgnoresErrorsIsNotLeftOutForWantOfTheSource() {
        assertThatThrownBy(() ->
                        from(
                                versions(JPEG),
                                "imageView2/1/w/50/h/50/ignore-error/1|imageView2/2/w/30"))
                .hasMessageContaining("424");
    }

    @Test
    void aVersionThatIsNotWholeIsNotRead() {
        var versions = versions(JPEG);
        var cut = new HashMap<>(versions);
        cut.replaceAll((_, bytes) -> java.util.Arrays.copyOf(bytes, bytes.length - 1));

        assertThatThrownBy(() -> from(cut, "imageView2/2/w/100"))
                .hasMessageContaining("424 the source itself is needed");
    }

    @Test
    void smallAndAnimatedSourcesLeaveNothing() {
        assertThat(made(Pictures.jpeg(400, 300), "imageView2/2/w/100", true)).isEmpty();
        assertThat(made(Pictures.tinyGif(3, 5), "imageView2/2/w/1", true)).isEmpty();
    }

    private static Map<String, byte[]> made(byte[] source, String pipeline, boolean all) {
        var outputs = new HashMap<String, byte[]>();
        TestWork.run(source, pipeline, Map.of(), names(all), outputs);
        return outputs;
    }

    private static Map<String, byte[]> versions(byte[] source) {
        return made(source, "imageView2/2/w/100", true);
    }

    private static Output from(Map<String, byte[]> versions, String pipeline) {
        return TestWork.run(new byte[0], pipeline, versions);
    }

    private static String[] names(boolean all) {
        return java.util.stream.IntStream.rangeClosed(1, Reduction.LEVELS)
                .mapToObj(level -> all ? Reduction.name(level) : Reduction.byProduct(level))
                .toArray(String[]::new);
    }

    private static org.assertj.core.data.Offset<Integer> within(int steps) {
        return org.assertj.core.data.Offset.offset(steps);
    }

    /** Slopes, edges and some noise. */
    private static BufferedImage landscape(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var random = new SplittableRandom(7);
        for (var y = 0; y < height; y++) {
            for (var x = 0; x < width; x++) {
                var hill = y > height * 0.5 + 150 * Math.sin(x / 130.0) ? 90 : 0;
                var red = Math.clamp(x * 160L / width + hill + random.nextInt(12), 0, 255);
                var green = Math.clamp(y * 200L / height + random.nextInt(12), 0, 255);
                image.setRGB(x, y, (red << 16) | (green << 8) | (200 - hill));
            }
        }
        return image;
    }

    private static double psnr(BufferedImage one, BufferedImage other) {
        assertThat(other.getWidth()).isEqualTo(one.getWidth());
        assertThat(other.getHeight()).isEqualTo(one.getHeight());
        var sum = 0.0;
        for (var y = 0; y < one.getHeight(); y++) {
            for (var x = 0; x < one.getWidth(); x++) {
                for (var shift = 0; shift < 24; shift += 8) {
                    var difference =
                            ((one.getRGB(x, y) >> shift) & 255)
                                    - ((other.getRGB(x, y) >> shift) & 255);
                    sum += difference * difference;
                }
            }
        }
        var mean = sum / (3.0 * one.getWidth() * one.getHeight());
        return mean == 0 ? 99 : 10 * Math.log10(255 * 255 / mean);
    }
}
