package dev.lumiere.image.hidden;

import java.util.SplittableRandom;

/**
 * Bits in the luminance of a picture, too weak to be seen, found again without the picture as it
 * was.
 *
 * <p>The picture is looked at on a square {@link Canvas}, so that scaling, even to another ratio,
 * does no harm. Of each block of 8 × 8 there, four coefficients of its discrete cosine transform
 * between the low ones, that are seen, and the high ones, that JPEG drops, are moved to the nearest
 * point of one of two lattices, one for zeroes and one for ones, shifted by a dither that only who
 * knows the seed knows: quantization index modulation [1]. Reading gives for each how near it is to
 * which lattice; what was hidden many times is added up.
 *
 * <p>Stretching the changes over the picture, rounding and the ends of the scale (there is nothing
 * lighter than white) let some of them get lost, so it is looked at what arrived, and done again.
 *
 * <p>Cropping and turning are not withstood.
 *
 * <p>[1] B. Chen, G. W. Wornell: Quantization index modulation. IEEE Transactions on Information
 * Theory 47(4), 2001. The choice of middle frequencies follows E. Koch, J. Zhao: Towards robust and
 * hidden image copyright labeling. IEEE Workshop on Nonlinear Signal and Image Processing, 1995.
 *
 * @see <a href="https://doi.org/10.1109/18.923725">Chen and Wornell (2001)</a>
 */
public final class HiddenBits {
    private static final int BLOCK = 8;
    private static final int[][] COEFFICIENTS = {{1, 2}, {2, 1}, {0, 3}, {3, 0}};
    private static final float[][] BASES = bases();

    private static final int ROUNDS = 4;
    private static final long SEED = 0x6c756d69657265L;

    private final int edge;
    private final double step;
    private final int blocksAcross;
    private final float[] dither;

    /**
     * Where they are.
     *
     * @param edge of the canvas, a multiple of 8 and not larger than the picture by much
     * @param step between the points of a lattice: the further apart, the more they withstand, and
     *     the more they are seen
     */
    public HiddenBits(int edge, double step) {
        this.edge = edge;
        this.step = step;
        this.blocksAcross = edge / BLOCK;
        this.dither = new float[places()];
        var random = new SplittableRandom(SEED + edge);
        for (var place = 0; place < dither.length; place++) {
            dither[place] = (float) (random.nextDouble() * step);
        }
    }

    /** How many bits there is room for; those of one block follow each other. */
    public int places() {
        return blocksAcross * blocksAcross * COEFFICIENTS.length;
    }

    /** How many places of each block follow each other. */
    public static int placesInBlock() {
        return COEFFICIENTS.length;
    }

    /**
     * Hides bits, changing the pixels.
     *
     * @param bits one for each place
     */
    public void write(Pixels pixels, boolean[] bits) {
        if (bits.length != places()) {
            throw new IllegalArgumentException(bits.length + " bits for " + places() + " places");
        }
        var canvas = new Canvas(edge, pixels);
        var change = new float[edge * edge];
        for (var round = 0; round < ROUNDS; round++) {
            var square = round == 0 ? canvas.read() : canvas.readAfter(change);
            for (var place = 0; place < bits.length; place++) {
                var is = coefficient(square, place);
                var offset = dither[place] + (bits[place] ? step / 2 : 0);
                var wanted = step * Math.round((is - offset) / step) + offset;
                add(change, place, (float) (wanted - is));
            }
        }
        canvas.write(change);
    }

    /** What is in each place: from 1, surely a zero, to -1, surely a one. */
    public float[] read(Pixels pixels) {
        var square = new Canvas(edge, pixels).read();
        var signs = new float[places()];
        for (var place = 0; place < signs.length; place++) {
            var phase = (coefficient(square, place) - dither[place]) / step;
            signs[place] = (float) Math.cos(2 * Math.PI * phase);
        }
        return signs;
    }

    private float coefficient(float[] square, int place) {
        var basis = BASES[place % COEFFICIENTS.length];
        var from = corner(place);
        var sum = 0f;
        for (var y = 0; y < BLOCK; y++) {
            for (var x = 0; x < BLOCK; x++) {
                sum += basis[y * BLOCK + x] * square[from + y * edge + x];
            }
        }
        return sum;
    }

    private void add(float[] square, int place, float amount) {
        var basis = BASES[place % COEFFICIENTS.length];
        var from = corner(place);
        for (var y = 0; y < BLOCK; y++) {
            for (var x = 0; x < BLOCK; x++) {
                square[from + y * edge + x] += basis[y * BLOCK + x] * amount;
            }
        }
    }

    private int corner(int place) {
        var block = place / COEFFICIENTS.length;
        return block / blocksAcross * BLOCK * edge + block % blocksAcross * BLOCK;
    }

    /** Orthonormal, of type II. */
    private static float[][] bases() {
        var bases = new float[COEFFICIENTS.length][BLOCK * BLOCK];
        for (var i = 0; i < COEFFICIENTS.length; i++) {
            for (var y = 0; y < BLOCK; y++) {
                for (var x = 0; x < BLOCK; x++) {
                    bases[i][y * BLOCK + x] =
                            (float) (wave(COEFFICIENTS[i][0], y) * wave(COEFFICIENTS[i][1], x));
                }
            }
        }
        return bases;
    }

    private static double wave(int frequency, int at) {
        return Math.sqrt((frequency == 0 ? 1.0 : 2.0) / BLOCK)
                * Math.cos((2 * at + 1) * frequency * Math.PI / (2 * BLOCK));
    }
}
