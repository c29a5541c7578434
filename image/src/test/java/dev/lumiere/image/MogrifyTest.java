package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Problem;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MogrifyTest {
    private static final String RED = "cmVk";
    private static final String NONE = "bm9uZQ==";
    private static final String ORANGE = "b3Jhbmdl";

    @ParameterizedTest
    @CsvSource({
        "imageMogr2, 640, 427",
        "imageMogr, 640, 427",
        "imageMogr/v2/thumbnail/!75px, 480, 427",
        "imageMogr/thumbnail/!75px, 480, 320",
        "imageMogr2/thumbnail/!75px, 480, 427",
        "imageMogr2/auto-orient/thumbnail/!20p, 128, 85",
        "imageMogr2/auto-orient/1/strip/1/thumbnail/700x, 700, 467",
        "imageMogr2/thumbnail/200x300!, 200, 300",
        "imageMogr2/thumbnail/350000@, 724, 483",
        "imageMogr2/crop/!300x400a10a10, 300, 400",
        "imageMogr2/crop/!300x300-30-100, 270, 200",
        "imageMogr2/thumbnail/300x/crop/100x100/thumbnail/50x, 50, 50",
        "imageMogr2/crop/100x100/thumbnail/300x/crop/x10, 300, 10",
        "imageMogr2/scrop/200x300, 200, 300",
        "imageMogr2/scrop/900x100, 900, 100",
        "imageMogr2/rotate/90, 427, 640",
        "imageMogr2/rotate/180, 640, 427",
        "imageMogr2/rotate/360, 640, 427",
        "imageMogr2/rotate/45, 754, 754",
        "imageMogr2/extent/642x429, 642, 429",
        "imageMogr2/extent/!-3a0, 640, 427",
        "imageMogr2/border/10x20, 660, 467",
        "imageMogr2/border/0x0, 640, 427",
        "imageMogr2/blur/3x5/sharpen/1/sharpen/0, 640, 427",
        "imageMogr2/blur/50x1000, 640, 427",
        "imageMogr2/blur/1x0.000001, 640, 427",
        "imageMogr2/thumbnail/300x|imageView2/1/w/100/h/100, 100, 100",
        "imageView2/1/w/200/h/200|imageMogr2/border/1x1, 202, 202",
    })
    void makesTheSizeAskedFor(String pipeline, int width, int height) {
        var output = TestWork.run(Pictures.jpeg(640, 427), pipeline);

        assertThat(output.contentType()).isEqualTo("image/jpeg");
        assertThat(output.image().getWidth()).isEqualTo(width);
        assertThat(output.image().getHeight()).isEqualTo(height);
    }

    @Test
    void cropsWhereItIsAsked() {
        assertColor("imageMogr2/crop/200x100", 100, 50, Color.RED);
        assertColor("imageMogr2/gravity/NorthEast/crop/200x100", 100, 50, Color.GREEN);
        assertColor("imageMogr2/gravity/southwest/crop/200x100", 100, 50, Color.BLUE);
        assertColor("imageMogr2/gravity/SouthEast/crop/200x100", 100, 50, Color.YELLOW);
        assertColor("imageMogr2/gravity/Center/crop/200x100", 50, 25, Color.RED);
        assertColor("imageMogr2/gravity/Center/crop/200x100", 150, 75, Color.YELLOW);
        assertColor("imageMogr2/crop/!100x100a330a10", 50, 50, Color.GREEN);
        // Gravity counts for what comes behind it.
        assertColor("imageMogr2/crop/300x200/gravity/SouthEast", 150, 100, Color.RED);
        assertColor(
                "imageMogr2/gravity/SouthEast/crop/300x/gravity/North/crop/x100",
                150,
                50,
                Color.GREEN);
    }

    @Test
    void rotatesClockwise() {
        assertColor("imageMogr2/rotate/90", 320, 160, Color.RED);
        assertColor("imageMogr2/rotate/90", 100, 160, Color.BLUE);
        assertColor("imageMogr2/rotate/180", 480, 320, Color.RED);
        assertColor("imageMogr2/rotate/270", 100, 480, Color.RED);
        assertColor("imageMogr2/rotate/45", 377, 150, Color.RED);
        assertColor("imageMogr2/rotate/45", 600, 377, Color.GREEN);
        assertColor("imageMogr2/rotate/45", 5, 5, Color.WHITE);
        assertColor("imageMogr2/rotate/45/background/" + ORANGE, 5, 5, new Color(255, 165, 0));
        assertColor("imageMogr2/background/" + NONE + "/rotate/45", 5, 5, Color.WHITE);
        assertColor(
                "imageMogr2/background/" + NONE + "/rotate/45/format/png",
                5,
                5,
                new Color(0, 0, 0, 0));
    }

    @Test
    void anExtentShowsBackgroundWhereThePictureEnds() {
        var red = "imageMogr2/background/" + RED + "/format/png/extent/";
        var framed = run(red + "!642x429");
        var frame = new int[][] {{0, 0}, {641, 0}, {0, 428}, {641, 428}, {0, 200}, {300, 428}};
        for (var at : frame) {
            assertThat(new Color(framed.getRGB(at[0], at[1]))).isEqualTo(Color.RED);
        }
        assertThat(Pictures.near(framed, 640, 1, Color.GREEN)).isTrue();
        assertThat(Pictures.near(framed, 1, 427, Color.BLUE)).isTrue();

        assertRedColumns(run(red + "!-3a0"), 0, 3, 400);
        assertThat(Pictures.near(run(red + "!a3-0"), 636, 400, Color.YELLOW)).isTrue();
        assertThat(Pictures.near(run(red + "!a3-0"), 637, 400, Color.RED)).isTrue();
        assertThat(Pictures.near(run(red + "!a0-3"), 600, 2, Color.RED)).isTrue();
        assertThat(Pictures.near(run(red + "!a0-3"), 600, 3, Color.GREEN)).isTrue();
        assertThat(Pictures.near(run(red + "!-0a3"), 600, 423, Color.YELLOW)).isTrue();
        assertThat(Pictures.near(run(red + "!-0a3"), 600, 424, Color.RED)).isTrue();
        var moved = run(red + "!700x500a320a0");
        assertThat(Pictures.near(moved, 3, 3, Color.GREEN)).isTrue();
        assertThat(Pictures.near(moved, 321, 3, Color.RED)).isTrue();
    }

    private static void assertRedColumns(BufferedImage image, int from, int to, int y) {
        assertThat(new Color(image.getRGB(from, y))).isEqualTo(Color.RED);
        assertThat(new Color(image.getRGB(to - 1, y))).isEqualTo(Color.RED);
        assertThat(Pictures.near(image, to, y, Color.BLUE)).isTrue();
    }

    @Test
    void aBorderIsOfItsColour() {
        assertColor("imageMogr2/border/10x20", 5, 240, Color.WHITE);
        assertColor("imageMogr2/border/10x20/bordercolor/" + RED + "/format/png", 9, 19, Color.RED);
        assertColor("imageMogr2/border/10x20/bordercolor/" + RED, 14, 447 - 25, Color.BLUE);
        assertColor(
                "imageMogr2/border/10x20/bordercolor/" + NONE + "/format/png",
                5,
                5,
                new Color(0, 0, 0, 0));
    }

    @Test
    void aGreyPictureTakesAColouredBackground() {
        var grey = new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_GRAY);
        var wide = new BufferedImage(40, 30, BufferedImage.TYPE_USHORT_GRAY);
        for (var source : List.of(Pictures.write(grey, "png"), Pictures.write(wide, "png"))) {
            for (var step : List.of("extent/60x60", "rotate/45", "border/9x9")) {
                var image =
                        TestWork.run(
                                        source,
                                        "imageMogr2/background/"
                                                + RED
                                                + "/bordercolor/"
                                                + RED
                                                + "/"
                                                + step)
                                .image();
                assertThat(Pictures.near(image, 1, 1, Color.RED)).as(step).isTrue();
                assertThat(
                                Pictures.near(
                                        image,
                                        image.getWidth() / 2,
                                        image.getHeight() / 2,
                                        Color.BLACK))
                        .isTrue();
            }
        }
        assertThat(
                        TestWork.run(Pictures.write(grey, "png"), "imageMogr2/border/9x9|imageInfo")
                                .text())
                .contains("\"colorModel\":\"gray\"");
    }

    @Test
    void aCmykPictureIsPaintedInSrgb() {
        byte[] source;
        try (var arena = Arena.ofConfined();
                var scope = TestVips.get().open()) {
            var png = TestVips.nativeBytes(arena, Pictures.png(80, 60));
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
            source = TestVips.bytes(scope.save("jpegsave_buffer", "in", cmyk));
        }

        var output = TestWork.run(source, "imageMogr2/thumbnail/40x/border/5x5/bordercolor/" + RED);

        assertThat(Pictures.near(output.image(), 2, 2, Color.RED)).isTrue();
        var yellow = new Color(output.image().getRGB(38, 28));
        assertThat(yellow.getRed()).isGreaterThan(200);
        assertThat(yellow.getBlue()).isLessThan(80);
        assertThat(latin(output.bytes())).doesNotContain("ICC_PROFILE");
    }

    @Test
    void aBlurMixesNeighboursUpToItsRadius() {
        var image = run("imageMogr2/format/png/blur/10x50");
        assertThat(Pictures.near(image, 307, 100, Color.RED)).isTrue();
        var edge = new Color(image.getRGB(320, 100));
        assertThat(edge.getRed()).isBetween(90, 165);
        assertThat(edge.getGreen()).isBetween(90, 165);
        assertThat(Pictures.near(image, 332, 100, Color.GREEN)).isTrue();
    }

    @Test
    void sharpeningRaisesContrastAtEdges() {
        var image = new BufferedImage(60, 60, BufferedImage.TYPE_INT_RGB);
        for (var x = 0; x < 60; x++) {
            for (var y = 0; y < 60; y++) {
                image.setRGB(x, y, x < 30 ? 0x505050 : 0xa0a0a0);
            }
        }

        var sharp = TestWork.run(Pictures.write(image, "png"), "imageMogr2/sharpen/1").image();

        assertThat(new Color(sharp.getRGB(29, 30)).getRed()).isBetween(0x38, 0x4c);
        assertThat(new Color(sharp.getRGB(30, 30)).getRed()).isBetween(0xa4, 0xb8);
        assertThat(new Color(sharp.getRGB(40, 30)).getRed()).isEqualTo(0xa0);
    }

    @Test
    void transparencyStaysWhereTheFormatHasItAndElseShowsTheBackground() {
        var half = new BufferedImage(60, 60, BufferedImage.TYPE_INT_ARGB);
        for (var x = 0; x < 30; x++) {
            for (var y = 0; y < 60; y++) {
                half.setRGB(x, y, 0xffffffff);
            }
        }
        var source = Pictures.write(half, "png");

        for (var steps :
                List.of("thumbnail/40x", "blur/2x2", "rotate/180/rotate/180", "rotate/1")) {
            var png = TestWork.run(source, "imageMogr2/background/" + NONE + "/" + steps).image();
            assertThat(png.getRGB(png.getWidth() - 3, 20) >>> 24).as(steps).isLessThan(10);
            for (var x = 0; x < png.getWidth(); x++) {
                var pixel = new Color(png.getRGB(x, 20), true);
                if (pixel.getAlpha() > 8) {
                    assertThat(pixel.getRed()).as("%s, column %d", steps, x).isGreaterThan(235);
                }
            }
        }
        var jpeg = TestWork.run(source, "imageMogr2/format/jpg").image();
        assertThat(Pictures.near(jpeg, 50, 30, Color.WHITE)).isTrue();
        var red = TestWork.run(source, "imageMogr2/format/jpg/background/" + RED).image();
        assertThat(Pictures.near(red, 50, 30, Color.RED)).isTrue();
        assertThat(Pictures.near(red, 10, 30, Color.WHITE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void isSetUprightOnlyIfAsked(int orientation) {
        var upright = Pictures.quarters(160, 120);
        var stored = Orientations.store(upright, orientation);
        var jpeg = Pictures.oriented(Pictures.write(stored, "jpeg"), orientation);

        for (var pipeline :
                List.of(
                        "imageMogr2/auto-orient",
                        "imageMogr2/auto-orient/thumbnail/80x60!",
                        "imageMogr2/auto-orient/crop/!80x60a40a30",
                        "imageMogr2/thumbnail/!50p/auto-orient",
                        "imageMogr2/thumbnail/!50p|imageView2/0",
                        "imageMogr2/thumbnail/!50p|imageMogr2/auto-orient")) {
            var output = TestWork.run(jpeg, pipeline);
            assertQuarters(output.image(), pipeline);
            assertThat(orientationOf(output.bytes())).isLessThanOrEqualTo(1);
        }
        for (var pipeline :
                List.of("imageMogr2", "imageMogr2/thumbnail/!50p", "imageMogr2|imageMogr2")) {
            var output = TestWork.run(jpeg, pipeline);
            assertThat(orientationOf(output.bytes())).isEqualTo(orientation);
            assertThat(output.image().getWidth() > output.image().getHeight())
                    .isEqualTo(stored.getWidth() > stored.getHeight());
            assertQuarters(TestWork.run(output.bytes(), "imageView2/0").image(), pipeline);
        }
        for (var pipeline :
                List.of(
                        "imageMogr2/strip",
                        "imageMogr2/strip|imageView2/0",
                        "imageMogr2/strip|imageMogr2/auto-orient")) {
            var output = TestWork.run(jpeg, pipeline);
            assertThat(orientationOf(output.bytes())).as(pipeline).isZero();
            assertThat(output.image().getWidth()).isEqualTo(stored.getWidth());
            assertThat(new Color(output.image().getRGB(5, 5)).getRed() > 128)
                    .isEqualTo(new Color(stored.getRGB(5, 5)).getRed() > 128);
        }
    }

    @Test
    void metadataIsKeptUnlessStripped() {
        var jpeg = Pictures.oriented(Pictures.jpeg(80, 60), 1);

        for (var format : List.of("jpg", "webp", "avif")) {
            var kept = TestWork.run(jpeg, "imageMogr2/thumbnail/40x/format/" + format).bytes();
            assertThat(latin(kept).toLowerCase(java.util.Locale.ROOT)).contains("exif");
        }
        var secret = Pictures.ofCamera(Pictures.jpeg(80, 60), "SecretCam");
        for (var format : List.of("jpg", "webp", "avif", "png", "tiff")) {
            for (var stage : List.of("imageMogr2/strip", "imageView2/2/w/40")) {
                var stripped = TestWork.run(secret, stage + "/format/" + format).bytes();
                assertThat(latin(stripped)).as("%s, %s", stage, format).doesNotContain("SecretCam");
            }
        }
        assertThat(latin(TestWork.run(secret, "imageMogr2").bytes())).contains("SecretCam");
        for (var pipeline :
                List.of("imageMogr2/strip|imageMogr2/rotate/90", "imageView2/0|imageMogr2")) {
            assertThat(latin(TestWork.run(jpeg, pipeline).bytes())).doesNotContain("Exif");
        }
        assertThat(latin(TestWork.run(Pictures.jpeg(80, 60), "imageMogr2").bytes()))
                .doesNotContain("Exif");
    }

    @Test
    void densityIsNotedAndNoPixelChanged() {
        for (var source :
                List.of(Pictures.jpeg(80, 60), Pictures.oriented(Pictures.jpeg(80, 60), 1))) {
            var jpeg = TestWork.run(source, "imageMogr2/density/300").bytes();
            try (var arena = Arena.ofConfined();
                    var scope = TestVips.get().open()) {
                var image =
                        scope.call("jpegload_buffer", "buffer", TestVips.nativeBytes(arena, jpeg));
                assertThat(image.text("exif-ifd0-XResolution")).startsWith("300");
                assertThat(image.width()).isEqualTo(80);
            }
        }
    }

    @Test
    void anAnimationKeepsItsFramesThroughEveryStep() {
        for (var saver : List.of("gifsave_buffer", "webpsave_buffer")) {
            var source = Animations.threeFlatFrames(saver);
            for (var steps :
                    List.of(
                            "imageMogr2",
                            "imageMogr2/thumbnail/20x",
                            "imageMogr2/thumbnail/80x",
                            "imageMogr2/crop/20x20",
                            "imageMogr2/scrop/20x20",
                            "imageMogr2/rotate/90",
                            "imageMogr2/rotate/30/background/" + NONE,
                            "imageMogr2/sharpen/1",
                            "imageMogr2/blur/3x3",
                            "imageMogr2/border/3x3/extent/100x100")) {
                var info = TestWork.run(source, steps + "|imageInfo").text();
                assertThat(info).as("%s, %s", saver, steps).contains("\"frameNumber\":3");
                var first = TestWork.run(source, steps + "|imageView2/0/format/png").image();
                assertThat(
                                Pictures.near(
                                        first,
                                        first.getWidth() / 2,
                                        first.getHeight() / 2,
                                        Color.RED))
                        .as("%s, %s", saver, steps)
                        .isTrue();
                var enlarged =
                        TestWork.run(
                                        source,
                                        "imageMogr2/thumbnail/!200p|imageMogr2/format/webp|imageInfo")
                                .text();
                assertThat(enlarged).contains("\"width\":80,\"height\":60");
            }
            assertThat(TestWork.run(source, "imageMogr2/format/jpg").image().getHeight())
                    .isEqualTo(30);
        }
    }

    @Test
    void aBlurLeavesAGifAsItIs() {
        var gif = Pictures.gif(80, 60);

        var blurred = TestWork.run(gif, "imageMogr2/blur/20x20").image();

        assertThat(Pictures.near(blurred, 38, 20, Color.RED)).isTrue();
        assertThat(Pictures.near(blurred, 42, 20, Color.GREEN)).isTrue();
    }

    @Test
    void gifsAreGivenUntouchedByTheOlderAndIfTheyAreTooLong() {
        var gif = Pictures.gif(80, 60);
        assertThat(TestWork.run(gif, "imageMogr/thumbnail/20x").bytes()).isEqualTo(gif);
        assertThat(TestWork.run(gif, "imageMogr/v2/thumbnail/20x").image().getWidth())
                .isEqualTo(20);

        var tooLong = Pictures.tinyGif(201, 5);
        assertThat(TestWork.run(tooLong, "imageMogr2/thumbnail/20x/format/jpg").bytes())
                .isEqualTo(tooLong);
        assertThat(TestWork.run(tooLong, "imageMogr/thumbnail/20x").bytes()).isEqualTo(tooLong);
        assertThat(TestWork.run(tooLong, "imageMogr2|imageMogr2").bytes()).isEqualTo(tooLong);
        assertRefused(tooLong, "imageMogr2|imageView2/0", "image's frames over limit: 201");
        assertRefused(tooLong, "imageMogr2|imageInfo", "image's frames over limit: 201");
    }

    @Test
    void whatGrowsOnTheWayIsHeldAgainstTheLimits() {
        var jpeg = Pictures.jpeg(640, 427);
        assertRefused(jpeg, "imageMogr2/thumbnail/9000x/crop/10x10", "result's pixels over limit");
        assertRefused(jpeg, "imageMogr2/thumbnail/x8000/crop/10x10", "result's edge over limit");
        assertRefused(jpeg, "imageMogr2/extent/10000x1000/crop/10x10", "result's edge over limit");
        assertRefused(jpeg, "imageMogr2/border/9999x9999/crop/10x10", "result's edge over limit");
        assertRefused(jpeg, "imageMogr2/scrop/9999x9999", "result's edge over limit");
        // A smart crop has to be covered first.
        assertRefused(jpeg, "imageMogr2/scrop/9999x1", "result's pixels over limit");
        assertRefused(
                Pictures.by("pngsave_buffer", 9000, 2000),
                "imageMogr2/rotate/45/crop/10x10",
                "result's pixels over limit");
        assertThat(
                        TestWork.run(
                                        Pictures.by("pngsave_buffer", 12_000, 2500),
                                        "imageMogr2/crop/100x100")
                                .image()
                                .getWidth())
                .isEqualTo(100);
        assertRefused(
                Animations.threeFlatFrames("webpsave_buffer"),
                "imageMogr2/thumbnail/1200x",
                "animation's edge over limit");
    }

    @ParameterizedTest
    @CsvSource({
        "imageMogr2/thumbnail, thumbnail",
        "imageMogr2/thumbnail/0x0, thumbnail",
        "imageMogr2/crop/300, crop",
        "imageMogr2/gravity/top/crop/1x1, gravity",
        "imageMogr2/rotate/0, rotate",
        "imageMogr2/rotate/361, rotate",
        "imageMogr2/rotate/1.5, rotate",
        "imageMogr2/blur/5, blur",
        "imageMogr2/blur/0x5, blur",
        "imageMogr2/blur/51x5, blur",
        "imageMogr2/blur/5x0, blur",
        "imageMogr2/blur/5x1.2.3, blur",
        "imageMogr2/blur/5x1001, blur",
        "imageMogr2/sharpen/2, sharpen",
        "imageMogr2/background/red, background",
        "imageMogr2/bordercolor/!!!, bordercolor",
        "imageMogr2/border/5, border",
        "imageMogr2/border/10000x1, border",
        "imageMogr2/extent/0x1, extent",
        "imageMogr2/scrop/10x, scrop",
        "imageMogr2/scrop/0x10, scrop",
        "imageMogr2/density/0, density",
        "imageMogr2/density/1201, density",
        "imageMogr2/quality/0, quality",
        "imageMogr2/quality/101!, quality",
        "imageMogr2/colors/3, colors",
        "imageMogr2/size-limit/0, size-limit",
        "imageMogr2/size-limit/10g, size-limit",
        "imageMogr2/size-limit/9999999999, size-limit",
        "imageMogr2/max-bytes/10!, max-bytes",
        "imageMogr2/chroma/422, chroma",
        "imageMogr2/lossless/2, lossless",
        "imageMogr2/format/doc, format",
        "imageMogr2/auto-orient/0, 0",
        "imageMogr2/w/100, w",
        "imageMogr/v3, v3",
        "imageView2/0/chroma/422, chroma",
        "imageView/1/w/10/max-bytes/10, max-bytes",
    })
    void aWrongArgumentIsNamed(String pipeline, String argument) {
        assertRefused(new byte[0], pipeline, "bad argument: " + argument);
    }

    @Test
    void whatLiesOutsideThePictureIsRefused() {
        var jpeg = Pictures.jpeg(64, 48);
        assertRefused(jpeg, "imageMogr2/crop/!10x10a64a0", "bad argument: crop");
        assertRefused(jpeg, "imageMogr2/thumbnail/32x/crop/!10x10a32a0", "bad argument: crop");
        assertRefused(jpeg, "imageMogr2/extent/!a64a0", "bad argument: extent");
    }

    @Test
    void ignoredErrorsGiveTheSource() {
        var jpeg = Pictures.jpeg(300, 200);
        var truncated = Arrays.copyOf(jpeg, jpeg.length / 2);
        for (var source : List.of(truncated, "no picture".getBytes(StandardCharsets.UTF_8))) {
            var output = TestWork.run(source, "imageMogr2/thumbnail/20x/ignore-error/1");
            assertThat(output.bytes()).isEqualTo(source);
        }
        assertRefused(truncated, "imageMogr2/thumbnail/20x", "corrupt or truncated");
        assertThat(TestWork.run(jpeg, "imageMogr2/crop/!1x1a999a0/ignore-error/1").bytes())
                .isEqualTo(jpeg);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif", "webp"})
    void aSinglePixelGoesThroughEveryStep(String format) {
        var source =
                switch (format) {
                    case "jpeg" -> Pictures.jpeg(1, 1);
                    case "png" -> Pictures.png(1, 1);
                    case "gif" -> Pictures.gif(1, 1);
                    default -> Pictures.webp(1, 1);
                };
        for (var steps :
                List.of(
                        "thumbnail/5x5",
                        "thumbnail/!1p",
                        "crop/1x1",
                        "scrop/3x2",
                        "rotate/45",
                        "rotate/1",
                        "rotate/90",
                        "blur/50x50",
                        "sharpen/1",
                        "extent/3x3",
                        "border/1x1",
                        "thumbnail/1@")) {
            var image = TestWork.run(source, "imageMogr2/" + steps + "/format/png").image();
            assertThat(image.getWidth()).as(steps).isBetween(1, 5);
        }
    }

    private static BufferedImage run(String pipeline) {
        return TestWork.run(Pictures.jpeg(640, 427), pipeline).image();
    }

    private static void assertColor(String pipeline, int x, int y, Color color) {
        var image = run(pipeline);
        var is = new Color(image.getRGB(x, y), true);
        assertThat(Pictures.near(image, x, y, color))
                .as("%s at %d %d is %s, alpha %d", pipeline, x, y, is, is.getAlpha())
                .isTrue();
    }

    private static void assertQuarters(BufferedImage image, String of) {
        var width = image.getWidth();
        var height = image.getHeight();
        assertThat(width).as(of).isGreaterThan(height);
        assertThat(Pictures.near(image, width / 4, height / 4, Color.RED)).as(of).isTrue();
        assertThat(Pictures.near(image, 3 * width / 4, height / 4, Color.GREEN)).as(of).isTrue();
        assertThat(Pictures.near(image, width / 4, 3 * height / 4, Color.BLUE)).as(of).isTrue();
    }

    private static int orientationOf(byte[] jpeg) {
        try (var arena = Arena.ofConfined();
                var scope = TestVips.get().open()) {
            var image = scope.call("jpegload_buffer", "buffer", TestVips.nativeBytes(arena, jpeg));
            return image.integer("orientation", 0);
        }
    }

    private static void assertRefused(byte[] source, String pipeline, String error) {
        assertThatThrownBy(() -> TestWork.run(source, pipeline))
                .as(pipeline)
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        refused -> {
                            assertThat(refused.problem().status()).isEqualTo(400);
                            assertThat(refused.problem().error()).contains(error);
                        });
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
