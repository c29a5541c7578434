package dev.lumiere.image.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThumbHashTest {

    /** What the published JavaScript program, version 0.1.1, makes of the same pixels. */
    @ParameterizedTest
    @CsvSource({
        "waves, 32, 24, HxgGhZKaM5oge1igl7d2dFB2BrbI",
        "fading, 32, 24, 30mGJIY3mVVVbMC2Bnc3klsPd4eIeIiIBw==",
        "slope, 32, 24, 3/cJPZqAh4dwiHiIiHiIiIBwCPh3",
        "waves, 24, 32, XxcGjRI6pIFZB4doiXtHh6B3Fkf4",
        "fading, 24, 32, H1mCLAYlLBW6BYqkDI5Xs6MPd4eHeIiICA==",
        "slope, 24, 32, 3wcKPRqAh3B4iIh4iHh4h4BwCPh3",
        "waves, 50, 50, 3wcGTwTtUoRWtGtmmHd1B5e4SHB4LaAN",
        "fading, 50, 50, XfiFLQQ66XBotGeXBgin1zfPUHd3iHh4hw==",
        "slope, 50, 50, 3wcKPxqAh4dwiHeIiHiHiId3CAiIgI8H",
        "waves, 100, 7, 3+cJMZBQx7J1eHd4cHX3tog=",
        "fading, 100, 7, YNiFGY4tgfiFeIfyhPe1hyBkd3iIeHg=",
        "slope, 100, 7, 3/cJOZ6Bh4eAh4eHgYAY+Hc="
    })
    void isWhatThePublishedProgramMakes(String picture, int width, int height, String hash) {
        var pixels =
                picture.equals("slope")
                        ? Vectors.slope(width, height)
                        : Vectors.waves(width, height, picture.equals("fading"));

        assertThat(Base64.getEncoder().encodeToString(ThumbHash.of(pixels))).isEqualTo(hash);
    }

    /** By the first three bytes: lightness and two differences, six bits each. */
    @Test
    void oneColorIsItsAverage() {
        var hash = ThumbHash.of(Vectors.flat(40, 30, 0xff85694d));
        var head = (hash[0] & 0xff) | (hash[1] & 0xff) << 8 | (hash[2] & 0xff) << 16;
        var light = (head & 63) / 63.0;
        var yellowBlue = (head >> 6 & 63) / 31.5 - 1;
        var redGreen = (head >> 12 & 63) / 31.5 - 1;
        var blue = light - yellowBlue * 2 / 3;
        var red = (3 * light - blue + redGreen) / 2;

        assertThat(255 * red).isBetween(0x85 - 8.0, 0x85 + 8.0);
        assertThat(255 * (red - redGreen)).isBetween(0x69 - 8.0, 0x69 + 8.0);
        assertThat(255 * blue).isBetween(0x4d - 8.0, 0x4d + 8.0);
    }

    @Test
    void whatIsAllTransparentHasAHashToo() {
        assertThat(ThumbHash.of(Vectors.flat(9, 9, 0))).hasSizeBetween(5, 25);
        assertThat(ThumbHash.of(Vectors.flat(1, 1, 0xffffffff))).hasSizeBetween(5, 25);
    }
}
