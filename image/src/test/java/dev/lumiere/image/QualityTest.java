package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.image.vips.TestVips;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A JPEG is decoded at an eighth of its size where that suffices; this must not be seen. */
final class QualityTest {

    @Test
    void aThumbnailIsCloseToOneFromAFullDecode() {
        byte[] jpeg;
        byte[] png;
        try (var scope = TestVips.get().open()) {
            var detail = scope.call("perlin", "width", 1600, "height", 1200, "cell-size", 48);
            var spread = scope.call("linear", "in", detail, "a", 100, "b", 128, "uchar", true);
            var scene = scope.call("colourspace", "in", spread, "space", "srgb");
            jpeg = TestVips.bytes(scope.save("jpegsave_buffer", "in", scene, "Q", 92));
            png = TestVips.bytes(scope.save("pngsave_buffer", "in", scene));
        }

        for (var box : List.of("w/100/h/100", "w/150/h/150", "w/299/h/299")) {
            var reference = TestWork.run(png, "imageView2/1/" + box).image();
            var lossless = TestWork.run(jpeg, "imageView2/1/" + box + "/format/png").image();
            var written = TestWork.run(jpeg, "imageView2/1/" + box + "/q/80!").image();

            assertThat(psnr(reference, lossless)).as("decoded, %s", box).isGreaterThan(38);
            assertThat(psnr(reference, written)).as("encoded, %s", box).isGreaterThan(34);
        }
    }

    /** Peak signal to noise in decibels, over the three colours. */
    private static double psnr(BufferedImage one, BufferedImage other) {
        var squares = 0.0;
        for (var x = 0; x < one.getWidth(); x++) {
            for (var y = 0; y < one.getHeight(); y++) {
                var a = new Color(one.getRGB(x, y));
                var b = new Color(other.getRGB(x, y));
                squares += Math.pow(a.getRed() - b.getRed(), 2);
                squares += Math.pow(a.getGreen() - b.getGreen(), 2);
                squares += Math.pow(a.getBlue() - b.getBlue(), 2);
            }
        }
        var mean = squares / (3.0 * one.getWidth() * one.getHeight());
        return 10 * Math.log10(255.0 * 255.0 / mean);
    }
}
