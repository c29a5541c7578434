package dev.lumiere.systemtest;

import dev.lumiere.fop.SourceFormat;
import dev.lumiere.image.picture.ImageConfig;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.Vips;
import dev.lumiere.image.vips.VipsLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How far apart two pictures look, in units of CIEDE2000, of which 1 is just seen side by side. All
 * frames count; where something is transparent, the worse of both over white and over black.
 *
 * @param mean over all pixels: another quality, sharpness, place or size
 * @param softened root mean square of what is left when both are softened, as the noise of an
 *     encoder is not: another thing in one place
 * @see <a href="https://doi.org/10.1002/col.20070">Sharma, Wu, Dalal (2005)</a>
 */
record PerceptualDistance(double mean, double softened) {
    private static final Vips VIPS =
            Vips.start(
                    VipsLibrary.find(System.getenv(), false),
                    ImageConfig.from(Map.of()).families());
    private static final List<Integer> GROUNDS = List.of(255, 0);
    private static final double SOFTENING = 2;

    /** Of {@code stats}: a row of ten for all bands, which begins with minimum and maximum. */
    private static final int SUM = 2;

    private static final int SUM_OF_SQUARES = 3;

    /** What two pictures must have in common to be compared. */
    record Form(
            SourceFormat format,
            int width,
            int height,
            int frameHeight,
            List<Integer> delays,
            boolean progressive) {
        static Form of(byte[] file) {
            try (var memory = Arena.ofConfined();
                    var scope = VIPS.open()) {
                var image = decoded(scope, file, memory);
                return new Form(
                        formatOf(file),
                        image.width(),
                        image.height(),
                        image.integer("page-height", image.height()),
                        Arrays.stream(image.integers("delay")).boxed().toList(),
                        image.integer("interlaced", 0) == 1);
            }
        }
    }

    /** Of two of the same form. */
    static PerceptualDistance between(byte[] one, byte[] other) {
        try (var memory = Arena.ofConfined();
                var scope = VIPS.open()) {
            var first = decoded(scope, one, memory);
            var second = decoded(scope, other, memory);
            var mean = 0.0;
            var softened = 0.0;
            for (var ground : GROUNDS) {
                var a = seen(scope, first, ground);
                var b = seen(scope, second, ground);
                var left = difference(scope, soft(scope, a), soft(scope, b))[SUM_OF_SQUARES];
                mean = Math.max(mean, difference(scope, a, b)[SUM] / pixels(a));
                softened = Math.max(softened, Math.sqrt(left / pixels(a)));
            }
            return new PerceptualDistance(mean, softened);
        }
    }

    /** Whether both figures are at most those. */
    boolean isWithin(PerceptualDistance limit) {
        return mean <= limit.mean && softened <= limit.softened;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "ΔE00 %.2f on average, %.2f softened", mean, softened);
    }

    private static double pixels(Image image) {
        return (double) image.width() * image.height();
    }

    private static double[] difference(ImageScope scope, Image one, Image other) {
        var all = scope.call("dE00", "left", one, "right", other);
        return scope.doubles(scope.call("stats", "in", all));
    }

    private static Image seen(ImageScope scope, Image image, int ground) {
        var opaque =
                image.hasAlpha() ? scope.call("flatten", "in", image, "background", ground) : image;
        return scope.inMemory(scope.call("colourspace", "in", opaque, "space", "lab"));
    }

    private static Image soft(ImageScope scope, Image image) {
        return scope.inMemory(scope.call("gaussblur", "in", image, "sigma", SOFTENING));
    }

    /** Pixels are read as they are needed, from memory that must last as long. */
    private static Image decoded(ImageScope scope, byte[] file, Arena memory) {
        var bytes = memory.allocateFrom(ValueLayout.JAVA_BYTE, file);
        return switch (formatOf(file)) {
            case JPEG -> scope.call("jpegload_buffer", "buffer", bytes);
            case PNG -> scope.call("pngload_buffer", "buffer", bytes);
            case GIF -> scope.call("gifload_buffer", "buffer", bytes, "n", -1);
            case WEBP -> scope.call("webpload_buffer", "buffer", bytes, "n", -1);
            case AVIF -> scope.call("heifload_buffer", "buffer", bytes);
            default -> throw new IllegalArgumentException("not for a page: " + formatOf(file));
        };
    }

    private static SourceFormat formatOf(byte[] file) {
        return SourceFormat.sniff(MemorySegment.ofArray(file))
                .orElseThrow(() -> new IllegalArgumentException("no picture"));
    }
}
