package dev.lumiere.image.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.TestVips;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualitySearchTest {
    private final ImageScope scope = TestVips.get().open();
    private final List<Integer> written = new ArrayList<>();
    private final QualitySearch search =
            new QualitySearch(
                    scope,
                    (image, encoding) -> {
                        written.add(image.width() * image.height());
                        return write(image, encoding);
                    });

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({"JPEG, 0.02", "JPEG, 0.005", "WEBP, 0.02", "AVIF, 0.02", "AVIF, 0.1"})
    void itIsTheLowestThatLooksLikeThePicture(OutputFormat format, double distance) {
        var picture = scene(300, 200);

        var found = search.lowest(picture, Encoding.of(format, 95), distance);

        assertThat(found).isBetween(11, 94);
        assertThat(distance(picture, format, found)).isLessThanOrEqualTo(distance);
        assertThat(distance(picture, format, found - 1)).isGreaterThan(distance);
        assertThat(written.size()).isLessThanOrEqualTo(7);
    }

    @Test
    void theHighestIsGivenWhereNoneIsEnough() {
        assertThat(search.lowest(scene(64, 64), Encoding.of(OutputFormat.JPEG, 30), 0.0001))
                .isEqualTo(30);
    }

    @Test
    void aFlatPictureNeedsNextToNothing() {
        var black = scope.call("black", "width", 64, "height", 64, "bands", 3);
        var flat = scope.call("linear", "in", black, "a", 1, "b", 128, "uchar", true);
        var picture = scope.inMemory(scope.call("copy", "in", flat, "interpretation", "srgb"));

        assertThat(search.lowest(picture, Encoding.of(OutputFormat.JPEG, 95), 0.02)).isEqualTo(10);
    }

    @Test
    void transparencyAndGreyAreNoHindrance() {
        var picture = scene(120, 90);
        var alpha = scope.call("extract_band", "in", picture, "band", 0);
        var joined = scope.call("bandjoin", "in", List.of(picture, alpha));
        var webp = Encoding.of(OutputFormat.WEBP, 95);

        assertThat(search.lowest(scope.inMemory(joined), webp, 0.02)).isBetween(10, 94);
        var grey = scope.inMemory(scope.call("colourspace", "in", picture, "space", "b-w"));
        assertThat(search.lowest(grey, Encoding.of(OutputFormat.JPEG, 95), 0.02)).isBetween(10, 94);
    }

    /** Grey on grey the picture is flat; its edges are not. */
    @Test
    void theEdgesOfWhatIsTransparentCount() {
        var black = scope.call("black", "width", 120, "height", 90, "bands", 3);
        var grey = scope.call("linear", "in", black, "a", 1, "b", 128, "uchar", true);
        var color = scope.call("copy", "in", grey, "interpretation", "srgb");
        var alpha = scope.call("extract_band", "in", scene(120, 90), "band", 0);
        var joined = scope.inMemory(scope.call("bandjoin", "in", List.of(color, alpha)));

        assertThat(search.lowest(joined, Encoding.of(OutputFormat.AVIF, 95), 0.005))
                .isGreaterThan(20);
    }

    @Test
    void picturesTooSmallToCompareKeepTheirQuality() {
        assertThat(search.lowest(scene(7, 300), Encoding.of(OutputFormat.JPEG, 95), 0.02))
                .isEqualTo(95);
        assertThat(written).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1600, 1300", "6000, 300", "9000, 130", "300, 6000"})
    void aLargePictureIsJudgedByASample(int width, int height) {
        var picture = scene(width, height);

        var found = search.lowest(picture, Encoding.of(OutputFormat.JPEG, 95), 0.02);

        assertThat(written).allSatisfy(pixels -> assertThat(pixels).isLessThanOrEqualTo(1 << 20));
        assertThat(distance(picture, OutputFormat.JPEG, found)).isBetween(0.01, 0.03);
    }

    private double distance(Image picture, OutputFormat format, int quality) {
        var bytes = write(picture, Encoding.of(format, quality));
        var decoder = Decoder.valueOf(format.name());
        return 1
                - MultiScaleSsim.of(
                        grey(picture),
                        grey(scope.call(decoder.operation(), "buffer", bytes)),
                        picture.width());
    }

    private MemorySegment grey(Image image) {
        return scope.pixels(scope.call("colourspace", "in", image, "space", "b-w"));
    }

    private MemorySegment write(Image image, Encoding encoding) {
        return new Encoder(scope).encode(Picture.of(List.of(image), encoding)).bytes();
    }

    /** Soft and sharp detail, other in every part. */
    private Image scene(int width, int height) {
        var soft =
                scope.call("perlin", "width", width, "height", height, "cell-size", 40, "seed", 1);
        var fine =
                scope.call("perlin", "width", width, "height", height, "cell-size", 5, "seed", 2);
        var both = scope.call("add", "left", soft, "right", fine);
        var spread = scope.call("linear", "in", both, "a", 60, "b", 128, "uchar", true);
        return scope.inMemory(scope.call("colourspace", "in", spread, "space", "srgb"));
    }
}
