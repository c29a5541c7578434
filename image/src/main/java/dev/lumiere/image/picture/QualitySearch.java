package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the lowest quality at which what is written still looks like the picture: written, read
 * again and compared by {@link MultiScaleSsim}, in six or seven trials. Of a large picture, trials
 * are made with a sample of up to sixteen tiles, so that they cost the same whatever its size.
 */
final class QualitySearch {
    private static final int LOWEST = 10;
    private static final int TILE = 256;
    private static final int MOST_TILES = 16;
    private static final int MOST_A_SIDE = 4;
    private static final int MAX_PIXELS = MOST_TILES * TILE * TILE;

    private final ImageScope scope;
    private final Writer writer;

    /** Writes a picture. */
    @FunctionalInterface
    interface Writer {
        MemorySegment write(Image image, Encoding encoding);
    }

    QualitySearch(ImageScope scope, Writer writer) {
        this.scope = scope;
        this.writer = writer;
    }

    /**
     * Searches.
     *
     * @param image in memory
     * @param encoding its quality is the highest that may come out
     * @param maxDistance 1 less the least similarity
     */
    int lowest(Image image, Encoding encoding, double maxDistance) {
        if (!image.isUchar() || Math.min(image.width(), image.height()) < MultiScaleSsim.WINDOW) {
            return encoding.quality();
        }
        var sample = sample(image);
        var original = seen(sample);
        var tooLow = LOWEST - 1;
        var enough = encoding.quality();
        while (enough - tooLow > 1) {
            var tried = (tooLow + enough) / 2;
            var written = writer.write(sample, encoding.withQuality(tried));
            var seen = seen(read(written, encoding.format()));
            if (distance(original, seen, sample.width()) <= maxDistance) {
                enough = tried;
            } else {
                tooLow = tried;
            }
        }
        return enough;
    }

    /** Tiles from all over, each beginning where an encoder's block begins. */
    private Image sample(Image image) {
        var pixels = (long) image.width() * image.height();
        if (pixels <= MAX_PIXELS) {
            return image;
        }
        var width = Math.min(TILE, image.width());
        var height = Math.min(TILE, image.height());
        var rows = Math.min(MOST_A_SIDE, image.height() / height);
        var columns = Math.min(MOST_TILES / rows, image.width() / width);
        var tiles = new ArrayList<Image>();
        for (var row = 0; row < rows; row++) {
            for (var column = 0; column < columns; column++) {
                tiles.add(
                        scope.call(
                                "extract_area",
                                "input",
                                image,
                                "left",
                                start(column, columns, image.width() - width),
                                "top",
                                start(row, rows, image.height() - height),
                                "width",
                                width,
                                "height",
                                height));
            }
        }
        return scope.inMemory(scope.call("arrayjoin", "in", tiles, "across", columns));
    }

    private static int start(int number, int of, int last) {
        return of == 1 ? 0 : (int) ((long) last * number / (of - 1)) & -16;
    }

    private Image read(MemorySegment written, OutputFormat format) {
        var decoder =
                switch (format) {
                    case JPEG -> Decoder.JPEG;
                    case WEBP -> Decoder.WEBP;
                    case AVIF -> Decoder.AVIF;
                    case HEIC -> Decoder.HEIC;
                    case JXL -> Decoder.JXL;
                    case PNG, GIF, TIFF, BMP ->
                            throw new IllegalArgumentException(format + " has no quality");
                };
        return scope.call(decoder.operation(), "buffer", written);
    }

    private static double distance(
            List<MemorySegment> original, List<MemorySegment> seen, int width) {
        var largest = 0.0;
        for (var i = 0; i < original.size(); i++) {
            var similar = MultiScaleSsim.of(original.get(i), seen.get(i), width);
            largest = Math.max(largest, 1 - similar);
        }
        return largest;
    }

    /** Grey levels; of what can be seen through, before black and before white. */
    private List<MemorySegment> seen(Image image) {
        if (!image.hasAlpha()) {
            return List.of(grey(image));
        }
        return List.of(
                grey(scope.call("flatten", "in", image, "background", 0)),
                grey(scope.call("flatten", "in", image, "background", 255)));
    }

    private MemorySegment grey(Image image) {
        return scope.pixels(scope.call("colourspace", "in", image, "space", "b-w"));
    }
}
