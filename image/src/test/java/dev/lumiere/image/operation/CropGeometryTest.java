package dev.lumiere.image.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Box;
import dev.lumiere.image.picture.Size;
import dev.lumiere.service.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CropGeometryTest {

    @ParameterizedTest(name = "{1} of 640x427, {0}: {2}")
    @CsvSource({
        "NorthWest, !300x400a10a10, 300x400 at 10 10",
        "NorthWest, !300x400-10a10, 290x400 at 0 10",
        "NorthWest, !300x300a30-100, 300x200 at 30 0",
        "NorthWest, !300x300-30a100, 270x300 at 0 100",
        "NorthWest, !300x300-30-100, 270x200 at 0 0",
        "NorthWest, 300x400+10+10, 300x400 at 10 10",
        "NorthWest, 300x300-30+100, 270x300 at 0 100",
        "NorthWest, 300x, 300x427 at 0 0",
        "NorthWest, x200, 640x200 at 0 0",
        "NorthWest, 0x200, 640x200 at 0 0",
        "NorthWest, 0x0, 640x427 at 0 0",
        "NorthWest, 300x200, 300x200 at 0 0",
        "NorthWest, 9000x9000, 640x427 at 0 0",
        "NorthWest, !9000x9000a40a27, 600x400 at 40 27",
        "North, 300x200, 300x200 at 170 0",
        "NorthEast, 300x200, 300x200 at 340 0",
        "West, 300x200, 300x200 at 0 113",
        "Center, 300x200, 300x200 at 170 113",
        "East, 300x200, 300x200 at 340 113",
        "SouthWest, 300x200, 300x200 at 0 227",
        "South, 300x200, 300x200 at 170 227",
        "SouthEast, 300x200, 300x200 at 340 227",
        "center, !300x200a10a10, 300x200 at 180 123",
        "CENTER, !300x200-10-10, 300x200 at 160 103",
        "southeast, !300x200a10a20, 300x200 at 330 207",
        "SouthEast, !300x200-10-20, 290x180 at 350 247",
        "East, !300x200a10a0, 300x200 at 330 113",
    })
    void keepsThePartOfTheDocuments(String gravity, String geometry, String box) {
        var of = read(geometry).of(new Size(640, 427), gravity(gravity));

        assertThat(of.map(CropGeometryTest::text)).contains(box);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"!10x10a640a0", "!10x10a0a427", "!10x10-10a0", "!10x10a0-10", "1x1+99999+0"})
    void whatIsOutsideIsNothing(String geometry) {
        assertThat(read(geometry).of(new Size(640, 427), Gravity.NORTH_WEST)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "!x",
                "300",
                "300x300+10",
                "!300x300a10",
                "!a10a10",
                "10001x",
                "x10001",
                "300x300a10a10",
                "-1x10",
                "1x1+100000+0",
                "300x300++10+10",
                "300x300!",
                "1x1x1"
            })
    void refusesWhatIsNone(String geometry) {
        assertThatThrownBy(() -> read(geometry))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("bad argument: crop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "middle", "north_west", "North West"})
    void refusesAGravityThatIsNone(String gravity) {
        assertThatThrownBy(() -> gravity(gravity)).hasMessageContaining("bad argument: gravity");
    }

    private static CropGeometry read(String text) {
        return CropGeometry.read(new Parameter("crop", text));
    }

    private static Gravity gravity(String text) {
        return Gravity.parse(new Parameter("gravity", text));
    }

    private static String text(Box box) {
        return box.size() + " at " + box.left() + " " + box.top();
    }
}
