package dev.lumiere.image.summary;

import java.util.Arrays;

/**
 * BlurHash: the first few waves of a picture's discrete cosine transform as 20 to 170 characters
 * that any JSON, HTML or shell takes. What is transparent is laid over white.
 *
 * @param across number of waves from left to right, 1 to 9
 * @param down number of waves from top to bottom, 1 to 9
 * @see <a href="https://github.com/woltapp/blurhash/blob/master/Algorithm.md">Algorithm</a>
 */
public record BlurHash(int across, int down) {
    public static final int MAX_WAVES = 9;

    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

    /** The largest amplitude is told in steps of 1/166, the others as parts of it. */
    private static final int AMPLITUDE_STEPS = 166;

    private static final double[] LINEAR = linear();

    public BlurHash {
        if (across < 1 || across > MAX_WAVES || down < 1 || down > MAX_WAVES) {
            throw new IllegalArgumentException("waves not in 1..9: " + across + "x" + down);
        }
    }

    /** Of a picture. */
    public String of(Pixels pixels) {
        var waves = waves(pixels);
        var text = new StringBuilder();
        append(text, across - 1 + (down - 1) * MAX_WAVES, 1);

        var largest = 0.0;
        for (var wave = 1; wave < waves.length; wave++) {
            largest = Math.max(largest, Arrays.stream(waves[wave]).map(Math::abs).max().orElse(0));
        }
        var steps = Math.clamp((int) Math.floor(largest * AMPLITUDE_STEPS - 0.5), 0, 82);
        append(text, waves.length == 1 ? 0 : steps, 1);

        var average = waves[0];
        append(text, srgb(average[0]) << 16 | srgb(average[1]) << 8 | srgb(average[2]), 4);

        var scale = (steps + 1.0) / AMPLITUDE_STEPS;
        for (var wave = 1; wave < waves.length; wave++) {
            var value = 0;
            for (var amplitude : waves[wave]) {
                value = value * 19 + quantized(amplitude / scale);
            }
            append(text, value, 2);
        }
        return text.toString();
    }

    /** Red, green and blue amplitudes in linear light, by rows. */
    private double[][] waves(Pixels pixels) {
        var colors = linearColors(pixels);
        var waves = new double[across * down][3];
        for (var y = 0; y < down; y++) {
            for (var x = 0; x < across; x++) {
                var wave = waves[y * across + x];
                for (var pixel = 0; pixel < pixels.count(); pixel++) {
                    var column = pixel % pixels.width();
                    var row = pixel / pixels.width();
                    var basis =
                            StrictMath.cos(Math.PI * x * column / pixels.width())
                                    * StrictMath.cos(Math.PI * y * row / pixels.height());
                    for (var color = 0; color < 3; color++) {
                        wave[color] += basis * colors[3 * pixel + color];
                    }
                }
                var norm = (x == 0 && y == 0 ? 1.0 : 2.0) / pixels.count();
                for (var color = 0; color < 3; color++) {
                    wave[color] *= norm;
                }
            }
        }
        return waves;
    }

    private static double[] linearColors(Pixels pixels) {
        var colors = new double[3 * pixels.count()];
        for (var pixel = 0; pixel < pixels.count(); pixel++) {
            var opacity = pixels.opacity(pixel);
            colors[3 * pixel] = LINEAR[overWhite(pixels.red(pixel), opacity)];
            colors[3 * pixel + 1] = LINEAR[overWhite(pixels.green(pixel), opacity)];
            colors[3 * pixel + 2] = LINEAR[overWhite(pixels.blue(pixel), opacity)];
        }
        return colors;
    }

    private static int overWhite(int color, int opacity) {
        return (color * opacity + 255 * (255 - opacity) + 127) / 255;
    }

    /** Square root with sign, 0 to 18 with 9 for zero: small amplitudes get finer steps. */
    private static int quantized(double part) {
        var root = Math.copySign(Math.sqrt(Math.abs(part)), part);
        return Math.clamp((int) Math.floor(root * 9 + 9.5), 0, 18);
    }

    private static int srgb(double linear) {
        var light = Math.clamp(linear, 0, 1);
        var value =
                light <= 0.003_130_8
                        ? light * 12.92
                        : 1.055 * StrictMath.pow(light, 1 / 2.4) - 0.055;
        return (int) (value * 255 + 0.5);
    }

    private static double[] linear() {
        var table = new double[256];
        for (var i = 0; i < table.length; i++) {
            var value = i / 255.0;
            table[i] =
                    value <= 0.040_45
                            ? value / 12.92
                            : StrictMath.pow((value + 0.055) / 1.055, 2.4);
        }
        return table;
    }

    private static void append(StringBuilder text, int value, int digits) {
        var at = text.length();
        for (var digit = 0; digit < digits; digit++) {
            text.insert(at, DIGITS.charAt(value % DIGITS.length()));
            value /= DIGITS.length();
        }
    }
}
