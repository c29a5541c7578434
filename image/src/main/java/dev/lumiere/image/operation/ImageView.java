package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.Geometry;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.OutputLimits;
import dev.lumiere.image.picture.Picture;
import dev.lumiere.image.picture.Tools;

/**
 * {@code imageView2/MODE/w/…/h/…}: a smaller picture in one of six modes; and the older {@code
 * imageView} with two of them.
 *
 * @param mode 0 to 5, see {@link Geometry#of}
 * @param w width or long edge of the box, 0 if not given
 * @param h height or short edge of the box, 0 if not given
 * @param encoding how to write it
 * @param ignoresErrors to give the input if it cannot be processed
 */
record ImageView(int mode, int w, int h, EncodingParameters encoding, boolean ignoresErrors)
        implements Operation.OnPicture {
    private static final int MAX_EDGE = 9999;
    private static final Parameters.Shape VIEW =
            Parameters.Shape.of("mode").names("w", "h", "q", "quality", "format");
    private static final Parameters.Shape VIEW2 =
            Parameters.Shape.of("mode")
                    .names(
                            "w",
                            "h",
                            "q",
                            "quality",
                            "format",
                            "interlace",
                            "colors",
                            "ignore-error",
                            "chroma",
                            "lossless",
                            "max-bytes",
                            "distance");

    /** {@code imageView}. */
    static ImageView parse(Stage stage) {
        var parameters = Parameters.read(stage, VIEW);
        var mode = parameters.require("mode").integer(1, 2);
        if (!parameters.has("h")) {
            parameters.require("w");
        }
        return of(mode, parameters, QualityRule.AS_ASKED, 85);
    }

    /** {@code imageView2}. */
    static ImageView parse2(Stage stage) {
        var parameters = Parameters.read(stage, VIEW2);
        var mode = parameters.require("mode").integer(0, 5);
        return of(mode, parameters, QualityRule.CORRECTED, 75);
    }

    private static ImageView of(
            int mode, Parameters parameters, QualityRule rule, int defaultQuality) {
        return new ImageView(
                mode,
                parameters.find("w").map(w -> w.integer(1, MAX_EDGE)).orElse(0),
                parameters.find("h").map(h -> h.integer(1, MAX_EDGE)).orElse(0),
                EncodingParameters.read(parameters, rule, defaultQuality, false),
                parameters.find("ignore-error").map(Parameter::zeroOrOne).orElse(false));
    }

    @Override
    public boolean isReducible() {
        return !ignoresErrors && encoding.budget().filter(ByteBudget::needsInput).isEmpty();
    }

    @Override
    public Picture apply(Input input, Tools tools) {
        var geometry = Geometry.of(mode, w, h, input.size());
        var result = encoding.encoding(input, geometry.cut());
        var animated = encoding.staysAnimated(input);
        new OutputLimits(tools.config()).check(geometry.cut(), result.format(), input, animated);

        var painter = tools.painter();
        var images =
                input.images(tools.scope(), geometry.scaled(), animated).stream()
                        .map(image -> painter.shape(image, geometry))
                        .map(painter::display)
                        .map(image -> result.format().hasAlpha() ? image : painter.opaque(image))
                        .toList();
        return Picture.of(images, result);
    }
}
