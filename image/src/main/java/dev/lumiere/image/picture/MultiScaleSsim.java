package dev.lumiere.image.picture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How like two grey pictures look: multi-scale structural similarity, over windows of 8×8 pixels
 * that overlap by half, of the pictures as they are and at a half, a quarter, an eighth and a
 * sixteenth of their size, as far as there are windows. Noise that only shows close by counts
 * little.
 *
 * @see <a href="https://doi.org/10.1109/ACSSC.2003.1292216">Wang, Simoncelli, Bovik, Multiscale
 *     structural similarity for image quality assessment (2003)</a>
 */
final class MultiScaleSsim {
    /** A picture has at least as many pixels on each side. */
    static final int WINDOW = 8;

    private static final int STEP = WINDOW / 2;
    private static final int PIXELS = WINDOW * WINDOW;
    private static final double C1 = 6.5025; // (0.01 · 255)²
    private static final double C2 = 58.5225; // (0.03 · 255)²

    /** What each scale counts, the finest first: the paper's. */
    private static final double[] WEIGHTS = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

    private final Plane one;
    private final Plane other;
    private double light;
    private double structure;

    /** Rows of grey levels, 0 to 255. */
    private static final class Plane {
        private final byte[] levels;
        private final int width;
        private final int height;

        private Plane(byte[] levels, int width, int height) {
            this.levels = levels;
            this.width = width;
            this.height = height;
        }

        int level(int x, int y) {
            return levels[y * width + x] & 0xff;
        }

        Plane halved() {
            var halved = new Plane(new byte[(width / 2) * (height / 2)], width / 2, height / 2);
            for (var y = 0; y < halved.height; y++) {
                for (var x = 0; x < halved.width; x++) {
                    var sum =
                            level(2 * x, 2 * y)
                                    + level(2 * x + 1, 2 * y)
                                    + level(2 * x, 2 * y + 1)
                                    + level(2 * x + 1, 2 * y + 1);
                    halved.levels[y * halved.width + x] = (byte) ((sum + 2) / 4);
                }
            }
            return halved;
        }

        boolean hasWindow() {
            return width >= WINDOW && height >= WINDOW;
        }
    }

    private MultiScaleSsim(Plane one, Plane other) {
        this.one = one;
        this.other = other;
    }

    /**
     * Compares.
     *
     * @param one rows of one byte a pixel
     * @param other as many
     * @param width of a row
     * @return 1 if they are the same, else less, at least 0
     * @throws IllegalArgumentException if they differ in size, or are smaller than a window
     */
    static double of(MemorySegment one, MemorySegment other, int width) {
        var a = plane(one, width);
        var b = plane(other, width);
        if (!a.hasWindow() || a.levels.length != b.levels.length) {
            throw new IllegalArgumentException(
                    "not to be compared: %d and %d bytes, %d wide"
                            .formatted(one.byteSize(), other.byteSize(), width));
        }
        var product = 1.0;
        var weights = 0.0;
        for (var scale = 0; scale < WEIGHTS.length; scale++) {
            var compared = new MultiScaleSsim(a, b);
            compared.compare();
            a = a.halved();
            b = b.halved();
            var isLast = scale == WEIGHTS.length - 1 || !a.hasWindow();
            var similar = isLast ? compared.structure * compared.light : compared.structure;
            product *= Math.pow(Math.max(0, similar), WEIGHTS[scale]);
            weights += WEIGHTS[scale];
            if (isLast) {
                break;
            }
        }
        return Math.pow(product, 1 / weights);
    }

    private static Plane plane(MemorySegment pixels, int width) {
        var levels = pixels.toArray(ValueLayout.JAVA_BYTE);
        return new Plane(levels, width, levels.length / width);
    }

    private void compare() {
        var windows = 0L;
        for (var y = 0; y + WINDOW <= one.height; y += STEP) {
            for (var x = 0; x + WINDOW <= one.width; x += STEP) {
                compareWindow(x, y);
                windows++;
            }
        }
        light /= windows;
        structure /= windows;
    }

    private void compareWindow(int left, int top) {
        var a = 0;
        var b = 0;
        var aa = 0;
        var bb = 0;
        var ab = 0;
        for (var y = top; y < top + WINDOW; y++) {
            for (var x = left; x < left + WINDOW; x++) {
                var p = one.level(x, y);
                var q = other.level(x, y);
                a += p;
                b += q;
                aa += p * p;
                bb += q * q;
                ab += p * q;
            }
        }
        var meanA = (double) a / PIXELS;
        var meanB = (double) b / PIXELS;
        var varianceA = (double) aa / PIXELS - meanA * meanA;
        var varianceB = (double) bb / PIXELS - meanB * meanB;
        var covariance = (double) ab / PIXELS - meanA * meanB;
        light += (2 * meanA * meanB + C1) / (meanA * meanA + meanB * meanB + C1);
        structure += (2 * covariance + C2) / (varianceA + varianceB + C2);
    }
}
