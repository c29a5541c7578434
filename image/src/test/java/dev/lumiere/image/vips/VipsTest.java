package dev.lumiere.image.vips;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class VipsTest {
    private final Vips vips = TestVips.get();

    @Test
    void thumbnailsAJpeg() throws IOException {
        try (var scope = vips.open()) {
            var noise = scope.call("gaussnoise", "width", 800, "height", 600);
            var grey = scope.call("cast", "in", noise, "format", "uchar");
            var source = scope.save("jpegsave_buffer", "in", grey, "Q", 90);

            var image = scope.call("jpegload_buffer", "buffer", source, "shrink", 4);
            var small = scope.call("resize", "in", image, "scale", 0.5);
            var jpeg = scope.save("jpegsave_buffer", "in", small, "Q", 80);

            var read = ImageIO.read(new ByteArrayInputStream(TestVips.bytes(jpeg)));
            assertThat(read.getWidth()).isEqualTo(100);
            assertThat(read.getHeight()).isEqualTo(75);
        }
    }

    @Test
    void aFailureCarriesTheLibrarysOwnMessage() {
        try (var scope = vips.open()) {
            assertThatThrownBy(() -> scope.call("no_such_operation"))
                    .isInstanceOf(VipsException.class)
                    .hasMessageContaining("\"no_such_operation\" not found");
            assertThatThrownBy(() -> scope.call("black", "width", 1, "height", 1, "depth", 3))
                    .hasMessageContaining("no property named `depth'");
            assertThatThrownBy(() -> scope.call("black", "width", 1))
                    .hasMessageContaining("parameter height not set");
        }
    }

    @Test
    void aFailureTellsNothingThatMayBeOfAnotherRequest() {
        try (var first = TestVips.get().open()) {
            try (var second = TestVips.get().open()) {
                assertThatThrownBy(() -> second.call("of_the_second")).hasMessage("of_the_second");
            }
            // the second is over, but what it left in the buffer may still be there
            assertThatThrownBy(() -> first.call("of_the_first")).hasMessage("of_the_first");
        }
        try (var alone = TestVips.get().open()) {
            assertThatThrownBy(() -> alone.call("alone"))
                    .hasMessageContaining("\"alone\" not found");
        }
    }

    @Test
    void onlyTheNamedLoadersMayRead() {
        try (var scope = vips.open()) {
            assertThatThrownBy(() ->
                            scope.call(
                                    "rawload",
                                    "filename",
                                    "/etc/hostname",
                                    "width",
                                    1,
                                    "height",
                                    1,
                                    "bands",
                                    1))
                    .hasMessageContaining("blocked");
        }
    }
}
