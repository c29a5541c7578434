package dev.lumiere.image.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Size;
import dev.lumiere.service.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExtentGeometryTest {

    @ParameterizedTest(name = "{0} over 640x427: {1}")
    @CsvSource({
        "642x429, 642x429 at -1 -1",
        "!642x429, 642x429 at -1 -1",
        "641x428, 641x428 at -1 -1",
        "640x427, 640x427 at 0 0",
        "100x100, 100x100 at 270 163",
        "!700x500a10a20, 700x500 at 10 20",
        "!700x500-10-20, 700x500 at -10 -20",
        "!700x500-10a20, 700x500 at -10 20",
        "!700x500a10-20, 700x500 at 10 -20",
        "700x500+10-20, 700x500 at 10 -20",
        "!-3a0, 640x427 at -3 0",
        "!a3-0, 640x427 at 3 0",
        "!a0-3, 640x427 at 0 -3",
        "!-0a3, 640x427 at 0 3",
    })
    void isTheWindowOfTheDocuments(String geometry, String box) {
        var window = read(geometry).of(new Size(640, 427)).orElseThrow();

        assertThat(window.size() + " at " + window.left() + " " + window.top()).isEqualTo(box);
    }

    @ParameterizedTest
    @ValueSource(strings = {"!a640a0", "!a0a427", "!-640a0", "!10x10-10-0", "!10x10a0a427"})
    void aWindowThatShowsNothingIsNone(String geometry) {
        assertThat(read(geometry).of(new Size(640, 427))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "!", "0x10", "10x0", "10x", "x10", "10", "10001x1", "!a3", "a3a3", "!3"})
    void refusesWhatIsNone(String geometry) {
        assertThatThrownBy(() -> read(geometry))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("bad argument: extent");
    }

    private static ExtentGeometry read(String text) {
        return ExtentGeometry.read(new Parameter("extent", text));
    }
}
