package dev.lumiere.image.picture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How like two grey pictures look: structural similarity, the mean over windows of 8×8 pixels that
 * overlap by half.
 *
 * @see <a href="https://doi.org/10.1109/TIP.2003.819861">Wang, Bovik, Sheikh, Simoncelli, Image
 *     quality assessment: from error visibility to structural similarity (2004)</a>
 */
final class Ssim {
    static final int WINDOW = 8;

    private static final int STEP = WINDOW / 2;
    private static final int PIXELS = WINDOW * WINDOW;
    private static final double C1 = 6.5025; // (0.01 · 255)²
    private static final double C2 = 58.5225; // (0.03 · 255)²

    private final MemorySegment one;
    private final MemorySegment other;
    private final int width;

    private Ssim(MemorySegment one, MemorySegment other, int width) {
        this.one = one;
        this.other = other;
        this.width = width;
    }

    /**
     * Compares.
     *
     * @param one rows of one byte a pixel
     * @param other as many
     * @param width at least {@value #WINDOW}, as is the height
     * @return 1 if they are the same, mostly over 0
     */
    static double of(MemorySegment one, MemorySegment other, int width) {
        var height = Math.toIntExact(one.byteSize() / width);
        if (one.byteSize() != other.byteSize() || width < WINDOW || height < WINDOW) {
            throw new IllegalArgumentException(
                    "not to be compared: %d and %d bytes, %d wide"
                            .formatted(one.byteSize(), other.byteSize(), width));
        }
        var pictures = new Ssim(one, other, width);
        var sum = 0.0;
        var windows = 0L;
        for (var y = 0; y + WINDOW <= height; y += STEP) {
            for (var x = 0; x + WINDOW <= width; x += STEP) {
                sum += pictures.window(x, y);
                windows++;
            }
        }
        return sum / windows;
    }

    private double window(int left, int top) {
        var a = 0;
        var b = 0;
        var aa = 0;
        var bb = 0;
        var ab = 0;
        for (var y = top; y < top + WINDOW; y++) {
            var at = (long) y * width + left;
            for (var x = 0; x < WINDOW; x++) {
                var p = one.get(ValueLayout.JAVA_BYTE, at + x) & 0xff;
                var q = other.get(ValueLayout.JAVA_BYTE, at + x) & 0xff;
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
        return (2 * meanA * meanB + C1)
                * (2 * covariance + C2)
                / ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2));
    }
}
