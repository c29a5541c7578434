package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RoundPicTest {

    @ParameterizedTest
    @ValueSource(strings = {"radius/!50p", "radius/100", "radius/!80p", "radius/5000"})
    void halfTheSideMakesACircleOfASquare(String radius) {
        var output = TestWork.run(Pictures.jpeg(200, 200), "roundPic/" + radius);

        assertThat(output.contentType()).isEqualTo("image/png");
        var image = output.image();
        var opacity = 0L;
        var wrong = new ArrayList<String>();
        for (var x = 0; x < 200; x++) {
            for (var y = 0; y < 200; y++) {
                var away = Math.hypot(x + 0.5 - 100, y + 0.5 - 100);
                var alpha = image.getRGB(x, y) >>> 24;
                opacity += alpha;
                if ((away < 99 && alpha != 255) || (away > 101 && alpha != 0)) {
                    wrong.add("%d,%d: %d".formatted(x, y, alpha));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(opacity / 255.0 / (Math.PI * 100 * 100)).isBetween(0.999, 1.001);
    }

    @ParameterizedTest
    @CsvSource({
        "radius/40, 40, 40",
        "radius/!25p, 100, 50",
        "radius/300, 100, 100",
        "radiusx/60/radiusy/20, 60, 20",
        "radiusy/20/radiusx/60, 60, 20",
        "radiusx/!10p/radiusy/!10p, 40, 20",
        "radiusx/999/radiusy/999, 200, 100",
        "radiusx/!99p/radiusy/30, 200, 30",
        "radius/0, 0, 0"
    })
    void theCornersAreQuartersOfAnEllipse(String radii, int x, int y) {
        var image = TestWork.run(Pictures.png(400, 200), "roundPic/" + radii).image();

        var wrong = new ArrayList<String>();
        for (var column = 0; column < 400; column++) {
            for (var row = 0; row < 200; row++) {
                var opacity = (image.getRGB(column, row) >>> 24) / 255.0;
                if (Math.abs(opacity - covered(column, row, x, y)) > 0.15) {
                    wrong.add("%d,%d: %s".formatted(column, row, opacity));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(Pictures.near(image, 200, 10, Color.GREEN)).isTrue();
        assertThat(Pictures.near(image, 199, 190, Color.BLUE)).isTrue();
    }

    /** How much of a pixel of a picture of 400x200 is inside, by 8x8 samples. */
    private static double covered(int column, int row, int radiusX, int radiusY) {
        var inside = 0;
        for (var sample = 0; sample < 64; sample++) {
            var x = column + (sample % 8 + 0.5) / 8;
            var y = row + ((sample >> 3) + 0.5) / 8;
            var intoX = Math.max(0, radiusX - Math.min(x, 400 - x));
            var intoY = Math.max(0, radiusY - Math.min(y, 200 - y));
            var away = Math.hypot(intoX / Math.max(1, radiusX), intoY / Math.max(1, radiusY));
            inside += away <= 1 ? 1 : 0;
        }
        return inside / 64.0;
    }

    @Test
    void cornersAreSmooth() {
        var image = TestWork.run(Pictures.png(100, 100), "roundPic/radius/30").image();
        var levels = new java.util.TreeSet<Integer>();
        for (var x = 0; x < 30; x++) {
            for (var y = 0; y < 30; y++) {
                levels.add(image.getRGB(x, y) >>> 24);
            }
        }

        assertThat(levels).hasSizeGreaterThan(20).contains(0, 255);
    }

    @Test
    void whatIsTransparentStaysSo() {
        var half = new BufferedImage(80, 80, BufferedImage.TYPE_INT_ARGB);
        for (var x = 0; x < 80; x++) {
            for (var y = 0; y < 80; y++) {
                half.setRGB(x, y, x < 40 ? 0x80ff0000 : 0xff0000ff);
            }
        }

        var image = TestWork.run(Pictures.write(half, "png"), "roundPic/radius/!50p").image();

        assertThat(image.getRGB(20, 40)).isEqualTo(0x80ff0000);
        assertThat(image.getRGB(60, 40)).isEqualTo(0xff0000ff);
        assertThat(image.getRGB(1, 1) >>> 24).isZero();
    }

    @Test
    void greyStaysGrey() {
        var grey = new BufferedImage(40, 40, BufferedImage.TYPE_BYTE_GRAY);

        var image = TestWork.run(Pictures.write(grey, "png"), "roundPic/radius/10").image();

        assertThat(image.getRaster().getNumBands()).isEqualTo(2);
        assertThat(image.getRGB(20, 20)).isEqualTo(0xff000000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void itIsUpright(int orientation) {
        var stored = Orientations.store(Pictures.quarters(120, 80), orientation);
        var source = Pictures.oriented(Pictures.write(stored, "jpeg"), orientation);

        var image = TestWork.run(source, "roundPic/radius/10").image();

        assertThat(image.getWidth()).isEqualTo(120);
        assertThat(Pictures.near(image, 30, 20, Color.RED)).isTrue();
        assertThat(Pictures.near(image, 90, 60, Color.YELLOW)).isTrue();
    }

    @Test
    void aStageBeforeAndAfterWorkOnTheSamePicture() {
        var pipeline = "imageView2/1/w/50|roundPic/radius/!50p|imageView2/2/w/25";

        var image = TestWork.run(Pictures.jpeg(100, 80), pipeline).image();

        assertThat(image.getWidth()).isEqualTo(25);
        assertThat(image.getRGB(0, 0) >>> 24).isZero();
    }

    @Test
    void onlyJpegAndPngAreTaken() {
        for (var source :
                new byte[][] {Pictures.gif(20, 20), Pictures.webp(20, 20), Pictures.avif(20, 20)}) {
            assertThatThrownBy(() -> TestWork.run(source, "roundPic/radius/5"))
                    .isInstanceOf(Problem.Refused.class)
                    .hasMessageContaining("unsupported format: ");
        }
        assertThatThrownBy(() ->
                        TestWork.run(
                                Pictures.png(20, 20), "imageView2/0/format/webp|roundPic/radius/5"))
                .hasMessageContaining("unsupported format: webp");
    }

    @ParameterizedTest
    @CsvSource({
        "roundPic, radius",
        "roundPic/radius, radius",
        "roundPic/radius/-1, radius",
        "roundPic/radius/x, radius",
        "roundPic/radius/50p, radius",
        "roundPic/radius/!50, radius",
        "roundPic/radius/!p, radius",
        "roundPic/radius/!-5p, radius",
        "roundPic/radius/!nanp, radius",
        "roundPic/radius/100000, radius",
        "roundPic/radiusx/5, radiusy",
        "roundPic/radiusy/5, radiusx",
        "roundPic/radius/5/radiusx/5, radiusx",
        "roundPic/radius/5/radiusx/5/radiusy/5, radiusx",
        "roundPic/radius/5/format/jpg, format"
    })
    void whatIsWrongIsNamed(String pipeline, String argument) {
        assertThatThrownBy(() -> TestWork.run(Pictures.png(20, 20), pipeline))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("bad argument: " + argument);
    }
}
