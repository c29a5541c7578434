package dev.lumiere.image.picture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GeometryTest {

    @ParameterizedTest(name = "mode {0}, {1}x{2}, of {3}x{4}: scaled {5}, cut {6}")
    @CsvSource({
        // both given, a landscape of 640x427
        "0, 300, 200, 640, 427, 300x200, 300x200",
        "0, 200, 300, 640, 427, 200x133, 200x133",
        "1, 200, 200, 640, 427, 300x200, 200x200",
        "2, 200, 200, 640, 427, 200x133, 200x133",
        "3, 200, 200, 640, 427, 300x200, 300x200",
        "4, 300, 100, 640, 427, 300x200, 300x200",
        "5, 300, 100, 640, 427, 300x200, 300x100",
        // the same on a portrait: 0, 4 and 5 turn the box
        "0, 300, 200, 427, 640, 200x300, 200x300",
        "2, 300, 200, 427, 640, 133x200, 133x200",
        "4, 300, 100, 427, 640, 200x300, 200x300",
        "5, 300, 100, 427, 640, 200x300, 100x300",
        // one given
        "0, 320, 0, 640, 427, 320x214, 320x214",
        "0, 0, 200, 640, 427, 300x200, 300x200",
        "1, 200, 0, 640, 427, 300x200, 200x200",
        "1, 0, 200, 640, 427, 300x200, 200x200",
        "2, 200, 0, 640, 427, 200x133, 200x133",
        "2, 0, 200, 640, 427, 300x200, 300x200",
        "3, 200, 0, 640, 427, 300x200, 300x200",
        "4, 0, 200, 640, 427, 300x200, 300x200",
        "5, 200, 0, 640, 427, 300x200, 200x200",
        // none given
        "0, 0, 0, 640, 427, 640x427, 640x427",
        "1, 0, 0, 640, 427, 640x427, 640x427",
        // never larger
        "2, 2000, 2000, 640, 427, 640x427, 640x427",
        "3, 2000, 10, 640, 427, 640x427, 640x427",
        "1, 2000, 100, 640, 427, 640x427, 640x100",
        "5, 500, 500, 640, 427, 640x427, 500x427",
        // never less than a pixel
        "2, 1, 1, 9000, 3, 1x1, 1x1",
        "1, 10, 10, 1, 1, 1x1, 1x1",
    })
    void scalesAndCuts(int mode, int w, int h, int width, int height, String scaled, String cut) {
        var geometry = Geometry.of(mode, w, h, new Size(width, height));

        assertThat(geometry.scaled()).hasToString(scaled);
        assertThat(geometry.cut()).hasToString(cut);
    }
}
