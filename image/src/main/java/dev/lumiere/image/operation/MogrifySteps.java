package dev.lumiere.image.operation;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Parameters;
import dev.lumiere.image.picture.Rgba;
import dev.lumiere.image.picture.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads the steps of {@code imageMogr2}. Colours count for all of them wherever they are named,
 * gravity for those behind it.
 */
final class MogrifySteps {
    private static final int MAX_LENGTH = 9999;
    private static final int MAX_RADIUS = 50;
    private static final double MIN_SIGMA = 1e-6;
    private static final double MAX_SIGMA = 1000;
    private static final Pattern LENGTHS = Pattern.compile("(\\d+)x(\\d+)");
    private static final Pattern RADIUS_AND_SIGMA = Pattern.compile("(\\d+)x([\\d.]+)");

    private final boolean proportional;
    private final Rgba background;
    private final Rgba borderColor;
    private Gravity gravity = Gravity.NORTH_WEST;

    private MogrifySteps(Parameters parameters, boolean proportional) {
        this.proportional = proportional;
        this.background = background(parameters);
        this.borderColor = parameters.find("bordercolor").map(Rgba::read).orElse(Rgba.WHITE);
    }

    /**
     * Reads them, leaving out what does nothing.
     *
     * @param proportional whether percent of one side are percent of the other too
     * @throws dev.lumiere.service.Problem.Refused with status 400, naming what is wrong
     */
    static List<MogrifyStep> read(Parameters parameters, boolean proportional) {
        var reader = new MogrifySteps(parameters, proportional);
        var steps = new ArrayList<MogrifyStep>();
        parameters.inOrder().forEach(parameter -> steps.addAll(reader.read(parameter)));
        return steps;
    }

    /** What is behind the picture. */
    static Rgba background(Parameters parameters) {
        return parameters.find("background").map(Rgba::read).orElse(Rgba.WHITE);
    }

    private List<MogrifyStep> read(Parameter parameter) {
        return switch (parameter.name()) {
            case "gravity" -> {
                gravity = Gravity.parse(parameter);
                yield List.of();
            }
            case "sharpen" ->
                    parameter.zeroOrOne() ? List.of(new MogrifyStep.Sharpen()) : List.of();
            case "auto-orient" -> List.of(new MogrifyStep.Upright());
            case "thumbnail" ->
                    List.of(
                            new MogrifyStep.Thumbnail(
                                    ThumbnailGeometry.read(parameter, proportional)));
            case "crop" -> List.of(new MogrifyStep.Crop(CropGeometry.read(parameter), gravity));
            case "scrop" -> smartCrop(parameter);
            case "rotate" -> List.of(new MogrifyStep.Rotate(parameter.integer(1, 360), background));
            case "blur" -> List.of(blur(parameter));
            case "extent" ->
                    List.of(new MogrifyStep.Extent(ExtentGeometry.read(parameter), background));
            case "border" -> List.of(border(parameter));
            default -> List.of();
        };
    }

    private static List<MogrifyStep> smartCrop(Parameter parameter) {
        var lengths = matched(LENGTHS, parameter);
        var width = part(parameter, lengths.group(1)).integer(1, MAX_LENGTH);
        var height = part(parameter, lengths.group(2)).integer(1, MAX_LENGTH);
        var covering = new ThumbnailGeometry(ThumbnailGeometry.Rule.COVER, width, height);
        return List.of(
                new MogrifyStep.Thumbnail(covering),
                new MogrifyStep.SmartCrop(new Size(width, height)));
    }

    private static MogrifyStep blur(Parameter parameter) {
        var blur = matched(RADIUS_AND_SIGMA, parameter);
        return new MogrifyStep.Blur(
                part(parameter, blur.group(1)).integer(1, MAX_RADIUS),
                part(parameter, blur.group(2)).decimal(MIN_SIGMA, MAX_SIGMA));
    }

    private MogrifyStep border(Parameter parameter) {
        var border = matched(LENGTHS, parameter);
        return new MogrifyStep.Border(
                part(parameter, border.group(1)).integer(0, MAX_LENGTH),
                part(parameter, border.group(2)).integer(0, MAX_LENGTH),
                borderColor);
    }

    private static MatchResult matched(Pattern form, Parameter parameter) {
        var matcher = form.matcher(parameter.value());
        if (!matcher.matches()) {
            throw parameter.bad();
        }
        return matcher;
    }

    private static Parameter part(Parameter whole, String text) {
        return new Parameter(whole.name(), text);
    }
}
