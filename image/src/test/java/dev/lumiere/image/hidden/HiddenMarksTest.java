package dev.lumiere.image.hidden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.TestVips;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HiddenMarksTest {
    private static final String TEXT = "Lumiere2026Xyz9";
    private static final int EDGE = HiddenDrawing.CANVAS_EDGE;

    private final ImageScope scope = TestVips.get().open();
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        scope.close();
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({
        "gradient, 513, 513, 3",
        "gradient, 1200, 800, 3",
        "gradient, 600, 900, 4",
        "gradient, 700, 600, 1",
        "noise, 700, 600, 1",
        "flat, 700, 600, 3",
        "black, 700, 600, 3",
        "white, 700, 600, 3",
    })
    void textIsReadFromAJpegOfQuality75AndNotSeen(
            String content, int width, int height, int bands) {
        var pixels = picture(content, width, height, bands);
        var before = bytes(pixels);

        new HiddenText(EDGE).write(pixels, TEXT);

        assertThat(psnr(before, bytes(pixels))).isGreaterThan(44);
        assertThat(new HiddenText(EDGE).read(pixels)).contains(TEXT);
        assertThat(new HiddenText(EDGE).read(after(pixels, image -> jpeg(image, 75))))
                .contains(TEXT);
    }

    @ParameterizedTest
    @CsvSource({"0.8, 0.8", "1.3, 1.3", "0.75, 0.75", "1, 0.9"})
    void textIsReadFromAPictureThatWasScaledAndCompressed(double x, double y) {
        var pixels = picture("gradient", 900, 700, 3);

        new HiddenText(EDGE).write(pixels, TEXT);

        var scaled =
                after(
                        pixels,
                        image ->
                                jpeg(
                                        scope.call("resize", "in", image, "scale", x, "vscale", y),
                                        75));
        assertThat(scaled.width()).isEqualTo((int) Math.round(900 * x));
        assertThat(new HiddenText(EDGE).read(scaled)).contains(TEXT);
    }

    @Test
    void aSmallPictureHasRoomOnASmallCanvas() {
        var pixels = picture("gradient", 256, 300, 3);

        new HiddenText(256).write(pixels, "abc");

        assertThat(new HiddenText(256).read(after(pixels, image -> jpeg(image, 75))))
                .contains("abc");
        assertThat(new HiddenText(EDGE).read(pixels)).isEmpty();
    }

    @Test
    void onlyWhatWasHiddenIsFound() {
        for (var content : List.of("gradient", "noise", "flat", "white")) {
            var pixels = picture(content, 600, 600, 1);
            assertThat(new HiddenText(EDGE).read(pixels)).as(content).isEmpty();
            assertThat(new HiddenText(256).read(pixels)).as(content).isEmpty();
            assertThat(new HiddenDrawing().read(pixels)).as(content).isEmpty();
        }
        assertThat(new HiddenText(EDGE).read(picture("flat", 1, 1, 1))).isEmpty();
        assertThat(new HiddenDrawing().read(picture("noise", 7, 2000, 1))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "0.9, 20", "1.2, 200"})
    void aDrawingIsReadFromAJpegOfQuality75(double scale, int wrongAtMost) {
        var pixels = picture("gradient", 900, 700, 3);
        var before = bytes(pixels);
        var drawing = drawing();

        new HiddenDrawing().write(pixels, drawing);

        assertThat(psnr(before, bytes(pixels))).isGreaterThan(42);
        var read =
                new HiddenDrawing()
                        .read(
                                after(
                                        pixels,
                                        image ->
                                                jpeg(
                                                        scope.call(
                                                                "resize", "in", image, "scale",
                                                                scale),
                                                        75)))
                        .orElseThrow();
        var wrong = 0;
        for (var i = 0; i < drawing.length; i++) {
            wrong += drawing[i] == read[i] ? 0 : 1;
        }
        assertThat(wrong).isLessThanOrEqualTo(wrongAtMost);
    }

    @Test
    void opacityStaysAsItIs() {
        var pixels = picture("gradient", 600, 600, 4);
        var before = bytes(pixels);

        new HiddenText(EDGE).write(pixels, TEXT);

        var after = bytes(pixels);
        assertThat(after).isNotEqualTo(before);
        for (var i = 3; i < after.length; i += 4) {
            assertThat(after[i]).isEqualTo(before[i]);
        }
    }

    @Test
    void onlyAFewLettersAndDigitsCanBeHidden() {
        assertThat(HiddenText.canHide("0")).isTrue();
        assertThat(HiddenText.canHide("abcXYZ012345678")).isTrue();
        assertThat(HiddenText.canHide("abcXYZ0123456789")).isFalse();
        assertThat(HiddenText.canHide("")).isFalse();
        assertThat(HiddenText.canHide("a b")).isFalse();
        assertThat(HiddenText.canHide("中")).isFalse();
        var pixels = picture("flat", 600, 600, 1);
        assertThatThrownBy(() -> new HiddenText(EDGE).write(pixels, "a b"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pixelsAreAsManyAsTheyAreSaidToBe() {
        assertThatThrownBy(() -> new Pixels(arena.allocate(11), 2, 2, 3))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> scope.image(arena.allocate(13), 2, 2, 3))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Pixels after(Pixels pixels, UnaryOperator<Image> change) {
        var image = scope.image(pixels.bytes(), pixels.width(), pixels.height(), pixels.bands());
        var opaque =
                image.hasAlpha()
                        ? scope.call("extract_band", "in", image, "band", 0, "n", 3)
                        : image;
        var changed = change.apply(opaque);
        return new Pixels(
                scope.pixels(changed, arena), changed.width(), changed.height(), changed.bands());
    }

    private Image jpeg(Image image, int quality) {
        var jpeg = scope.save("jpegsave_buffer", "in", image, "Q", quality);
        return scope.call("jpegload_buffer", "buffer", jpeg);
    }

    private Pixels picture(String content, int width, int height, int bands) {
        var bytes = arena.allocate((long) width * height * bands);
        var random = new java.util.SplittableRandom(9);
        for (var y = 0; y < height; y++) {
            for (var x = 0; x < width; x++) {
                for (var band = 0; band < bands; band++) {
                    var value =
                            switch (content) {
                                case "flat" -> 90 + 30 * band;
                                case "white" -> 255;
                                case "black" -> 0;
                                case "noise" -> random.nextInt(40, 220);
                                default ->
                                        128 + (int) (100 * Math.sin((x + y * (band + 1)) / 37.0));
                            };
                    bytes.set(
                            ValueLayout.JAVA_BYTE,
                            ((long) y * width + x) * bands + band,
                            (byte) value);
                }
            }
        }
        return new Pixels(bytes, width, height, bands);
    }

    private static boolean[] drawing() {
        var drawing = new boolean[HiddenDrawing.EDGE * HiddenDrawing.EDGE];
        for (var i = 0; i < drawing.length; i++) {
            var x = i % HiddenDrawing.EDGE - 32;
            var y = i / HiddenDrawing.EDGE - 32;
            drawing[i] = x * x + y * y < 600;
        }
        return drawing;
    }

    private static byte[] bytes(Pixels pixels) {
        MemorySegment bytes = pixels.bytes();
        return bytes.toArray(ValueLayout.JAVA_BYTE);
    }

    /** Peak signal-to-noise ratio in decibels. */
    private static double psnr(byte[] before, byte[] after) {
        var squares = 0.0;
        for (var i = 0; i < before.length; i++) {
            var difference = (before[i] & 0xff) - (after[i] & 0xff);
            squares += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255 * before.length / squares);
    }
}
