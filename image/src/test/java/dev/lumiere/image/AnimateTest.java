package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.image.vips.TestVips;
import dev.lumiere.service.Problem;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnimateTest {
    private static final String GREEN = Base64Values.encode("green.png");
    private static final String BLUE = Base64Values.encode("a/blue.jpg");
    private static final byte[] RED = flat(60, 40, Color.RED, "jpeg");
    private static final Map<String, byte[]> FURTHER =
            Map.of(
                    GREEN,
                    flat(60, 40, Color.GREEN, "png"),
                    BLUE,
                    flat(100, 100, Color.BLUE, "jpeg"));
    private static final String ALL = "/merge/key/" + GREEN + "/key/" + BLUE;

    @Test
    void framesFollowEachOther() {
        var output = TestWork.run(RED, "animate/duration/25" + ALL, FURTHER);

        assertThat(output.contentType()).isEqualTo("image/gif");
        frames(
                output,
                3,
                25,
                roll -> {
                    assertThat(Pictures.near(roll, 30, 20, Color.RED)).isTrue();
                    assertThat(Pictures.near(roll, 30, 60, Color.GREEN)).isTrue();
                    assertThat(Pictures.near(roll, 30, 100, Color.BLUE)).isTrue();
                    // A square in a frame that lies.
                    assertThat(Pictures.near(roll, 5, 100, Color.WHITE)).isTrue();
                    assertThat(Pictures.near(roll, 54, 100, Color.WHITE)).isTrue();
                    assertThat(Pictures.near(roll, 12, 82, Color.BLUE)).isTrue();
                });
    }

    @Test
    void backwardsIfAskedSo() {
        frames(
                TestWork.run(RED, "animate/duration/1" + ALL + "/effect/1", FURTHER),
                3,
                1,
                roll -> {
                    assertThat(Pictures.near(roll, 30, 20, Color.BLUE)).isTrue();
                    assertThat(Pictures.near(roll, 30, 100, Color.RED)).isTrue();
                });
        frames(
                TestWork.run(RED, "animate/effect/0" + ALL + "/duration/7", FURTHER),
                3,
                7,
                roll -> assertThat(Pictures.near(roll, 30, 20, Color.RED)).isTrue());
    }

    @Test
    void onePictureIsAnAnimationOfOne() {
        var output = TestWork.run(RED, "animate/duration/100");
        assertThat(output.contentType()).isEqualTo("image/gif");
        assertThat(TestWork.run(output.bytes(), "imageInfo").text()).contains("\"frameNumber\":1");
    }

    @Test
    void whatIsTransparentStaysSo() {
        var clear = new BufferedImage(60, 40, BufferedImage.TYPE_INT_ARGB);
        clear.createGraphics().fillRect(0, 0, 30, 40);
        frames(
                TestWork.run(Pictures.write(clear, "png"), "animate/duration/5" + ALL, FURTHER),
                3,
                5,
                roll -> {
                    assertThat(roll.getRGB(50, 20) >>> 24).isZero();
                    assertThat(Pictures.near(roll, 10, 20, Color.WHITE)).isTrue();
                    assertThat(Pictures.near(roll, 30, 60, Color.GREEN)).isTrue();
                });
    }

    @Test
    void anAnimationMayFollowOtherStagesAndBeFollowed() {
        var output =
                TestWork.run(
                        RED,
                        "imageView2/2/w/30|animate/duration/9" + ALL + "|imageView2/2/w/15",
                        FURTHER);

        assertThat(TestWork.run(output.bytes(), "imageInfo").text())
                .contains("\"width\":15,\"height\":10", "\"frameNumber\":3");
    }

    @Test
    void twentyFramesAndNoMore() {
        var keys = new StringBuilder("animate/duration/5/merge");
        var further = new HashMap<String, byte[]>();
        for (var i = 1; i < 20; i++) {
            var name = Base64Values.encode("frame" + i);
            keys.append("/key/").append(name);
            further.put(name, flat(60, 40, new Color(10 * i, 0, 0), "png"));
        }
        frames(TestWork.run(RED, keys.toString(), further), 20, 5, roll -> {});
        assertRefused(RED, keys + "/key/" + GREEN, further, "bad argument: key");
    }

    @Test
    void onlyStillsUpTo1080By1080() {
        assertThat(TestWork.run(Pictures.png(1080, 1080), "animate/duration/5").contentType())
                .isEqualTo("image/gif");
        assertRefused(
                Pictures.png(1081, 10), "animate/duration/5", Map.of(), "image's edge over limit");
        assertRefused(Pictures.gif(10, 10), "animate/duration/5", Map.of(), "unsupported format");
        var key = "animate/duration/5/merge/key/" + GREEN;
        assertRefused(
                RED, key, Map.of(GREEN, Pictures.png(10, 1081)), "key: image's edge over limit");
        assertRefused(RED, key, Map.of(GREEN, Pictures.webp(10, 10)), "key: unsupported format");
        assertRefused(RED, key, Map.of(GREEN, new byte[3]), "key: source is not an image");
        assertRefused(RED, key, Map.of(GREEN, Arrays.copyOf(RED, 300)), "key: source is corrupt");
        assertRefused(
                RED, key, Map.of(GREEN, Pictures.claimingPng(60_000, 60_000)), "key: image's edge");
        assertRefused(RED, key, Map.of(), "key: no input " + GREEN);
    }

    @ParameterizedTest
    @CsvSource({
        "animate, duration",
        "animate/duration/0, duration",
        "animate/duration/65536, duration",
        "animate/duration/x, duration",
        "animate/duration/5/merge, merge",
        "animate/duration/5/key/YQ, key",
        "animate/duration/5/merge/key/!, key",
        "animate/duration/5/merge/key, key",
        "animate/duration/5/effect/2, effect",
        "animate/duration/5/format/png, format",
    })
    void aWrongArgumentIsNamed(String pipeline, String argument) {
        assertRefused(RED, pipeline, Map.of(), "bad argument: " + argument);
    }

    private static void frames(
            TestWork.Output output, int frames, int hundredths, Consumer<BufferedImage> roll) {
        try (var arena = Arena.ofConfined();
                var scope = TestVips.get().open()) {
            var bytes = TestVips.nativeBytes(arena, output.bytes());
            var all = scope.call("gifload_buffer", "buffer", bytes, "n", -1);
            assertThat(all.integer("n-pages", 1)).isEqualTo(frames);
            assertThat(all.integer("loop", -1)).isZero();
            assertThat(all.integers("delay")).containsOnly(10 * hundredths).hasSize(frames);
            assertThat(all.height()).isEqualTo(40 * frames);
            var png = TestVips.bytes(scope.save("pngsave_buffer", "in", all));
            roll.accept(TestWork.run(png, "imageView2/0").image());
        }
    }

    private static byte[] flat(int width, int height, Color color, String format) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return Pictures.write(image, format);
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
