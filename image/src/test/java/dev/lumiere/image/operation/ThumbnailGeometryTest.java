package dev.lumiere.image.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Size;
import dev.lumiere.service.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ThumbnailGeometryTest {

    @ParameterizedTest(name = "{0} of 640x427 is {1}")
    @CsvSource({
        "!75p, 480x320",
        "!20p, 128x85",
        "75%, 480x320",
        "!200p, 1280x854",
        "!75px, 480x427",
        "75%x, 480x427",
        "!x75p, 640x320",
        "x75%, 640x320",
        "700x, 700x467",
        "!700x, 700x467",
        "700, 700x467",
        "x467, 700x467",
        "x1, 1x1",
        "300x300, 300x200",
        "!300x300, 300x200",
        "700x600, 700x467",
        "!200x200r, 300x200",
        "200x200^, 300x200",
        "200x300!, 200x300",
        "!200x300!, 200x300",
        "200x!, 200x427",
        "200x300>, 200x133",
        "700x600>, 640x427",
        "700x200>, 300x200",
        "700x600<, 700x467",
        "600x600<, 640x427",
        "700x400<, 640x427",
        "350000@, 724x483",
        "273280@, 640x427",
        "1000@, 38x25",
        "24999999@, 6121x4084",
        "25000000@, 640x427",
        "100000000@, 640x427",
    })
    void givesTheSizeOfTheDocuments(String geometry, String size) {
        assertThat(read(geometry, false).of(new Size(640, 427))).hasToString(size);
    }

    @ParameterizedTest
    @CsvSource({"!75p, 480x320", "!75px, 480x320", "!x75p, 480x320", "300x300, 300x200"})
    void inTheOlderOperationPercentOfOneSideAreOfBoth(String geometry, String size) {
        assertThat(read(geometry, true).of(new Size(640, 427))).hasToString(size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "!",
                "x",
                "!x",
                "0x",
                "x0",
                "0x0",
                "0p",
                "!0p",
                "10001x",
                "x10001",
                "!10001p",
                "75p",
                "300x300r",
                "-1x",
                "300x-1",
                "3.5x",
                "0@",
                "100000001@",
                "@",
                "%",
                "!p",
                "300x300^>",
                "300x300+1+1",
                "300X300",
                "99999999999x",
                "100000x100000",
                "!!3x3",
            })
    void refusesWhatIsNone(String geometry) {
        assertThatThrownBy(() -> read(geometry, false))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("bad argument: thumbnail");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 99, 100, 12_345, 999_999, 24_999_999})
    void neverHasMorePixelsThanTheAreaAsked(int area) {
        for (var from : new Size[] {new Size(1, 30_000), new Size(640, 427), new Size(7, 5)}) {
            assertThat(read(area + "@", false).of(from).pixels()).isLessThanOrEqualTo(area);
        }
    }

    @Test
    void overflowsNowhere() {
        var size = read("10000x", false).of(new Size(1, 30_000));

        assertThat(size).hasToString("10000x300000000");
        assertThat(read("!10000p", false).of(new Size(30_000, 5000)).pixels())
                .isEqualTo(3_000_000L * 500_000);
    }

    private static ThumbnailGeometry read(String text, boolean older) {
        return ThumbnailGeometry.read(new Parameter("thumbnail", text), older);
    }
}
