package dev.lumiere.image.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.fop.Parameter;
import dev.lumiere.service.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ColorTest {

    @ParameterizedTest
    @CsvSource({
        "red, 255, 0, 0, 255",
        "Orange, 255, 165, 0, 255",
        "gray, 126, 126, 126, 255",
        "none, 0, 0, 0, 0",
        "transparent, 0, 0, 0, 0",
        "#0a1B2c, 10, 27, 44, 255",
        "#0a1B2c80, 10, 27, 44, 128",
    })
    void isANameOrHexadecimal(String text, int red, int green, int blue, int alpha) {
        var parameter = new Parameter("fill", Base64Values.encode(text));
        assertThat(Color.parse(parameter)).isEqualTo(new Color(red, green, blue, alpha));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "redd", "#12345", "#1234567", "#12345g", "123456", "#１２３４５６"})
    void isNothingElse(String text) {
        var parameter = new Parameter("fill", Base64Values.encode(text));
        assertThatThrownBy(() -> Color.parse(parameter)).isInstanceOf(Problem.Refused.class);
    }
}
