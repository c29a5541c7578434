package dev.lumiere.image.hidden;

import java.util.Arrays;

/**
 * The convolutional code of rate 1/2 and constraint length 7 with the generators 171 and 133, and
 * its decoder for uncertain bits.
 *
 * @see <a href="https://doi.org/10.1109/TIT.1967.1054010">Viterbi (1967)</a>
 * @see <a href="https://public.ccsds.org/Pubs/131x0b5.pdf">CCSDS 131.0-B, section 3, where the
 *     second output is inverted</a>
 */
final class ConvolutionalCode {
    private static final int MEMORY = 6;
    private static final int STATES = 1 << MEMORY;

    /** The highest bit is for the latest; here that is the lowest. */
    private static final int FIRST = Integer.reverse(0171) >>> (31 - MEMORY);

    private static final int SECOND = Integer.reverse(0133) >>> (31 - MEMORY);

    private ConvolutionalCode() {}

    static int codedLength(int length) {
        return 2 * (length + MEMORY);
    }

    /** Followed by zeroes until nothing of the last bit is left in memory. */
    static boolean[] encode(boolean[] bits) {
        var coded = new boolean[codedLength(bits.length)];
        var register = 0;
        for (var i = 0; i < bits.length + MEMORY; i++) {
            var bit = i < bits.length && bits[i] ? 1 : 0;
            register = (register << 1 | bit) & (2 * STATES - 1);
            coded[2 * i] = isOdd(register & FIRST);
            coded[2 * i + 1] = isOdd(register & SECOND);
        }
        return coded;
    }

    /**
     * The bits that most likely were sent.
     *
     * @param signs above 0 for a zero, below for a one, further for more certain
     */
    static boolean[] decode(float[] signs) {
        var steps = signs.length / 2;
        var likelihood = new double[STATES];
        Arrays.fill(likelihood, Double.NEGATIVE_INFINITY);
        likelihood[0] = 0;
        var oldest = new boolean[steps][STATES];
        for (var step = 0; step < steps; step++) {
            var next = new double[STATES];
            for (var state = 0; state < STATES; state++) {
                // A state is the last six bits; what was before them is the one unknown.
                var zero = reached(likelihood, state, signs, step);
                var one = reached(likelihood, state | STATES, signs, step);
                oldest[step][state] = one > zero;
                next[state] = Math.max(zero, one);
            }
            likelihood = next;
        }
        var bits = new boolean[steps - MEMORY];
        var state = 0;
        for (var step = steps - 1; step >= 0; step--) {
            if (step < bits.length) {
                bits[step] = (state & 1) == 1;
            }
            state = state >> 1 | (oldest[step][state] ? STATES >> 1 : 0);
        }
        return bits;
    }

    private static double reached(double[] likelihood, int register, float[] signs, int step) {
        var first = signs[2 * step];
        var second = signs[2 * step + 1];
        return likelihood[register >> 1]
                + (isOdd(register & FIRST) ? -first : first)
                + (isOdd(register & SECOND) ? -second : second);
    }

    private static boolean isOdd(int bits) {
        return Integer.bitCount(bits) % 2 == 1;
    }
}
