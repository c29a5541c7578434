package dev.lumiere.gateway;

import dev.lumiere.fop.Parameter;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * {@code dpr/2}: lengths are given in CSS pixels, of which each is two device pixels wide. They are
 * multiplied here and the parameter taken away, so the same picture has one name whoever asked for
 * it, and workers know device pixels only.
 *
 * <p>Of {@code imageView} and {@code imageView2} that is {@code w} and {@code h}; of {@code
 * imageMogr2} every number of its geometries. Where a length would become too long, all are
 * multiplied by less.
 */
final class DevicePixels {
    static final String NAME = "dpr";
    static final String AUTO = "auto";

    private static final Set<String> VIEWS = Set.of("imageView", "imageView2");
    private static final String MOGRIFY = "imageMogr2";
    private static final Set<String> LENGTHS = Set.of("w", "h");
    private static final Set<String> GEOMETRIES =
            Set.of("thumbnail", "scrop", "crop", "extent", "border");
    private static final Set<String> FLAGS = Set.of("auto-orient", "strip");

    /** Percentages and areas are no lengths. */
    private static final Pattern RELATIVE = Pattern.compile("[p%@]");

    private static final Pattern RATIO = Pattern.compile("[1-4](\\.[0-9])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final double MAX_RATIO = 4;
    private static final double MAX_LENGTH = 9999;
    private static final int MAX_DIGITS = 5;

    private DevicePixels() {}

    /**
     * Does this for every {@code dpr} that says a number.
     *
     * @throws dev.lumiere.service.Problem.Refused 400 if it is not from 1 to 4 with at most one
     *     decimal, or geometries have no lengths to be multiplied
     */
    static Pipeline fixed(Pipeline pipeline) {
        return each(
                pipeline,
                stage -> {
                    var at = positionOf(NAME, stage);
                    var value = at < 0 ? AUTO : stage.arguments().get(at + 1);
                    return value.equals(AUTO) ? stage : sized(stage, ratio(value));
                });
    }

    /** The pipeline with each of its stages changed. */
    static Pipeline each(Pipeline pipeline, UnaryOperator<Stage> change) {
        return new Pipeline(pipeline.stages().stream().map(change).toList());
    }

    private static double ratio(String value) {
        var ratio = RATIO.matcher(value).matches() ? Double.parseDouble(value) : 0;
        if (ratio < 1 || ratio > MAX_RATIO) {
            throw new Parameter(NAME, value).bad();
        }
        return ratio;
    }

    /** The stage without its {@code dpr}, and with lengths that many times as long. */
    static Stage sized(Stage stage, double ratio) {
        var arguments = new ArrayList<>(stage.arguments());
        for (var at = positionOf(NAME, stage); at >= 0; ) {
            arguments.subList(at, at + 2).clear();
            at = positionOf(NAME, new Stage(stage.operation(), arguments));
        }
        var without = new Stage(stage.operation(), arguments);
        var isView = VIEWS.contains(stage.operation());
        var values =
                names(without).stream()
                        .filter(at -> (isView ? LENGTHS : GEOMETRIES).contains(arguments.get(at)))
                        .map(at -> at + 1)
                        .toList();
        var longest = 1;
        for (var at : values) {
            var value = arguments.get(at);
            if (!isView && RELATIVE.matcher(value).find()) {
                throw new Parameter(NAME, value).bad();
            }
            longest = Math.max(longest, longestOf(value));
        }
        var held = Math.max(1, Math.min(ratio, MAX_LENGTH / longest));
        for (var at : values) {
            arguments.set(at, multiplied(arguments.get(at), held));
        }
        return new Stage(stage.operation(), arguments);
    }

    private static int longestOf(String value) {
        return NUMBER.matcher(value)
                .results()
                .filter(number -> number.group().length() <= MAX_DIGITS)
                .mapToInt(number -> Integer.parseInt(number.group()))
                .max()
                .orElse(1);
    }

    /** What is no number of pixels stays as it is, for the worker to refuse. */
    private static String multiplied(String value, double ratio) {
        return NUMBER.matcher(value)
                .replaceAll(number -> {
                    var digits = number.group();
                    return digits.length() > MAX_DIGITS
                            ? digits
                            : Long.toString(Math.round(Integer.parseInt(digits) * ratio));
                });
    }

    /** Where an argument of this name stands, with a value behind it; the last counts; or -1. */
    static int positionOf(String name, Stage stage) {
        return names(stage).stream()
                .filter(at -> stage.arguments().get(at).equals(name))
                .reduce(-1, (_, later) -> later);
    }

    /** Where names stand that have a value behind them, of operations whose shape is known here. */
    private static List<Integer> names(Stage stage) {
        var arguments = stage.arguments();
        var isView = VIEWS.contains(stage.operation());
        var at = new ArrayList<Integer>();
        if (!isView && !stage.operation().equals(MOGRIFY)) {
            return at;
        }
        for (var next = isView ? 1 : 0; next + 1 < arguments.size(); ) {
            if (!isView && FLAGS.contains(arguments.get(next))) {
                next += arguments.get(next + 1).equals("1") ? 2 : 1;
            } else {
                at.add(next);
                next += 2;
            }
        }
        return at;
    }
}
