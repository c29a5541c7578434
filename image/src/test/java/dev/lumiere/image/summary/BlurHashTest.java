package dev.lumiere.image.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BlurHashTest {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

    /**
     * What the formulas of the published C program give for the same pixels. The one in TypeScript
     * differs where the largest amplitude is negative: it takes the largest that is positive.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            textBlock =
                    """
                    waves 32 24 4 3 L+Ho5*77Wts#VLRVwhR.Q?tMX7oL
                    waves 32 24 1 1 00Ho5*
                    waves 32 24 3 4 T+Ho5*77WtVLRVwhQ?tMX7pFWFe=
                    waves 32 24 1 3 IWHo5*L=M6
                    waves 24 32 4 3 LyGIZ:BaoDfyJ7r{jeavh-jGflf9
                    waves 50 50 4 3 LaG+XYxNFkBMNeRQAw#@n8S1sm#:
                    waves 100 7 4 3 LmGb;rQLKcR?#taiX5aierbtahkA
                    waves 100 7 3 4 TmGb;rQLKc#taiX5erbtah%Ma6X5
                    slope 32 24 4 3 L$HewF2swxX8l}WDjte;gJfjfQfj
                    slope 24 32 3 4 T$HoEv2swxl}WDjtgJfjfQnmWpjt
                    slope 50 50 4 3 L$Het82r$5Szl|azjtf7gcfjfQfj
                    slope 32 24 9 9 |$HewF2swxX8a|ofWpofWpl}WDjte;fQe;fQe;fQgJfjfQfjfQfjfQfjfQn,WpjtfQfQfQfQfQfQe;fQfQfQfQfQfQfQfQofWpjtfQfQfQfQfQfQeqfQfQfQfQfQfQfQfQoyWpjtfQfQfQfQfQfQeqfQfQfQfQfQfQfQfQ
                    """)
    void isWhatThePublishedProgramMakes(
            String picture, int width, int height, int across, int down, String hash) {
        var pixels =
                picture.equals("waves")
                        ? Vectors.waves(width, height, false)
                        : Vectors.slope(width, height);

        assertThat(new BlurHash(across, down).of(pixels)).isEqualTo(hash);
    }

    @Test
    void oneColorIsItsAverage() {
        var hash = new BlurHash(4, 3).of(Vectors.flat(10, 10, 0xff85694d));

        assertThat(number(hash.substring(2, 6))).isEqualTo(0x85694d);
    }

    @Test
    void whatIsTransparentShowsWhite() {
        var hash = new BlurHash(1, 1).of(Vectors.flat(10, 10, 0x00123456));

        assertThat(number(hash.substring(2, 6))).isEqualTo(0xffffff);
    }

    @Test
    void lengthFollowsTheNumberOfWaves() {
        for (var across = 1; across <= 9; across++) {
            for (var down = 1; down <= 9; down++) {
                var hash = new BlurHash(across, down).of(Vectors.slope(12, 9));
                assertThat(hash).hasSize(4 + 2 * across * down);
                assertThat(number(hash.substring(0, 1))).isEqualTo(across - 1 + 9 * (down - 1));
            }
        }
        assertThatThrownBy(() -> new BlurHash(10, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlurHash(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static int number(String digits) {
        return digits.chars().reduce(0, (sum, digit) -> sum * 83 + DIGITS.indexOf(digit));
    }
}
