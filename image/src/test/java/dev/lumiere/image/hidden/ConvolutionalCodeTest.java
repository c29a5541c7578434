package dev.lumiere.image.hidden;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ConvolutionalCodeTest {
    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void theFirstBitShowsTheGenerators() {
        var coded = ConvolutionalCode.encode(new boolean[] {true});

        // 1111001 and 1011011, taken in turns.
        assertThat(coded)
                .containsExactly(
                        true, true, true, false, true, true, true, true, false, false, false, true,
                        true, true);
    }

    @Test
    void whatIsSentIsReceived() {
        for (var length = 1; length < 150; length += 7) {
            var bits = bits(length);
            assertThat(ConvolutionalCode.decode(signs(bits, 0))).isEqualTo(bits);
        }
    }

    @Test
    void bitsThatAreWrongOrLostAreCorrected() {
        for (var round = 0; round < 50; round++) {
            var bits = bits(118);
            assertThat(ConvolutionalCode.decode(signs(bits, 0.02))).isEqualTo(bits);
        }
        var bits = bits(118);
        var signs = signs(bits, 0);
        for (var i = 0; i < signs.length; i += 4) {
            signs[i] = 0;
        }
        assertThat(ConvolutionalCode.decode(signs)).isEqualTo(bits);
    }

    private boolean[] bits(int length) {
        var bits = new boolean[length];
        for (var i = 0; i < length; i++) {
            bits[i] = random.nextBoolean();
        }
        return bits;
    }

    private float[] signs(boolean[] bits, double wrong) {
        var coded = ConvolutionalCode.encode(bits);
        var signs = new float[coded.length];
        for (var i = 0; i < signs.length; i++) {
            signs[i] = coded[i] != (random.nextDouble() < wrong) ? -1 : 1;
        }
        return signs;
    }
}
