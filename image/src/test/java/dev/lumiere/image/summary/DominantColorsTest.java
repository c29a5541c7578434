package dev.lumiere.image.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.image.picture.Size;
import dev.lumiere.image.summary.DominantColors.Dominant;
import org.junit.jupiter.api.Test;

final class DominantColorsTest {

    @Test
    void flatPartsAreFoundWithTheirShares() {
        var pixels =
                stripes(
                        0xffff0000,
                        0xffff0000,
                        0xffff0000,
                        0xffff0000,
                        0xff0000ff,
                        0xff0000ff,
                        0xff00ff00);

        assertThat(DominantColors.of(pixels, 3))
                .containsExactly(
                        new Dominant(0xff0000, 4 / 7.0),
                        new Dominant(0x0000ff, 2 / 7.0),
                        new Dominant(0x00ff00, 1 / 7.0));
    }

    @Test
    void thereAreNoMoreThanThePictureHas() {
        assertThat(DominantColors.of(Vectors.flat(10, 10, 0xff123456), 16))
                .containsExactly(new Dominant(0x123456, 1));
        assertThat(DominantColors.of(stripes(0xff000000, 0xffffffff), 16)).hasSize(2);
    }

    @Test
    void whatIsTransparentHasNoColor() {
        assertThat(DominantColors.of(stripes(0x00ff0000, 0xff0000ff), 5))
                .containsExactly(new Dominant(0x0000ff, 1));
        assertThat(DominantColors.of(Vectors.flat(5, 5, 0x00ffffff), 5)).isEmpty();
        assertThat(DominantColors.of(stripes(0x40ff0000, 0xc00000ff), 2))
                .containsExactly(new Dominant(0x0000ff, 0.75), new Dominant(0xff0000, 0.25));
    }

    @Test
    void moreColorsAreCloserAndAllSharesMakeTheWhole() {
        var pixels = Vectors.waves(90, 70, false);
        var before = Double.MAX_VALUE;
        for (var most = 1; most <= 16; most++) {
            var colors = DominantColors.of(pixels, most);
            assertThat(colors).hasSize(most).isEqualTo(DominantColors.of(pixels, most));
            assertThat(colors.stream().mapToDouble(Dominant::share).sum())
                    .isBetween(0.9999, 1.0001);
            assertThat(colors).isSortedAccordingTo((a, b) -> Double.compare(b.share(), a.share()));

            var distance = distance(pixels, colors);
            assertThat(distance).isLessThan(before);
            before = distance;
        }
    }

    private static double distance(Pixels pixels, java.util.List<Dominant> colors) {
        var sum = 0.0;
        for (var pixel = 0; pixel < pixels.count(); pixel++) {
            var i = pixel;
            sum +=
                    colors.stream()
                            .mapToDouble(color ->
                                    Math.pow(pixels.red(i) - (color.rgb() >> 16), 2)
                                            + Math.pow(
                                                    pixels.green(i) - (color.rgb() >> 8 & 0xff), 2)
                                            + Math.pow(pixels.blue(i) - (color.rgb() & 0xff), 2))
                            .min()
                            .orElseThrow();
        }
        return sum;
    }

    /** One row of pixels, 0xAARRGGBB. */
    private static Pixels stripes(int... colors) {
        var octets = new byte[4 * colors.length];
        for (var i = 0; i < colors.length; i++) {
            octets[4 * i] = (byte) (colors[i] >> 16);
            octets[4 * i + 1] = (byte) (colors[i] >> 8);
            octets[4 * i + 2] = (byte) colors[i];
            octets[4 * i + 3] = (byte) (colors[i] >>> 24);
        }
        return new Pixels(new Size(colors.length, 1), octets);
    }
}
