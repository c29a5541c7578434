package dev.lumiere.image.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Parameter;
import dev.lumiere.image.picture.Box;
import dev.lumiere.image.picture.Size;
import dev.lumiere.service.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GravityTest {

    @ParameterizedTest
    @CsvSource({
        "NorthWest, 3, 4",
        "North, 38, 4",
        "NorthEast, 67, 4",
        "West, 3, 24",
        "Center, 38, 24",
        "East, 67, 24",
        "SouthWest, 3, 36",
        "South, 38, 36",
        "SouthEast, 67, 36",
        "SOUTHEAST, 67, 36",
        "southeast, 67, 36",
    })
    void distancesGoInwardsOrRightAndDown(String word, int x, int y) {
        var gravity = Gravity.parse(new Parameter("gravity", word));

        var box = gravity.place(new Size(30, 20), new Size(100, 60), 3, 4);

        assertThat(box).isEqualTo(new Box(x, y, new Size(30, 20)));
    }

    @Test
    void aBoxMayBeLargerThanTheCanvas() {
        var box = Gravity.CENTER.place(new Size(20, 13), new Size(10, 10), 0, 0);
        assertThat(box).isEqualTo(new Box(-5, -2, new Size(20, 13)));
    }

    @ParameterizedTest
    @CsvSource({"Up", "North-West", "NORTH_WEST", "''"})
    void otherWordsAreRefused(String word) {
        assertThatThrownBy(() -> Gravity.parse(new Parameter("gravity", word)))
                .isInstanceOf(Problem.Refused.class);
    }
}
