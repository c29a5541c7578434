package dev.lumiere.gateway;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code format/auto}: the first of our formats that the caller's {@code Accept} names. A caller
 * that names none gets what the operation gives without {@code format}, and so does everyone of a
 * source that may be animated, since not every format keeps that.
 *
 * @param offered names of formats as in a URL, best first
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1">RFC 9110, section 12.5.1</a>
 */
record AutoFormat(List<String> offered) {
    private static final Set<String> MAY_BE_ANIMATED = Set.of("image/gif", "image/webp");
    private static final Pattern NEVER = Pattern.compile("q=0(\\.0{0,3})?");

    AutoFormat {
        offered = List.copyOf(offered);
    }

    /** Whether the answer depends on {@code Accept}. */
    static boolean isWanted(Pipeline pipeline) {
        return pipeline.stages().stream().anyMatch(stage -> positionIn(stage) >= 0);
    }

    /** Whether the last stage, which decides, leaves it to us. */
    static boolean decidesLast(Pipeline pipeline) {
        return positionIn(pipeline.stages().getLast()) >= 0;
    }

    /**
     * The pipeline with every {@code format/auto} decided.
     *
     * @param accept the header of this name; null if there is none
     * @param source content type of what is worked upon, by its bytes
     */
    Pipeline decide(Pipeline pipeline, @Nullable String accept, String source) {
        var mayBeAnimated =
                MAY_BE_ANIMATED.contains(source)
                        || pipeline.stages().stream()
                                .anyMatch(s -> s.operation().equals("animate"));
        return decided(pipeline, mayBeAnimated ? null : chosen(accept, offered));
    }

    /** The same without the formats that are slow to write. */
    Pipeline decideAmongQuick(Pipeline pipeline, @Nullable String accept) {
        var quick = offered.stream().filter(f -> !Pipeline.SLOW_FORMATS.contains(f)).toList();
        return decided(pipeline, chosen(accept, quick));
    }

    private static Pipeline decided(Pipeline pipeline, @Nullable String format) {
        return new Pipeline(
                pipeline.stages().stream().map(stage -> decided(stage, format)).toList());
    }

    private static @Nullable String chosen(@Nullable String accept, List<String> formats) {
        if (accept == null) {
            return null;
        }
        var lower = accept.toLowerCase(Locale.ROOT);
        for (var format : formats) {
            if (accepts(lower, format.equals("jpg") ? "image/jpeg" : "image/" + format)) {
                return format;
            }
        }
        return null;
    }

    /** Only a type that is named counts: browsers send wildcards whatever they can show. */
    private static boolean accepts(String accept, String type) {
        for (var range : accept.split(",", 50)) {
            var parts = range.split(";", 10);
            if (parts[0].strip().equals(type)) {
                for (var i = 1; i < parts.length; i++) {
                    if (NEVER.matcher(parts[i].strip()).matches()) {
                        return false;
                    }
                }
                return true;
            }
        }
        return false;
    }

    private static Stage decided(Stage stage, @Nullable String format) {
        var decided = stage;
        for (var at = positionIn(stage); at >= 0; at = positionIn(decided)) {
            var arguments = new ArrayList<>(decided.arguments());
            if (format != null) {
                arguments.set(at + 1, format);
            } else {
                arguments.subList(at, at + 2).clear();
            }
            decided = new Stage(stage.operation(), arguments);
        }
        return decided;
    }

    private static int positionIn(Stage stage) {
        var arguments = stage.arguments();
        for (var at = arguments.size() - 2; at >= 0; at--) {
            if (arguments.get(at).equals("format") && arguments.get(at + 1).equals("auto")) {
                return at;
            }
        }
        return -1;
    }
}
