package dev.lumiere.image.summary;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * ThumbHash: lightness in up to 7 by 7 waves of a discrete cosine transform, two differences of
 * colours and the opacity in fewer, with the ratio of the sides, all in 12 to 25 bytes.
 *
 * @see <a href="https://evanw.github.io/thumbhash/">ThumbHash</a>
 */
public final class ThumbHash {
    private static final int MAX_WAVES = 7;
    private static final int MAX_WAVES_BESIDE_OPACITY = 5;
    private static final int COLOR_WAVES = 3;

    private ThumbHash() {}

    /** One property of all pixels, and the waves it is made of. */
    private record Channel(double mean, double largest, List<Double> waves) {

        /** Transforms {@code values}; the waves that matter least, of both high, are left out. */
        static Channel of(double[] values, Pixels pixels, int across, int down) {
            var mean = 0.0;
            var largest = 0.0;
            var waves = new ArrayList<Double>();
            for (var y = 0; y < down; y++) {
                for (var x = 0; x * down < across * (down - y); x++) {
                    var amplitude = amplitude(values, pixels, x, y);
                    if (x == 0 && y == 0) {
                        mean = amplitude;
                    } else {
                        waves.add(amplitude);
                        largest = Math.max(largest, Math.abs(amplitude));
                    }
                }
            }
            return new Channel(mean, largest, waves);
        }

        private static double amplitude(double[] values, Pixels pixels, int x, int y) {
            var sum = 0.0;
            for (var row = 0; row < pixels.height(); row++) {
                var ofRow = StrictMath.cos(Math.PI / pixels.height() * y * (row + 0.5));
                for (var column = 0; column < pixels.width(); column++) {
                    var ofColumn = StrictMath.cos(Math.PI / pixels.width() * x * (column + 0.5));
                    sum += values[row * pixels.width() + column] * ofColumn * ofRow;
                }
            }
            return sum / pixels.count();
        }
    }

    /** Of a picture. */
    public static byte[] of(Pixels pixels) {
        var average = average(pixels);
        var lightness = new double[pixels.count()];
        var yellowBlue = new double[pixels.count()];
        var redGreen = new double[pixels.count()];
        var opacity = new double[pixels.count()];
        for (var i = 0; i < pixels.count(); i++) {
            var opaque = pixels.opacity(i) / 255.0;
            var red = average[0] * (1 - opaque) + opaque / 255 * pixels.red(i);
            var green = average[1] * (1 - opaque) + opaque / 255 * pixels.green(i);
            var blue = average[2] * (1 - opaque) + opaque / 255 * pixels.blue(i);
            lightness[i] = (red + green + blue) / 3;
            yellowBlue[i] = (red + green) / 2 - blue;
            redGreen[i] = red - green;
            opacity[i] = opaque;
        }

        var hasAlpha = average[3] < pixels.count();
        var most = hasAlpha ? MAX_WAVES_BESIDE_OPACITY : MAX_WAVES;
        var across = waves(most, pixels.width(), pixels.size().edge());
        var down = waves(most, pixels.height(), pixels.size().edge());
        var channels = new ArrayList<Channel>();
        channels.add(Channel.of(lightness, pixels, Math.max(3, across), Math.max(3, down)));
        channels.add(Channel.of(yellowBlue, pixels, COLOR_WAVES, COLOR_WAVES));
        channels.add(Channel.of(redGreen, pixels, COLOR_WAVES, COLOR_WAVES));
        if (hasAlpha) {
            channels.add(
                    Channel.of(
                            opacity, pixels, MAX_WAVES_BESIDE_OPACITY, MAX_WAVES_BESIDE_OPACITY));
        }
        var landscape = pixels.width() > pixels.height();
        return written(channels, landscape ? down : across, landscape);
    }

    private static int waves(int most, int side, int longest) {
        return Math.max(1, round((double) (most * side) / longest));
    }

    /** Red, green and blue, weighed by opacity, and the sum of all opacities. */
    private static double[] average(Pixels pixels) {
        var sums = new double[4];
        for (var i = 0; i < pixels.count(); i++) {
            var opaque = pixels.opacity(i) / 255.0;
            sums[0] += opaque / 255 * pixels.red(i);
            sums[1] += opaque / 255 * pixels.green(i);
            sums[2] += opaque / 255 * pixels.blue(i);
            sums[3] += opaque;
        }
        for (var color = 0; sums[3] > 0 && color < 3; color++) {
            sums[color] /= sums[3];
        }
        return sums;
    }

    private static byte[] written(List<Channel> channels, int shorterWaves, boolean landscape) {
        var light = channels.get(0);
        var yellowBlue = channels.get(1);
        var redGreen = channels.get(2);
        var hasAlpha = channels.size() > 3;
        var head =
                round(63 * light.mean)
                        | round(31.5 + 31.5 * yellowBlue.mean) << 6
                        | round(31.5 + 31.5 * redGreen.mean) << 12
                        | round(31 * light.largest) << 18
                        | (hasAlpha ? 1 : 0) << 23;
        var more =
                shorterWaves
                        | round(63 * yellowBlue.largest) << 3
                        | round(63 * redGreen.largest) << 9
                        | (landscape ? 1 : 0) << 15;
        var out = new ByteArrayOutputStream();
        out.write(head);
        out.write(head >> 8);
        out.write(head >> 16);
        out.write(more);
        out.write(more >> 8);
        if (hasAlpha) {
            var opacity = channels.get(3);
            out.write(round(15 * opacity.mean) | round(15 * opacity.largest) << 4);
        }
        nibbles(channels, out);
        return out.toByteArray();
    }

    /** The waves of all channels, 0 to 15 each, two to a byte. */
    private static void nibbles(List<Channel> channels, ByteArrayOutputStream out) {
        var pending = -1;
        for (var channel : channels) {
            for (var wave : channel.waves) {
                var part = channel.largest > 0 ? 0.5 + 0.5 / channel.largest * wave : wave;
                var nibble = round(15 * part);
                if (pending < 0) {
                    pending = nibble;
                } else {
                    out.write(pending | nibble << 4);
                    pending = -1;
                }
            }
        }
        if (pending >= 0) {
            out.write(pending);
        }
    }

    private static int round(double value) {
        return (int) Math.round(value);
    }
}
