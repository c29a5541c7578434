package dev.lumiere.fop;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stages that run one after the other: the body and content type of one are the input of the next.
 *
 * @param stages at least one, at most {@value #MAX_STAGES}
 */
public record Pipeline(List<Stage> stages) {
    /** Formats that take much longer to write than a picture takes to decode and shrink. */
    public static final Set<String> SLOW_FORMATS = Set.of("avif", "heic", "jxl");

    /** How many stages one request may have. */
    public static final int MAX_STAGES = 10;

    /** How many segments all stages may have together, operations included. */
    public static final int MAX_SEGMENTS = 256;

    public Pipeline {
        stages = List.copyOf(stages);
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("a pipeline has no stage");
        }
        if (stages.size() > MAX_STAGES) {
            throw new IllegalArgumentException("over " + MAX_STAGES + " stages");
        }
        if (stages.stream().mapToInt(Stage::segments).sum() > MAX_SEGMENTS) {
            throw new IllegalArgumentException("over " + MAX_SEGMENTS + " segments");
        }
    }

    public static Pipeline of(Stage... stages) {
        return new Pipeline(List.of(stages));
    }

    /** All stages but the last; null if there is no other. */
    public @Nullable Pipeline withoutLast() {
        return stages.size() == 1 ? null : new Pipeline(stages.subList(0, stages.size() - 1));
    }

    /**
     * The one encoded form: {@code a/b|c/d}, every segment percent-encoded except unreserved
     * characters. Equal pipelines have equal forms, different ones different forms.
     */
    public String canonical() {
        return stages.stream().map(Pipeline::canonical).collect(Collectors.joining("|"));
    }

    /**
     * The format it is to end in: what follows {@code format} in the last stage that has one, as
     * services name it in {@code out}; null if none says.
     */
    public @Nullable String format() {
        for (var stage : stages.reversed()) {
            var at = stage.arguments().lastIndexOf("format");
            if (at >= 0 && at + 1 < stage.arguments().size()) {
                var format = stage.arguments().get(at + 1);
                return format.equals("jpg") ? "jpeg" : format;
            }
        }
        return null;
    }

    /** Whether it ends in one of the {@link #SLOW_FORMATS}. */
    public boolean isSlowToWrite() {
        var format = format();
        return format != null && SLOW_FORMATS.contains(format);
    }

    /**
     * Reads what {@link #canonical} wrote.
     *
     * @throws IllegalArgumentException saying what is wrong with {@code canonical}
     */
    public static Pipeline decode(String canonical) {
        var stages = new ArrayList<Stage>();
        for (var stage : canonical.split("\\|", MAX_STAGES + 1)) {
            var segments = stage.split("/", MAX_SEGMENTS + 1);
            var arguments = new ArrayList<String>(segments.length - 1);
            for (var i = 1; i < segments.length; i++) {
                arguments.add(PercentEncoding.decode(segments[i]));
            }
            stages.add(new Stage(PercentEncoding.decode(segments[0]), arguments));
        }
        return new Pipeline(stages);
    }

    private static String canonical(Stage stage) {
        var form = new StringBuilder(PercentEncoding.encode(stage.operation()));
        for (var argument : stage.arguments()) {
            form.append('/').append(PercentEncoding.encode(argument));
        }
        return form.toString();
    }
}
