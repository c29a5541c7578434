package dev.lumiere.fop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lumiere.service.Problem;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private static final Parameters.Shape SHAPE =
            Parameters.Shape.of("mode").names("w", "h", "format", "text", "ws").flags("strip");

    @Test
    void positionalArgumentsComeFirstThenPairsAndFlags() {
        var parameters = read("1", "w", "200", "strip", "format", "webp", "w", "300");

        assertThat(parameters.require("mode").integer(0, 5)).isEqualTo(1);
        assertThat(parameters.require("w").integer(1, 9999)).isEqualTo(300);
        assertThat(parameters.require("format").oneOf(List.of("jpg", "webp"))).isEqualTo("webp");
        assertThat(parameters.has("strip")).isTrue();
        assertThat(parameters.find("h")).isEmpty();
        assertThat(parameters.inOrder())
                .extracting(Parameter::name)
                .containsExactly("mode", "w", "strip", "format", "w");
    }

    @Test
    void aFlagMaySayOne() {
        assertThat(read("0", "strip", "1", "w", "5").require("w").integer(1, 9)).isEqualTo(5);
    }

    @Test
    void theArgumentAtFaultIsNamed() {
        assertThat(error(() -> read())).isEqualTo("bad argument: mode");
        assertThat(error(() -> read("1", "w"))).isEqualTo("bad argument: w");
        assertThat(error(() -> read("1", "W", "200"))).isEqualTo("bad argument: W");
        assertThat(error(() -> read("1", "w", "200", "h"))).isEqualTo("bad argument: h");
        assertThat(error(() -> read("1", "w".repeat(100), "2")))
                .isEqualTo("bad argument: " + "w".repeat(64) + "…");
        assertThat(error(() -> read("1").require("w"))).isEqualTo("bad argument: w");
    }

    @Test
    void numbersAreDigitsWithinBounds() {
        for (var wrong :
                List.of("0", "-1", "999999", "1e9", "+5", "0x10", "1.0", " 1", "１", "9999999999")) {
            assertThat(error(() -> value("w", wrong).integer(1, 9999)))
                    .isEqualTo("bad argument: w");
        }
        assertThat(value("w", "0200").integer(1, 9999)).isEqualTo(200);
        assertThat(value("w", "-180").integer(-180, 180)).isEqualTo(-180);
    }

    @Test
    void decimalsAreDigitsAndAPoint() {
        for (var wrong :
                List.of("NaN", "1e1", ".5", "5.", "1.1", "-0.1", "Infinity", "0x1p3", "1f")) {
            assertThat(error(() -> value("ws", wrong).decimal(0, 1))).isEqualTo("bad argument: ws");
        }
        assertThat(value("ws", "0.25").decimal(0, 1)).isEqualTo(0.25);
        assertThat(value("ws", "1").decimal(0, 1)).isEqualTo(1);
    }

    @Test
    void textIsBase64InEitherAlphabetPaddedOrNot() {
        for (var form : List.of("d2hpdGU=", "d2hpdGU")) {
            assertThat(value("text", form).text()).isEqualTo("white");
        }
        assertThat(value("text", "5LiD54mb").text()).isEqualTo("七牛");
        assertThat(value("text", "-_-_").bytes()).isEqualTo(value("text", "+/+/").bytes());
        for (var wrong : List.of("d2hpdGU==x", "d", "d2hpdGU===", "a b", "é")) {
            assertThat(error(() -> value("text", wrong).bytes())).isEqualTo("bad argument: text");
        }
        assertThat(error(() -> value("text", "_w").text())).isEqualTo("bad argument: text");
        assertThat(Base64Values.decodeText(Base64Values.encode("a/b?水"))).contains("a/b?水");
    }

    private static Parameters read(String... arguments) {
        return Parameters.read(new Stage("x", List.of(arguments)), SHAPE);
    }

    private static Parameter value(String name, String value) {
        return read("1", name, value).require(name);
    }

    private static String error(ThrowingCallable call) {
        var refused = catchThrowableOfType(Problem.Refused.class, call);
        assertThat(refused.problem().status()).isEqualTo(400);
        return refused.problem().error();
    }
}
