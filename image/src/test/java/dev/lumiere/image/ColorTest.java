package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.image.vips.TestVips;
import java.awt.Color;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ColorTest {

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "webp", "gif", "avif"})
    void aPngOfSixteenBitsIsShownWithEight(String format) {
        var model =
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB),
                        true,
                        false,
                        Transparency.TRANSLUCENT,
                        DataBuffer.TYPE_USHORT);
        var raster = model.createCompatibleWritableRaster(40, 30);
        for (var x = 0; x < 40; x++) {
            for (var y = 0; y < 30; y++) {
                raster.setPixel(x, y, new int[] {0xffff, 0x8080, 0, 0xffff});
            }
        }
        var source = Pictures.write(new BufferedImage(model, raster, false, null), "png");
        assertThat(TestWork.run(source, "imageInfo").text()).contains("\"colorModel\":\"nrgba64\"");

        for (var pipeline : List.of("imageView2/2/w/20", "imageView2/0")) {
            assertShows(source, pipeline + "/format/" + format, new Color(255, 128, 0));
        }
    }

    @Test
    void greyStaysGrey() {
        var grey = new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_GRAY);
        grey.createGraphics().fillRect(0, 0, 40, 30);
        for (var format : List.of("jpeg", "png")) {
            var source = Pictures.write(grey, format);
            var info = TestWork.run(source, "imageView2/2/w/20|imageInfo").text();
            assertThat(info).contains("\"colorModel\":\"gray\"");
            assertShows(source, "imageView2/2/w/20", Color.WHITE);
        }
        var sixteen = new BufferedImage(40, 30, BufferedImage.TYPE_USHORT_GRAY);
        assertThat(TestWork.run(Pictures.write(sixteen, "png"), "imageInfo").text())
                .contains("\"colorModel\":\"gray16\"");
        assertShows(Pictures.write(sixteen, "png"), "imageView2/2/w/20", Color.BLACK);
    }

    @Test
    void aCmykJpegIsShownInSrgb() {
        byte[] source;
        try (var arena = Arena.ofConfined();
                var scope = TestVips.get().open()) {
            var png =
                    TestVips.nativeBytes(
                            arena, Pictures.write(flat(new Color(200, 40, 60)), "png"));
            var image = scope.call("pngload_buffer", "buffer", png);
            var cmyk =
                    scope.call(
                            "icc_transform",
                            "in",
                            image,
                            "output-profile",
                            "cmyk",
                            "input-profile",
                            "srgb");
            source = TestVips.bytes(scope.save("jpegsave_buffer", "in", cmyk, "strip", true));
        }
        assertThat(TestWork.run(source, "imageInfo").text()).contains("\"colorModel\":\"cmyk\"");

        for (var format : List.of("jpg", "png", "webp")) {
            assertShows(source, "imageView2/2/w/20/format/" + format, new Color(200, 40, 60));
        }
    }

    /** Red and green are exchanged by the profile: who ignores it shows the wrong colour. */
    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png"})
    void anEmbeddedProfileIsHeeded(String format) {
        var profile = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
        exchange(profile, "rXYZ", "gXYZ");
        System.arraycopy("TESTtest".getBytes(StandardCharsets.US_ASCII), 0, profile, 48, 8);
        var stored = Pictures.write(flat(new Color(230, 30, 30)), format);
        var source =
                format.equals("jpeg") ? withJpegProfile(stored, profile) : withPngProfile(profile);

        for (var pipeline : List.of("imageView2/2/w/20", "imageView2/0", "imageView2/1/w/8")) {
            assertShows(source, pipeline, new Color(30, 230, 30));
        }
    }

    @Test
    void aBrokenProfileIsLeftAside() {
        var source =
                withJpegProfile(
                        Pictures.write(flat(new Color(230, 30, 30)), "jpeg"), new byte[300]);

        assertShows(source, "imageView2/2/w/20", new Color(230, 30, 30));
    }

    @Test
    void nothingOfTheMetadataStays() {
        var profile = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
        var source =
                Pictures.oriented(
                        withJpegProfile(Pictures.write(flat(Color.RED), "jpeg"), profile), 1);

        var bytes = TestWork.run(source, "imageView2/2/w/20").bytes();

        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text).doesNotContain("Exif").doesNotContain("ICC_PROFILE");
    }

    private static void assertShows(byte[] source, String pipeline, Color color) {
        var written = TestWork.run(source, pipeline).bytes();
        var image = TestWork.run(written, "imageView2/0/format/png").image();
        var middle = new Color(image.getRGB(image.getWidth() / 2, image.getHeight() / 2));
        assertThat(Pictures.near(image, image.getWidth() / 2, image.getHeight() / 2, color))
                .as("%s shows %s", pipeline, middle)
                .isTrue();
    }

    private static BufferedImage flat(Color color) {
        var image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, 40, 30);
        graphics.dispose();
        return image;
    }

    /** Changes two tags of a profile for each other, by their names in its table of contents. */
    private static void exchange(byte[] profile, String one, String other) {
        var buffer = java.nio.ByteBuffer.wrap(profile);
        for (var tag = 0; tag < buffer.getInt(128); tag++) {
            var at = 132 + 12 * tag;
            var name = new String(profile, at, 4, StandardCharsets.US_ASCII);
            var renamed = name.equals(one) ? other : name.equals(other) ? one : name;
            System.arraycopy(renamed.getBytes(StandardCharsets.US_ASCII), 0, profile, at, 4);
        }
    }

    private static byte[] withJpegProfile(byte[] jpeg, byte[] profile) {
        var out = new ByteArrayOutputStream();
        var length = 2 + 14 + profile.length;
        out.write(jpeg, 0, 2);
        out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe2});
        out.writeBytes(new byte[] {(byte) (length >> 8), (byte) length});
        out.writeBytes("ICC_PROFILE\0\1\1".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(profile);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    private static byte[] withPngProfile(byte[] profile) {
        var jpeg = withJpegProfile(Pictures.write(flat(new Color(230, 30, 30)), "jpeg"), profile);
        try (var arena = Arena.ofConfined();
                var scope = TestVips.get().open()) {
            var image = scope.call("jpegload_buffer", "buffer", TestVips.nativeBytes(arena, jpeg));
            return TestVips.bytes(scope.save("pngsave_buffer", "in", image));
        }
    }
}
