package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.Encoding;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.OutputFormat;
import dev.lumiere.image.picture.OutputLimits;
import dev.lumiere.image.picture.Picture;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.service.Problem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code imageView2/MODE/w/…/h/…}: a smaller picture in one of six modes; and the older {@code
 * imageView} with two of them.
 *
 * @param mode 0 to 5, see {@link Geometry#of}
 * @param w width or long edge of the box, 0 if not given
 * @param h height or short edge of the box, 0 if not given
 * @param format what to write; empty for the source's own, or JPEG where not all could show that
 * @param sameFormat to write even that as it came
 * @param quality what is asked for; empty for the default
 * @param qualityIsExact not to be lowered to what the source is worth
 * @param colors 0 for the default
 * @param ignoresErrors to give the input if it cannot be processed
 * @param defaultQuality for JPEG and WebP
 */
public record ImageView(
        int mode,
        int w,
        int h,
        Optional<OutputFormat> format,
        boolean sameFormat,
        OptionalInt quality,
        boolean qualityIsExact,
        boolean interlaced,
        int colors,
        boolean ignoresErrors,
        int defaultQuality)
        implements Operation.OnPicture {
    private static final int MAX_EDGE = 9999;
    private static final int DEFAULT_GIF_COLORS = 128;
    private static final List<String> PALETTES =
            List.of("2", "4", "8", "16", "32", "64", "128", "256");
    private static final Parameters.Shape VIEW =
            Parameters.Shape.of("mode").names("w", "h", "q", "quality", "format");
    private static final Parameters.Shape VIEW2 =
            Parameters.Shape.of("mode")
                    .names("w", "h", "q", "format", "interlace", "colors", "ignore-error");

    /** {@code imageView}. */
    public static ImageView parse(Stage stage) {
        var parameters = Parameters.read(stage, VIEW);
        var mode = parameters.require("mode").integer(1, 2);
        if (!parameters.has("h")) {
            parameters.require("w");
        }
        return of(mode, parameters, true, 85);
    }

    /** {@code imageView2}. */
    public static ImageView parse2(Stage stage) {
        var parameters = Parameters.read(stage, VIEW2);
        return of(parameters.require("mode").integer(0, 5), parameters, false, 75);
    }

    private static ImageView of(
            int mode, Parameters parameters, boolean exact, int defaultQuality) {
        var format = parameters.find("format");
        var quality = parameters.find("q").or(() -> parameters.find("quality"));
        var isExact = quality.filter(q -> q.value().endsWith("!")).isPresent();
        return new ImageView(
                mode,
                parameters.find("w").map(w -> w.integer(1, MAX_EDGE)).orElse(0),
                parameters.find("h").map(h -> h.integer(1, MAX_EDGE)).orElse(0),
                format.filter(f -> !isCopy(f)).map(ImageView::format),
                format.filter(ImageView::isCopy).isPresent(),
                quality.map(q -> OptionalInt.of(quality(q))).orElse(OptionalInt.empty()),
                exact || isExact,
                parameters.find("interlace").map(Parameter::zeroOrOne).orElse(false),
                parameters.find("colors").map(c -> Integer.parseInt(c.oneOf(PALETTES))).orElse(0),
                parameters.find("ignore-error").map(Parameter::zeroOrOne).orElse(false),
                defaultQuality);
    }

    private static boolean isCopy(Parameter format) {
        return format.value().equals("copy");
    }

    private static OutputFormat format(Parameter format) {
        if (OutputFormat.isUnsupported(format.value())) {
            throw Problem.badRequest("unsupported format: " + format.value()).refused();
        }
        return OutputFormat.of(format.value()).orElseThrow(format::bad);
    }

    private static int quality(Parameter quality) {
        var text = quality.value();
        var digits = text.endsWith("!") ? text.substring(0, text.length() - 1) : text;
        return new Parameter(quality.name(), digits).integer(1, 100);
    }

    @Override
    public Picture apply(Input input, Tools tools) {
        var geometry = Geometry.of(mode, w, h, input.size());
        var encoding = encoding(input, geometry.cut());
        var animated = input.frames() > 1 && staysAnimated(input.sameFormat(), encoding.format());
        new OutputLimits(tools.config()).check(geometry.cut(), encoding.format(), input, animated);

        var steps = tools.steps();
        var images =
                input.images(tools.scope(), geometry.scaled(), animated).stream()
                        .map(image -> steps.shape(image, geometry))
                        .map(steps::display)
                        .map(image -> encoding.format().hasAlpha() ? image : steps.opaque(image))
                        .toList();
        return Picture.of(images, encoding);
    }

    /** A GIF as GIF, a WebP as WebP or GIF; all else shows the first frame. */
    private static boolean staysAnimated(OutputFormat from, OutputFormat to) {
        return switch (to) {
            case GIF -> from == OutputFormat.GIF || from == OutputFormat.WEBP;
            case WEBP -> from == OutputFormat.WEBP;
            default -> false;
        };
    }

    public Encoding encoding(Input input, Size result) {
        var from = input.sameFormat();
        var to = format.orElse(sameFormat ? from : from.usual());
        var asked = quality.orElse(to.defaultQuality(defaultQuality));
        var worth = input.jpegQuality();
        var lowered =
                qualityIsExact || worth.isEmpty() || to.defaultQuality(0) != 0
                        ? asked
                        : Math.min(asked, worthAfter(worth.getAsInt(), input.size(), result));
        var palette =
                colors == 0 && to == OutputFormat.GIF && from == OutputFormat.GIF
                        ? DEFAULT_GIF_COLORS
                        : colors;
        return Encoding.of(to, lowered).withInterlaced(interlaced).withColors(palette);
    }

    /**
     * What quality a JPEG is worth after shrinking: more than before, as its flaws shrink too, yet
     * not over 90 if it was not before.
     */
    private static int worthAfter(int quality, Size from, Size to) {
        var grown = quality * Math.sqrt((double) from.pixels() / to.pixels());
        var capped = quality <= 90 ? Math.min(90, grown) : grown;
        return Math.clamp(Math.round(capped), 1, 100);
    }
}
