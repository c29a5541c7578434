package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code imageInfo} tells of the look of a picture. */
final class ImageInfoLookTest {

    @Test
    void isToldOnRequestOnly() {
        var plain = info(Pictures.jpeg(40, 30), "imageInfo");
        assertThat(plain.fieldNames())
                .containsExactly("size", "format", "width", "height", "colorModel");

        var full = info(Pictures.jpeg(40, 30), "imageInfo/blurhash/1/thumbhash/1/dominant/5");
        assertThat(full.fieldNames()).contains("blurhash", "thumbhash", "dominant", "colorModel");
        assertThat(full.getString("blurhash")).hasSize(28);
        assertThat(Base64.getDecoder().decode(full.getString("thumbhash"))).hasSizeBetween(5, 25);
        assertThat(full.getJsonArray("dominant")).isNotEmpty();

        assertThat(info(Pictures.jpeg(40, 30), "imageInfo/blurhash/0/thumbhash/0").fieldNames())
                .doesNotContain("blurhash", "thumbhash");
        assertThat(info(Pictures.jpeg(40, 30), "imageInfo/blurhash/2x9").getString("blurhash"))
                .hasSize(4 + 2 * 18);
    }

    @Test
    void quartersHaveFourDominantColors() {
        var colors = info(Pictures.png(64, 64), "imageInfo/dominant/4").getJsonArray("dominant");

        assertThat(colors.stream().map(JsonObject.class::cast).map(c -> c.getString("RGB")))
                .containsExactlyInAnyOrder("0xff0000", "0x00ff00", "0x0000ff", "0xffff00");
        assertThat(colors.stream().map(JsonObject.class::cast).map(c -> c.getDouble("share")))
                .containsOnly(0.25);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void orientationDoesNotMatter(int orientation) {
        var pipeline = "imageInfo/blurhash/4x3/thumbhash/1";
        var upright = info(Pictures.png(64, 48), pipeline);
        var stored = Orientations.store(Pictures.quarters(64, 48), orientation);
        var turned = info(Pictures.oriented(Pictures.write(stored, "jpeg"), orientation), pipeline);

        assertThat(head(turned)).isEqualTo(head(upright));
    }

    /** Number of waves of the BlurHash, and the shape that the ThumbHash tells. */
    private static String head(JsonObject info) {
        var hash = Base64.getDecoder().decode(info.getString("thumbhash"));
        return info.getString("blurhash").charAt(0) + " " + (hash[3] & 7) + " " + (hash[4] >> 7);
    }

    @Test
    void allKindsOfPicturesHaveALook() {
        var grey = Pictures.write(new BufferedImage(9, 7, BufferedImage.TYPE_USHORT_GRAY), "png");
        var clear = Pictures.write(new BufferedImage(9, 7, BufferedImage.TYPE_INT_ARGB), "png");
        for (var source :
                new byte[][] {
                    grey,
                    clear,
                    Pictures.gif(300, 2),
                    Pictures.webp(2, 300),
                    Pictures.avif(64, 64),
                    Pictures.png(1, 1),
                    Pictures.jpeg(3000, 1)
                }) {
            var info = info(source, "imageInfo/blurhash/1/thumbhash/1/dominant/16");
            assertThat(info.fieldNames()).contains("blurhash", "thumbhash", "dominant");
        }
        assertThat(info(clear, "imageInfo/dominant/3").getJsonArray("dominant")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "imageInfo/blurhash, blurhash",
        "imageInfo/blurhash/2, blurhash",
        "imageInfo/blurhash/0x3, blurhash",
        "imageInfo/blurhash/10x3, blurhash",
        "imageInfo/blurhash/4x, blurhash",
        "imageInfo/blurhash/4x3x2, blurhash",
        "imageInfo/thumbhash/2, thumbhash",
        "imageInfo/dominant/0, dominant",
        "imageInfo/dominant/17, dominant",
        "imageInfo/x/1, x"
    })
    void whatIsWrongIsNamed(String pipeline, String argument) {
        assertThatThrownBy(() -> TestWork.run(Pictures.png(4, 4), pipeline))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("bad argument: " + argument);
    }

    @Test
    void whatCannotBeDecodedIsRefused() {
        var png = Pictures.write(new BufferedImage(500, 500, BufferedImage.TYPE_INT_RGB), "png");
        var truncated = Arrays.copyOf(png, png.length / 2);

        assertThatThrownBy(() -> TestWork.run(truncated, "imageInfo/blurhash/1"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("source is corrupt or truncated");
    }

    private static JsonObject info(byte[] source, String pipeline) {
        return new JsonObject(TestWork.run(source, pipeline).text());
    }
}
