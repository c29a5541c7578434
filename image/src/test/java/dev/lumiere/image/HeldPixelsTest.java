package dev.lumiere.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Base64Values;
import dev.lumiere.image.vips.TestVips;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request holds so many pixels and no more, whatever small file or short URL asks for them. */
class HeldPixelsTest {
    private static final byte[] HUGE = black(12_000, 12_000);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "imageMogr2/rotate/90/thumbnail/10x",
                "imageMogr2/rotate/7/thumbnail/10x",
                "roundPic/radius/10",
            })
    void whatHasToBeHeldWholeIsRefused(String pipeline) {
        assertThat(HUGE.length).isLessThan(2 << 20);
        assertThatThrownBy(() -> TestWork.run(HUGE, pipeline)).hasMessageContaining("over limit");
    }

    @Test
    void whatIsReadRowByRowIsNot() {
        assertThat(TestWork.run(HUGE, "imageView2/2/w/100/format/png").image().getWidth())
                .isEqualTo(100);
    }

    @Test
    void whatCannotBeMadeSlimStaysAsItIs() {
        assertThat(TestWork.run(HUGE, "imageslim").bytes()).isEqualTo(HUGE);
    }

    @Test
    void lettersLargerThanAnyPictureAreNotDrawn() {
        var text = Base64Values.encode("MMMM\nMMMM\nMMMM\nMMMM");
        var picture = Pictures.png(100, 100);
        var before = TestVips.get().pixelBytes();
        TestWork.run(picture, "watermark/4/text/" + text + "/fontsize/9999/resize/10");

        Awaitility.await().until(() -> TestVips.get().pixelBytes() <= before);
    }

    private static byte[] black(int width, int height) {
        try (var scope = TestVips.get().open()) {
            var one = scope.call("black", "width", width, "height", height);
            var three = scope.call("bandjoin", "in", List.of(one, one, one));
            var rgb = scope.call("copy", "in", three, "interpretation", "srgb");
            return TestVips.bytes(scope.save("pngsave_buffer", "in", rgb));
        }
    }
}
