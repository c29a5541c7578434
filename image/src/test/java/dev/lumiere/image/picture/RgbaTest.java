package dev.lumiere.image.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Parameter;
import dev.lumiere.service.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RgbaTest {

    @ParameterizedTest
    @CsvSource({
        "transparent, 0, 0, 0, 0",
        "none, 0, 0, 0, 0",
        "white, 255, 255, 255, 255",
        "black, 0, 0, 0, 255",
        "Red, 255, 0, 0, 255",
        "orange, 255, 165, 0, 255",
        "green, 0, 128, 0, 255",
        "gray, 126, 126, 126, 255",
        "pink, 255, 192, 203, 255",
        "#800080, 128, 0, 128, 255",
        "#FfC0cB, 255, 192, 203, 255",
        "#10203040, 16, 32, 48, 64",
    })
    void hasANameOrHexDigits(String text, int red, int green, int blue, int alpha) {
        assertThat(Rgba.of(text)).contains(new Rgba(red, green, blue, alpha));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "cyan", "#fff", "#12345", "#1234567", "#12345g", "ff0000", "#-12345"})
    void nothingElseIsAColour(String text) {
        assertThat(Rgba.of(text)).isEmpty();
    }

    @Test
    void travelsInBase64() {
        assertThat(Rgba.read(new Parameter("background", "cmVk")))
                .hasToString("Rgba[red=255, green=0, blue=0, alpha=255]");
        assertThat(Rgba.read(new Parameter("background", "b3Jhbmdl")).green()).isEqualTo(165);
        assertThatThrownBy(() -> Rgba.read(new Parameter("background", "red")))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("bad argument: background");
    }

    @Test
    void mixesWithWhite() {
        assertThat(new Rgba(0, 100, 255, 0).overWhite()).isEqualTo(Rgba.WHITE);
        assertThat(new Rgba(0, 100, 255, 255).overWhite()).isEqualTo(new Rgba(0, 100, 255, 255));
        assertThat(new Rgba(0, 0, 0, 128).overWhite()).isEqualTo(new Rgba(127, 127, 127, 255));
    }
}
