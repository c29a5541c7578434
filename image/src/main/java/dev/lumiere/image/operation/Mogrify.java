package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.SourceFormat;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.ImageConfig;
import dev.lumiere.image.picture.Input;
import dev.lumiere.image.picture.OutputFormat;
import dev.lumiere.image.picture.OutputLimits;
import dev.lumiere.image.picture.Picture;
import dev.lumiere.image.picture.Rgba;
import dev.lumiere.image.picture.Size;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.Tools;
import java.util.List;

/**
 * {@code imageMogr2/STEP/…/STEP/…}: steps done one after the other, then written once; and the
 * older {@code imageMogr}. The picture is not set upright unless asked.
 *
 * @param steps in the order of the URL
 * @param background under what is transparent, where the result cannot be so
 * @param encoding how to write it
 * @param leavesGifs GIFs are given as they are, whatever is asked
 * @param ignoresErrors to give the input if it cannot be processed
 */
record Mogrify(
        List<MogrifyStep> steps,
        Rgba background,
        EncodingParameters encoding,
        boolean leavesGifs,
        boolean ignoresErrors)
        implements Operation.OnPicture {
    private static final Parameters.Shape SHAPE =
            Parameters.Shape.of()
                    .flags("auto-orient", "strip")
                    .names(
                            "thumbnail",
                            "gravity",
                            "crop",
                            "scrop",
                            "rotate",
                            "blur",
                            "sharpen",
                            "extent",
                            "border",
                            "bordercolor",
                            "background",
                            "format",
                            "quality",
                            "interlace",
                            "colors",
                            "density",
                            "size-limit",
                            "ignore-error",
                            "chroma",
                            "lossless",
                            "max-bytes",
                            "distance");

    Mogrify {
        steps = List.copyOf(steps);
    }

    /** {@code imageMogr}, and {@code imageMogr/v2} for the newer. */
    static Mogrify parse(Stage stage) {
        var arguments = stage.arguments();
        return !arguments.isEmpty() && arguments.getFirst().equals("v2")
                ? parse2(new Stage(stage.operation(), arguments.subList(1, arguments.size())))
                : of(Parameters.read(stage, SHAPE), true, QualityRule.AT_MOST_SOURCE, 85);
    }

    /** {@code imageMogr2}. */
    static Mogrify parse2(Stage stage) {
        return of(Parameters.read(stage, SHAPE), false, QualityRule.CORRECTED, 75);
    }

    private static Mogrify of(
            Parameters parameters, boolean older, QualityRule rule, int defaultQuality) {
        return new Mogrify(
                MogrifySteps.read(parameters, older),
                MogrifySteps.background(parameters),
                EncodingParameters.read(parameters, rule, defaultQuality, true),
                older,
                parameters.find("ignore-error").map(Parameter::zeroOrOne).orElse(false));
    }

    @Override
    public boolean leavesLongAnimations() {
        return true;
    }

    /** Not where metadata or the source's own bytes may be wanted. */
    @Override
    public boolean isReducible() {
        return !ignoresErrors
                && !encoding.keepsMetadata()
                && encoding.budget().filter(ByteBudget::needsInput).isEmpty();
    }

    @Override
    public Input apply(Input given, Tools tools) {
        if (given instanceof Source source) {
            if (isLeft(source, tools.config())) {
                return source;
            }
            source.requireFewFrames(tools.config());
        }
        var input = comparable(given, tools);
        var animated = encoding.staysAnimated(input);
        var limits = new OutputLimits(tools.config());
        var plan = MogrifyPlan.of(stepsFor(input), input, animated, limits);
        var result = plan.result();
        var written = encoding.encoding(input, result.size());
        limits.check(result.size(), written.format(), input, animated);

        var painter = tools.painter();
        var orientation = written.keepsMetadata() ? result.orientation() : 0;
        var images =
                plan.apply(input.images(tools.scope(), plan.wanted(), animated), painter).stream()
                        .map(frame ->
                                written.format().hasAlpha()
                                        ? frame
                                        : painter.opaque(frame, background))
                        .map(frame -> painter.renewed(frame, orientation == 0))
                        .toList();
        return new Picture(images, Size.of(images.getFirst()), orientation, written);
    }

    private boolean isLeft(Source source, ImageConfig config) {
        return source.format() == SourceFormat.GIF
                && (leavesGifs || source.frames() > config.maxGifFrames());
    }

    /** Of a GIF all but blurring. */
    private List<MogrifyStep> stepsFor(Input input) {
        return input.sameFormat() == OutputFormat.GIF
                ? steps.stream().filter(step -> !(step instanceof MogrifyStep.Blur)).toList()
                : steps;
    }

    /** With pixels that can be asked for twice, if it may be written to be compared. */
    private Input comparable(Input given, Tools tools) {
        return given instanceof Picture picture
                        && encoding.budget().filter(ByteBudget::needsInput).isPresent()
                ? picture.computed(tools.scope())
                : given;
    }
}
