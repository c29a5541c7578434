package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Problem;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WatermarkTest {
    private static final String URL = Base64Values.encode("kodo://demo/mark.png");
    private static final String TEXT = Base64Values.encode("Hi");
    private static final byte[] WHITE = flat(250, 250, Color.WHITE, "png");

    @ParameterizedTest
    @CsvSource({
        "wst/0/ws/0.1, 37, 25",
        "wst/1/ws/0.1, 25, 17",
        "wst/2/ws/0.2, 50, 34",
        "wst/3/ws/0.2, 75, 50",
        "ws/0.1, 37, 25",
        "ws/0, 91, 61",
        "wst/1, 91, 61",
        "ws/0.5, 186, 125",
    })
    void anImageMarkIsScaledByASideOfThePicture(String arguments, int width, int height) {
        var marked = mark(WHITE, mark(91, 61), "/" + arguments);

        assertThat(drawn(marked))
                .isEqualTo(new Rectangle(250 - 10 - width, 250 - 10 - height, width, height));
    }

    @ParameterizedTest
    @CsvSource({
        "NorthWest, 10, 20",
        "north, 110, 20",
        "NORTHEAST, 190, 20",
        "West, 10, 130",
        "Center, 110, 130",
        "East, 190, 130",
        "SouthWest, 10, 200",
        "South, 110, 200",
        "southeast, 190, 200",
    })
    void aMarkKeepsToWhereGravityPullsIt(String gravity, int x, int y) {
        var marked = mark(WHITE, mark(50, 30), "/gravity/" + gravity + "/dx/10/dy/20");

        assertThat(drawn(marked)).isEqualTo(new Rectangle(x, y, 50, 30));
    }

    @Test
    void aMarkMayReachOutOfThePicture() {
        assertThat(drawn(mark(WHITE, mark(50, 30), "/dx/-20/dy/-10")))
                .isEqualTo(new Rectangle(220, 230, 30, 20));
        assertThat(drawn(mark(WHITE, mark(50, 30), "/dx/-99999/dy/0"))).isEqualTo(new Rectangle());
    }

    @Test
    void dissolveIsOpacity() {
        var half = mark(WHITE, mark(50, 30), "/dissolve/50");
        assertThat(Pictures.near(half, 215, 225, new Color(255, 128, 128))).isTrue();

        var clear = new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB);
        for (var i = 0; i < 800; i++) {
            clear.setRGB(i % 40, i / 40, 0x800000ff);
        }
        var marked = mark(WHITE, Pictures.write(clear, "png"), "/dissolve/50/dx/0/dy/0");
        assertThat(Pictures.near(marked, 230, 215, new Color(191, 191, 255))).isTrue();
        assertThat(Pictures.near(marked, 230, 245, Color.WHITE)).isTrue();
    }

    @Test
    void whatIsTransparentStaysSoWhereThereIsNoMark() {
        var source =
                Pictures.write(new BufferedImage(100, 100, BufferedImage.TYPE_INT_ARGB), "png");

        var marked = mark(source, mark(20, 20), "/dissolve/50");

        assertThat(marked.getRGB(10, 10) >>> 24).isZero();
        assertThat(Pictures.near(marked, 80, 80, new Color(255, 0, 0, 128))).isTrue();
    }

    @Test
    void aGreyPictureTakesAColoredMarkAndAGreyMarkGoesOnColours() {
        var grey = new BufferedImage(250, 250, BufferedImage.TYPE_BYTE_GRAY);
        var graphics = grey.createGraphics();
        graphics.setColor(Color.LIGHT_GRAY);
        graphics.fillRect(0, 0, 250, 250);
        for (var format : List.of("png", "jpeg")) {
            var source = Pictures.write(grey, format);
            var colored = mark(source, mark(50, 50), "");
            assertThat(Pictures.near(colored, 215, 215, Color.RED)).isTrue();
            var whole = mark(mark(300, 300), source, "/dx/0/dy/0");
            assertThat(Pictures.near(whole, 10, 10, Color.RED)).isTrue();
            assertThat(Math.abs((whole.getRGB(200, 200) & 0xff) - 192)).isLessThan(25);
        }
    }

    @Test
    void anImageMarkIsRepeated() {
        var tiled = mark(WHITE, mark(25, 25), "/tile/1/uws/0.2/uhs/0.4");

        assertThat(Pictures.near(tiled, 25, 50, Color.RED)).isTrue();
        assertThat(Pictures.near(tiled, 75, 50, Color.RED)).isTrue();
        assertThat(Pictures.near(tiled, 225, 150, Color.RED)).isTrue();
        assertThat(Pictures.near(tiled, 50, 50, Color.WHITE)).isTrue();
        assertThat(Pictures.near(tiled, 25, 100, Color.WHITE)).isTrue();

        var close = mark(WHITE, mark(25, 25), "/tile/1");
        assertThat(drawn(close)).isEqualTo(new Rectangle(0, 0, 250, 250));
    }

    @Test
    void aMarkLargerThanThePictureLeavesItAsItIs() {
        for (var pipeline :
                List.of(
                        "watermark/1/image/" + URL,
                        "watermark/1/tile/1/image/" + URL,
                        "watermark/3/image/" + URL,
                        "watermark/2/fontsize/9999/text/" + Base64Values.encode("far too long"),
                        "watermark/2/text/" + Base64Values.encode("x".repeat(1000)),
                        "watermark/2/fontsize/9999/text/"
                                + Base64Values.encode("x".repeat(1000)))) {
            var output = TestWork.run(WHITE, pipeline, Map.of(URL, mark(251, 10)));
            assertThat(output.bytes()).as(pipeline).isEqualTo(WHITE);
        }
        var jpeg =
                TestWork.run(
                        WHITE, "watermark/1/format/jpg/image/" + URL, Map.of(URL, mark(251, 10)));
        assertThat(jpeg.contentType()).isEqualTo("image/jpeg");
    }

    @Test
    void theTextOfTheDocumentIsDrawnWhereItSays() {
        var marked =
                TestWork.run(
                                flat(640, 427, Color.BLUE, "png"),
                                "watermark/2/text/5LiD54mb5LqR5a2Y5YKo/font/5a6L5L2T/fontsize/1000"
                                        + "/fill/d2hpdGU=/dissolve/85/gravity/SouthEast/dx/20/dy/20")
                        .image();

        var drawn = drawn(marked, rgb -> (rgb >> 16 & 0xff) > 60);
        assertThat(drawn.width).isBetween(235, 255);
        assertThat(drawn.height).isBetween(40, 55);
        assertThat(drawn.getMaxX()).isBetween(617.0, 620.0);
        assertThat(drawn.getMaxY()).isBetween(404.0, 407.0);
        assertThat(lightest(marked)).isBetween(210, 222);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0, 0, 0",
        "/fill/cmVk, 255, 0, 0",
        "/fill/I0ZGQTUwMA, 255, 165, 0",
        "/fill/I2ZmYTUwMGZm, 255, 165, 0",
    })
    void aTextHasItsColour(String fill, int red, int green, int blue) {
        var marked = TestWork.run(WHITE, "watermark/2/fontsize/2000/text/" + TEXT + fill).image();

        var pixels = marked.getRGB(0, 0, 250, 250, null, 0, 250);
        assertThat(pixels).contains(new Color(red, green, blue).getRGB());
    }

    @Test
    void chineseFontsLookDifferentAndUnknownOnesLikeTheUsualOne() {
        var song = letters("七牛云", "宋体");
        var hei = letters("七牛云", "黑体");
        assertThat(song).isNotEqualTo(hei);
        assertThat(letters("七牛云", "SimSun")).isEqualTo(song);
        assertThat(letters("七牛云", "SimHei")).isEqualTo(hei);
        assertThat(letters("七牛云", "no such font")).isEqualTo(hei);
        assertThat(letters("七牛云", "x, 900 @wght=900 #liga=0")).isEqualTo(hei);
        assertThat(letters("a", "DejaVu Sans Mono")).isNotEqualTo(letters("a", "黑体"));
        // What has no glyph is drawn as the same box whatever it is.
        assertThat(letters("七", "黑体")).isNotEqualTo(letters("牛", "黑体"));
    }

    @Test
    void aTextIsNoMarkup() {
        var plain = drawn(text("<b>&amp;</b>"));
        assertThat(plain.width).isGreaterThan(2 * drawn(text("bamp")).width);
        assertThat(drawn(text("<b>")).width).isGreaterThan(20);
        assertThat(drawn(text("\"'&<>")).width).isGreaterThan(20);
        assertThat(drawn(text("two\nlines")).height).isGreaterThan(drawn(text("two")).height + 10);
    }

    @Test
    void severalMarksAreDrawnInTheirOrder() {
        var other = Base64Values.encode("https://example.com/other.png?a=b");
        var marked =
                TestWork.run(
                                WHITE,
                                "watermark/3/image/"
                                        + URL
                                        + "/gravity/NorthWest/image/"
                                        + other
                                        + "/gravity/NorthWest/dx/30/dy/30/text/"
                                        + TEXT
                                        + "/fontsize/400",
                                Map.of(URL, mark(40, 40), other, flat(40, 40, Color.GREEN, "png")))
                        .image();

        assertThat(Pictures.near(marked, 20, 20, Color.RED)).isTrue();
        assertThat(Pictures.near(marked, 40, 40, Color.GREEN)).isTrue();
        assertThat(Pictures.near(marked, 60, 60, Color.GREEN)).isTrue();
        assertThat(drawn(marked.getSubimage(125, 125, 125, 125)).width).isBetween(12, 25);
    }

    @Test
    void aTextIsRepeatedAndTurned() {
        var upright = tiles("/uw/50/uh/40");
        var turned = tiles("/uw/50/uh/40/rotate/-90");
        assertThat(drawn(upright)).isNotEqualTo(new Rectangle());
        for (var image : List.of(upright, turned)) {
            for (var x = 0; x < 50; x++) {
                for (var y = 0; y < 40; y++) {
                    assertThat(image.getRGB(x + 150, y + 160)).isEqualTo(image.getRGB(x, y));
                }
            }
        }
        var wide = drawn(upright.getSubimage(0, 0, 50, 40));
        var high = drawn(turned.getSubimage(0, 0, 50, 40));
        assertThat(wide.width).isGreaterThan(wide.height);
        assertThat(high.height).isGreaterThan(high.width);
        assertThat(Math.abs(wide.getCenterX() - 25)).isLessThan(2);
        assertThat(Math.abs(wide.getCenterY() - 20)).isLessThan(2);
        // A cell that is too small grows.
        assertThat(drawn(tiles("/uw/1/uh/1/resize/10"))).isNotEqualTo(new Rectangle());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void gravityMeansWhatIsSeen(int orientation) {
        var stored = Orientations.store(Pictures.quarters(160, 120), orientation);
        var jpeg = Pictures.oriented(Pictures.write(stored, "jpeg"), orientation);

        var output =
                TestWork.run(
                        jpeg,
                        "watermark/1/gravity/NorthWest/image/" + URL,
                        Map.of(URL, flat(30, 20, Color.WHITE, "png")));

        assertThat(output.image().getWidth()).isEqualTo(160);
        assertThat(Pictures.near(output.image(), 25, 20, Color.WHITE)).isTrue();
        assertThat(Pictures.near(output.image(), 50, 20, Color.RED)).isTrue();
        assertThat(TestWork.run(output.bytes(), "imageInfo").text()).doesNotContain("orientation");
    }

    @ParameterizedTest
    @CsvSource({
        "jpeg, '', jpeg",
        "png, '', png",
        "gif, '', gif",
        "webp, '', webp",
        "avif, '', jpeg",
        "avif, copy, avif",
        "jpeg, png, png",
        "png, jpg, jpeg",
        "png, webp, webp",
        "jpeg, avif, avif",
        "jpeg, copy, jpeg",
    })
    void theFormatStaysUnlessAskedOtherwise(String from, String asked, String to) {
        var source =
                switch (from) {
                    case "jpeg" -> Pictures.jpeg(120, 80);
                    case "png" -> Pictures.png(120, 80);
                    case "gif" -> Pictures.gif(120, 80);
                    case "webp" -> Pictures.webp(120, 80);
                    default -> Pictures.avif(120, 80);
                };
        var format = asked.isEmpty() ? "" : "/format/" + asked;

        var output =
                TestWork.run(
                        source,
                        "watermark/1/image/" + URL + format,
                        Map.of(URL, flat(30, 20, Color.WHITE, "png")));

        assertThat(output.contentType()).isEqualTo("image/" + to);
        var seen = TestWork.run(output.bytes(), "imageView2/0/format/png").image();
        assertThat(Pictures.near(seen, 95, 60, Color.WHITE)).isTrue();
        assertThat(Pictures.near(seen, 20, 20, Color.RED)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gifsave_buffer", "webpsave_buffer"})
    void everyFrameOfAnAnimationIsMarked(String saver) {
        var source = animation(saver);
        var output =
                TestWork.run(
                        source,
                        "watermark/3/image/"
                                + URL
                                + "/dx/0/dy/0/text/"
                                + TEXT
                                + "/gravity/NorthWest",
                        Map.of(URL, tinyAnimatedMark()));

        try (var arena = Arena.ofConfined();
                var scope = TestVips.get().open()) {
            var loader = saver.startsWith("gif") ? "gifload_buffer" : "webpload_buffer";
            var bytes = TestVips.nativeBytes(arena, output.bytes());
            var all = scope.call(loader, "buffer", bytes, "n", -1);
            assertThat(all.integers("delay")).containsExactly(100, 200, 300);
            assertThat(all.integer("loop", -1)).isEqualTo(2);
            var roll =
                    TestWork.run(
                                    TestVips.bytes(scope.save("pngsave_buffer", "in", all)),
                                    "imageView2/0")
                            .image();
            for (var frame = 0; frame < 3; frame++) {
                assertThat(Pictures.near(roll, 39, 29 + 30 * frame, Color.WHITE)).isTrue();
                assertThat(Pictures.near(roll, 38, 15 + 30 * frame, Color.WHITE)).isFalse();
            }
        }
        assertRefused(source, "watermark/4/text/" + TEXT, "not for animations");
        assertThat(
                        TestWork.run(source, "watermark/2/format/png/fontsize/100/text/" + TEXT)
                                .image()
                                .getHeight())
                .isEqualTo(30);
    }

    @Test
    void aStageAfterMarksIsDoneOnTheMarkedPicture() {
        var output =
                TestWork.run(
                        WHITE,
                        "watermark/1/dx/0/dy/0/image/" + URL + "|imageView2/2/w/125",
                        Map.of(URL, mark(50, 50)));

        assertThat(output.image().getWidth()).isEqualTo(125);
        assertThat(Pictures.near(output.image(), 110, 110, Color.RED)).isTrue();
        assertThat(Pictures.near(output.image(), 90, 110, Color.WHITE)).isTrue();
    }

    @Test
    void aMarkThatIsNoPictureIsRefused() {
        var png = mark(60, 60);
        for (var hostile :
                List.of(
                        new byte[0],
                        "no picture".getBytes(StandardCharsets.ISO_8859_1),
                        Arrays.copyOf(png, 40),
                        Arrays.copyOf(png, png.length / 2),
                        Pictures.claimingPng(65_535, 65_535),
                        Pictures.claimingPng(200, 200))) {
            for (var pipeline :
                    List.of(
                            "watermark/1/image/" + URL,
                            "watermark/1/ws/0.1/image/" + URL,
                            "watermark/3/image/" + URL + "/tile/1")) {
                assertRefused(WHITE, pipeline, Map.of(URL, hostile), "image: ");
                assertThat(
                                TestWork.run(
                                                WHITE,
                                                pipeline + "/ignore-error/1",
                                                Map.of(URL, hostile))
                                        .bytes())
                        .isEqualTo(WHITE);
            }
        }
        assertRefused(WHITE, "watermark/1/image/" + URL, "image: no input " + URL);
    }

    @Test
    void aDamagedMarkIsAPictureOrRefused() {
        var random = new SplittableRandom(3);
        for (var mark : List.of(noisy("png"), noisy("gif"), noisy("jpeg"))) {
            for (var round = 0; round < 100; round++) {
                var damaged = mark.clone();
                for (var flips = random.nextInt(1, 8); flips > 0; flips--) {
                    damaged[random.nextInt(mark.length)] = (byte) random.nextInt();
                }
                try {
                    TestWork.run(WHITE, "watermark/1/ws/0.3/image/" + URL, Map.of(URL, damaged));
                } catch (Problem.Refused e) {
                    assertThat(e.problem().status()).isEqualTo(400);
                }
            }
        }
    }

    @Test
    void theNameOfAnInputIsBase64UrlWithoutPadding() {
        var url = "https://example.com/ü?>~~";
        var standard =
                java.util.Base64.getEncoder().encodeToString(url.getBytes(StandardCharsets.UTF_8));
        assertThat(standard).contains("+", "/", "=");

        var marked =
                TestWork.run(
                        WHITE,
                        "watermark/1/image/" + standard.replace("/", "%2F"),
                        Map.of(Base64Values.encode(url), mark(20, 20)));
        assertThat(drawn(marked.image()).width).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({
        "watermark, mode",
        "watermark/0, mode",
        "watermark/7, mode",
        "watermark/1, image",
        "watermark/1/image/!!, image",
        "watermark/1/image/aGVsbG8, image",
        "watermark/1/image/ZmlsZTovLy9ldGMvcGFzc3dk, image",
        "watermark/1/image/aHR0cDovL2E/dissolve/0, dissolve",
        "watermark/1/image/aHR0cDovL2E/dissolve/101, dissolve",
        "watermark/1/image/aHR0cDovL2E/gravity/Up, gravity",
        "watermark/1/image/aHR0cDovL2E/dx/100000, dx",
        "watermark/1/image/aHR0cDovL2E/dy/1.5, dy",
        "watermark/1/image/aHR0cDovL2E/ws/1.1, ws",
        "watermark/1/image/aHR0cDovL2E/wst/4, wst",
        "watermark/1/image/aHR0cDovL2E/tile/2, tile",
        "watermark/1/image/aHR0cDovL2E/uws/2, uws",
        "watermark/1/image/aHR0cDovL2E/uhs/x, uhs",
        "watermark/1/image/aHR0cDovL2E/text/SGk, text",
        "watermark/1/image/aHR0cDovL2E/format/docx, format",
        "watermark/1/image/aHR0cDovL2E/ignore-error/2, ignore-error",
        "watermark/2, text",
        "watermark/2/text/IA, text",
        "watermark/2/text/AA, text",
        "watermark/2/text/4oCL, text",
        "watermark/2/text/_w, text",
        "watermark/2/text/SGk/fontsize/10000, fontsize",
        "watermark/2/text/SGk/fontsize/-1, fontsize",
        "watermark/2/text/SGk/fill/cmVkZGlzaA, fill",
        "watermark/2/text/SGk/fill/red, fill",
        "watermark/2/text/SGk/font/_w, font",
        "watermark/2/text/SGk/rotate/10, rotate",
        "watermark/3, image",
        "watermark/3/dx/1, dx",
        "watermark/3/text/SGk/ws/1, ws",
        "watermark/3/image/aHR0cDovL2E/fill/cmVk, fill",
        "watermark/4, text",
        "watermark/4/text/SGk/rotate/181, rotate",
        "watermark/4/text/SGk/uw/0, uw",
        "watermark/4/text/SGk/uh/10000, uh",
        "watermark/4/text/SGk/resize/11, resize",
        "watermark/4/text/SGk/gravity/North, gravity",
    })
    void aWrongArgumentIsNamed(String pipeline, String argument) {
        assertRefused(WHITE, pipeline, "bad argument: " + argument);
    }

    @Test
    void aTextIsNotTooLongAndMarksAreNotTooMany() {
        assertRefused(
                WHITE,
                "watermark/2/text/" + Base64Values.encode("x".repeat(1001)),
                "bad argument: text");
        assertRefused(WHITE, "watermark/3" + ("/text/" + TEXT).repeat(21), "bad argument: text");
        TestWork.run(WHITE, "watermark/3" + ("/text/" + TEXT).repeat(20));
    }

    private static BufferedImage mark(byte[] source, byte[] mark, String arguments) {
        return TestWork.run(source, "watermark/1/image/" + URL + arguments, Map.of(URL, mark))
                .image();
    }

    private static BufferedImage text(String text) {
        return TestWork.run(WHITE, "watermark/2/fontsize/400/text/" + Base64Values.encode(text))
                .image();
    }

    private static BufferedImage tiles(String arguments) {
        var text = Base64Values.encode("tile");
        return TestWork.run(WHITE, "watermark/4/text/" + text + arguments).image();
    }

    private static List<Integer> letters(String text, String font) {
        var image =
                TestWork.run(
                                WHITE,
                                "watermark/2/fontsize/600/text/"
                                        + Base64Values.encode(text)
                                        + "/font/"
                                        + Base64Values.encode(font))
                        .image();
        return Arrays.stream(image.getRGB(0, 0, 250, 250, null, 0, 250)).boxed().toList();
    }

    private static byte[] mark(int width, int height) {
        return flat(width, height, Color.RED, "png");
    }

    private static byte[] flat(int width, int height, Color color, String format) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return Pictures.write(image, format);
    }

    /** What is not white. */
    private static Rectangle drawn(BufferedImage image) {
        return drawn(image, rgb -> (rgb & 0xffffff) != 0xffffff);
    }

    private static Rectangle drawn(BufferedImage image, IntPredicate isDrawn) {
        var drawn = new Rectangle();
        for (var x = 0; x < image.getWidth(); x++) {
            for (var y = 0; y < image.getHeight(); y++) {
                if (isDrawn.test(image.getRGB(x, y))) {
                    var pixel = new Rectangle(x, y, 1, 1);
                    drawn = drawn.isEmpty() ? pixel : drawn.union(pixel);
                }
            }
        }
        return drawn;
    }

    private static int lightest(BufferedImage image) {
        var lightest = 0;
        for (var x = 0; x < image.getWidth(); x++) {
            for (var y = 0; y < image.getHeight(); y++) {
                lightest = Math.max(lightest, image.getRGB(x, y) >> 8 & 0xff);
            }
        }
        return lightest;
    }

    private static byte[] noisy(String format) {
        var image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
        var random = new SplittableRandom(1);
        for (var i = 0; i < 2400; i++) {
            image.setRGB(i % 60, i / 60, random.nextInt(0x1000000));
        }
        return Pictures.write(image, format);
    }

    /** Red, green, blue, 40x30, shown for 100, 200 and 300 ms, twice. */
    private static byte[] animation(String saver) {
        return animation(saver, 40, 30, 2, 100, List.of("255 0 0", "0 255 0", "0 0 255"));
    }

    /** White; its times are its own. */
    private static byte[] tinyAnimatedMark() {
        return animation("gifsave_buffer", 5, 5, 7, 50, List.of("255 255 255", "0 0 0"));
    }

    private static byte[] animation(
            String saver, int width, int height, int loop, int delay, List<String> colors) {
        try (var scope = TestVips.get().open()) {
            var frames = colors.stream().map(color -> flat(scope, width, height, color)).toList();
            var joined = scope.call("arrayjoin", "in", frames, "across", 1);
            var roll = scope.call("copy", "in", joined);
            roll.set("page-height", height);
            var delays = new int[colors.size()];
            Arrays.setAll(delays, frame -> delay * (frame + 1));
            roll.set("delay", delays);
            roll.set("loop", loop);
            return TestVips.bytes(scope.save(saver, "in", roll));
        }
    }

    private static Image flat(ImageScope scope, int width, int height, String color) {
        var black = scope.call("black", "width", width, "height", height, "bands", 3);
        var colored = scope.call("linear", "in", black, "a", "1 1 1", "b", color, "uchar", true);
        return scope.call("copy", "in", colored, "interpretation", "srgb");
    }

    private static void assertRefused(byte[] source, String pipeline, String error) {
        assertRefused(source, pipeline, Map.of(), error);
    }

    private static void assertRefused(
            byte[] source, String pipeline, Map<String, byte[]> inputs, String error) {
        assertThatThrownBy(() -> TestWork.run(source, pipeline, inputs))
                .as(pipeline)
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        e -> {
                            assertThat(e.problem().status()).isEqualTo(400);
                            assertThat(e.problem().error()).contains(error);
                        });
    }
}
