package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.SourceFormat;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.VipsException;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * {@code imageAve}: the average colour in sRGB, each pixel weighed by its opacity; white where
 * nothing is opaque. A large JPEG is decoded at half its size, which is the same within 1; at an
 * eighth it would not be, as its overshoots are cut then.
 */
public record ImageAve() implements Operation.OnFile {
    /** Of the ten columns of what libvips calls statistics. */
    private static final int COLUMNS = 10;

    private static final int MEAN = 4;

    private static final long LARGE_PIXELS = 1_000_000;

    static ImageAve parse(Stage stage) {
        Parameters.read(stage, Parameters.Shape.of());
        return new ImageAve();
    }

    @Override
    public Written apply(Written file, Tools tools) {
        var source = Source.read(tools.scope(), file, tools.config());
        try (var _ = tools.spans().start("decode")) {
            var wanted = isLargeJpeg(source) ? half(source.size()) : source.size();
            var stored = source.images(tools.scope(), wanted, false).getFirst();
            var rgb = average(tools.painter().display(stored), tools.scope());
            var word = String.format(Locale.ROOT, "0x%06x", rgb);
            return Written.of(JsonObject.of("RGB", word).toBuffer().getBytes(), "application/json");
        } catch (VipsException e) {
            throw Source.corrupt(e);
        }
    }

    private static boolean isLargeJpeg(Source source) {
        return source.format() == SourceFormat.JPEG && source.stored().pixels() >= LARGE_PIXELS;
    }

    private static Size half(Size size) {
        return new Size(Math.max(1, size.width() / 2), Math.max(1, size.height() / 2));
    }

    private static int average(Image image, ImageScope scope) {
        var weighed = image.hasAlpha() ? scope.call("premultiply", "in", image) : image;
        var means = scope.doubles(scope.call("stats", "in", weighed));
        var colors = image.hasAlpha() ? image.bands() - 1 : image.bands();
        var opacity = image.hasAlpha() ? mean(means, colors) / 255 : 1;
        var rgb = 0;
        for (var color = 0; color < 3; color++) {
            var mean = mean(means, Math.min(color, colors - 1));
            rgb = rgb << 8 | (opacity > 0 ? Math.clamp(Math.round(mean / opacity), 0, 255) : 255);
        }
        return rgb;
    }

    /** The first row is about all bands together. */
    private static double mean(double[] statistics, int band) {
        return statistics[(band + 1) * COLUMNS + MEAN];
    }
}
