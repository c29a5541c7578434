package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import io.vertx.core.json.JsonObject;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageAveTest {

    @ParameterizedTest
    @ValueSource(strings = {"gogopher.jpg", "portrait.jpg", "scene.jpg", "logo.png"})
    void isWithinOneOfTheExactAverage(String name) throws IOException {
        var source = Files.readAllBytes(Path.of("../media/demo", name));
        var exact = average(ImageIO.read(new ByteArrayInputStream(source)));

        assertClose(ave(source), exact, name);
    }

    @ParameterizedTest
    @CsvSource({"17, 9", "8, 8", "1, 1", "100, 3", "639, 427"})
    void oddSidesAreCountedRightToo(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (var x = 0; x < width; x++) {
            for (var y = 0; y < height; y++) {
                image.setRGB(x, y, new Color(x * 255 / width, y * 255 / height, 60).getRGB());
            }
        }

        assertClose(ave(Pictures.write(image, "png")), average(image), "png");
    }

    @Test
    void isWrittenAsSixHexadecimalDigits() {
        var image = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(new Color(0x05694d));
        graphics.fillRect(0, 0, 10, 10);

        var output = TestWork.run(Pictures.write(image, "png"), "imageAve");

        assertThat(output.contentType()).isEqualTo("application/json");
        assertThat(output.text()).isEqualTo("{\"RGB\":\"0x05694d\"}");
    }

    @Test
    void whatIsTransparentCountsLess() {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xffff0000);
        image.setRGB(1, 0, 0x550000ff);
        assertThat(ave(Pictures.write(image, "png"))).isEqualTo(0xbf0040);

        image.setRGB(0, 0, 0);
        image.setRGB(1, 0, 0);
        assertThat(ave(Pictures.write(image, "png"))).isEqualTo(0xffffff);
    }

    @Test
    void greyHasThreeEqualParts() {
        var grey = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
        grey.getRaster().setSample(0, 0, 0, 0xffff);

        assertThat(ave(Pictures.write(grey, "png"))).isEqualTo(0x101010);
    }

    @Test
    void worksAfterAStage() {
        assertThat(TestWork.run(Pictures.png(64, 64), "imageView2/1/w/32|imageAve").text())
                .isEqualTo("{\"RGB\":\"0x7f7f40\"}".replace("7f7f", "8080"));
    }

    @Test
    void takesNoArgumentsAndOnlyPictures() {
        assertThatThrownBy(() -> TestWork.run(Pictures.png(4, 4), "imageAve/1"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("bad argument: 1");
        assertThatThrownBy(() -> TestWork.run(new byte[] {1, 2, 3}, "imageAve"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("source is not an image");
        var truncated = java.util.Arrays.copyOf(Pictures.png(400, 400), 300);
        assertThatThrownBy(() -> TestWork.run(truncated, "imageAve"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("source is corrupt or truncated");
    }

    private static int ave(byte[] source) {
        var word = new JsonObject(TestWork.run(source, "imageAve").text()).getString("RGB");
        return Integer.decode(word);
    }

    private static double[] average(BufferedImage image) {
        var sums = new double[4];
        for (var x = 0; x < image.getWidth(); x++) {
            for (var y = 0; y < image.getHeight(); y++) {
                var color = new Color(image.getRGB(x, y), true);
                sums[0] += color.getRed() * color.getAlpha();
                sums[1] += color.getGreen() * color.getAlpha();
                sums[2] += color.getBlue() * color.getAlpha();
                sums[3] += color.getAlpha();
            }
        }
        return new double[] {sums[0] / sums[3], sums[1] / sums[3], sums[2] / sums[3]};
    }

    private static void assertClose(int rgb, double[] exact, String what) {
        for (var i = 0; i < 3; i++) {
            assertThat((double) ((rgb >> (16 - 8 * i)) & 0xff))
                    .as("%s, colour %d", what, i)
                    .isBetween(exact[i] - 1, exact[i] + 1);
        }
    }
}
