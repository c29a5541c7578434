package dev.lumiere.gateway;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.PipelineRequest;
import dev.lumiere.fop.Pipelines;
import dev.lumiere.fop.SaveAs;
import dev.lumiere.fop.Stage;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.rule.BucketRules;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline under a name, as it stands behind a key: {@code thumb} or, with a parameter, {@code
 * width@300}.
 *
 * <p>The parameter takes the place of {@code $0} and {@code $(param)} within arguments, after the
 * pipeline was read, so it can neither add an argument nor a stage. If there is none, an argument
 * that would need it is left out, and so is its name in front of it.
 *
 * @param parameter empty for none
 */
public record Style(Pipeline pipeline, String parameter) {
    private static final int MAX_PARAMETER_LENGTH = 256;
    private static final Pattern PLACE = Pattern.compile("\\$(0|\\(param\\))");
    private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z-]*");

    /**
     * Finds the style that a text names.
     *
     * @param text {@code name} or {@code name@parameter}
     * @return null if there is none of this name
     */
    static @Nullable Style named(String text, BucketRules rules) {
        var at = text.indexOf('@');
        var pipeline = rules.styles().get(at < 0 ? text : text.substring(0, at));
        var parameter = at < 0 ? "" : text.substring(at + 1);
        return pipeline == null || parameter.length() > MAX_PARAMETER_LENGTH
                ? null
                : new Style(parse(pipeline), parameter);
    }

    /**
     * Says what is wrong with a style's text.
     *
     * @return null if it is a pipeline
     */
    public static @Nullable String fault(String text) {
        try {
            var pipeline = parse(text);
            if (SaveAs.in(pipeline).isPresent()) {
                return "a style cannot save";
            }
            if (!PLACE.matcher(text).find()) {
                DevicePixels.fixed(pipeline);
            }
            return null;
        } catch (Problem.Refused refused) {
            return refused.problem().error();
        }
    }

    private static Pipeline parse(String text) {
        if (text.indexOf('&') >= 0) {
            throw Problem.badRequest("a style has no & in it").refused();
        }
        return switch (Pipelines.parse(text, _ -> true)) {
            case PipelineRequest.Operations(var pipeline, _) -> pipeline;
            case PipelineRequest.Malformed(var problem) -> throw problem.refused();
            case PipelineRequest.Original _ -> throw Problem.badRequest("no pipeline").refused();
        };
    }

    /** All mistakes in all styles, by bucket and name. */
    static Map<String, String> faults(Map<String, BucketRules> rules) {
        var faults = new TreeMap<String, String>();
        rules.forEach((bucket, ofBucket) ->
                ofBucket.styles()
                        .forEach((name, text) -> {
                            var fault = fault(text);
                            if (fault != null) {
                                faults.put(bucket + ":" + name, fault);
                            }
                        }));
        return faults;
    }

    /**
     * What is to be done.
     *
     * @param query what the URL asks for after it; null for nothing
     * @throws IllegalArgumentException if that is too much together
     */
    Pipeline then(@Nullable Pipeline query) {
        var stages = new ArrayList<Stage>();
        pipeline.stages().forEach(stage -> stages.add(filled(stage)));
        if (query != null) {
            stages.addAll(query.stages());
        }
        return new Pipeline(stages);
    }

    private Stage filled(Stage stage) {
        var arguments = new ArrayList<String>();
        for (var argument : stage.arguments()) {
            var place = PLACE.matcher(argument);
            if (!place.find()) {
                arguments.add(argument);
            } else if (!parameter.isEmpty()) {
                arguments.add(place.replaceAll(_ -> Matcher.quoteReplacement(parameter)));
            } else if (!arguments.isEmpty() && NAME.matcher(arguments.getLast()).matches()) {
                arguments.removeLast();
            }
        }
        return new Stage(stage.operation(), arguments);
    }
}
