package dev.lumiere.fop;

import dev.lumiere.service.Problem;
import java.util.ArrayList;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads pipelines from raw query strings, by the rules of Qiniu's processing URLs.
 *
 * <p>The query is split on {@code &} and items that belong to somebody else ({@code e=}, {@code
 * token=}, {@code attname=}, …) are dropped. Of the rest the first that begins with a known
 * operation is the pipeline. An unknown word before it is passed over, but one with a slash was
 * meant to be an operation and is refused. Stages end at {@code |}, which may come as {@code %7C};
 * segments end at {@code /} and are decoded only then, so an encoded slash is text; a {@code +}
 * stays one; empty segments are skipped.
 */
public final class Pipelines {
    /** How long a query may be, in characters. */
    public static final int MAX_QUERY_LENGTH = 8192;

    private static final Set<String> OTHERS =
            Set.of("e", "token", "sign", "t", "attname", "fallback", "v", "_");
    private static final int MAX_QUOTED = 64;

    private Pipelines() {}

    /**
     * Never throws; takes time linear in the length of the query.
     *
     * @param rawQuery what follows the {@code ?}, not decoded
     * @param isOperation tells whether somebody offers the operation of this name
     */
    public static PipelineRequest parse(@Nullable String rawQuery, Predicate<String> isOperation) {
        if (rawQuery == null || rawQuery.isEmpty()) {
            return new PipelineRequest.Original(null);
        }
        if (rawQuery.length() > MAX_QUERY_LENGTH) {
            return new PipelineRequest.Malformed(
                    Problem.of(414, "query over " + MAX_QUERY_LENGTH + " characters"));
        }
        try {
            return read(rawQuery, isOperation);
        } catch (IllegalArgumentException e) {
            return new PipelineRequest.Malformed(
                    Problem.badRequest(String.valueOf(e.getMessage())));
        }
    }

    /**
     * What the first item {@code name=…} of a query says, decoded; null if there is none.
     *
     * @param name of an item that is no pipeline
     * @throws IllegalArgumentException if it is not percent-encoded UTF-8
     */
    public static @Nullable String item(String rawQuery, String name) {
        for (var start = 0; start <= rawQuery.length(); ) {
            var end = indexOr(rawQuery.length(), rawQuery.indexOf('&', start));
            var value = start + name.length() + 1;
            if (value <= end
                    && rawQuery.startsWith(name, start)
                    && rawQuery.charAt(value - 1) == '=') {
                return PercentEncoding.decode(rawQuery.substring(value, end));
            }
            start = end + 1;
        }
        return null;
    }

    private static PipelineRequest read(String query, Predicate<String> isOperation) {
        String attachment = null;
        Pipeline pipeline = null;
        for (var start = 0; start <= query.length(); ) {
            var end = indexOr(query.length(), query.indexOf('&', start));
            var item = query.substring(start, end);
            start = end + 1;

            if (item.startsWith("attname=")) {
                attachment = attachment == null ? attachmentName(item) : attachment;
            } else if (pipeline == null && !item.isEmpty() && !belongsToOthers(item)) {
                pipeline = pipeline(item, isOperation);
            }
        }
        return pipeline == null
                ? new PipelineRequest.Original(attachment)
                : new PipelineRequest.Operations(pipeline, attachment);
    }

    private static String attachmentName(String item) {
        return PercentEncoding.decode(item.substring("attname=".length()));
    }

    /** Whether the item is {@code name=…} with one of the names that mean something else. */
    private static boolean belongsToOthers(String item) {
        var equals = item.indexOf('=');
        if (equals < 0) {
            return false;
        }
        var name = item.substring(0, equals);
        var prefixed = name.startsWith("response-content-") || name.startsWith("x-qn-");
        return OTHERS.contains(name) || (prefixed && name.chars().allMatch(Pipelines::inName));
    }

    private static boolean inName(int c) {
        return (c < 128 && Character.isLetterOrDigit(c)) || c == '-' || c == '_';
    }

    /** The pipeline, or null if the item begins with no known operation and has no slash. */
    private static @Nullable Pipeline pipeline(String item, Predicate<String> isOperation) {
        if (!beginsWithOperation(item, isOperation)) {
            if (item.indexOf('/') < 0) {
                return null;
            }
            throw new IllegalArgumentException("unknown operation: " + quoted(firstSegment(item)));
        }
        var stages = new ArrayList<Stage>();
        var segments = 0;
        for (var start = 0; start <= item.length(); ) {
            var end = stageEnd(item, start);
            var stage = stage(item.substring(start, end), Pipeline.MAX_SEGMENTS - segments);
            if (!isOperation.test(stage.operation())) {
                throw new IllegalArgumentException(
                        "unknown operation: " + quoted(stage.operation()));
            }
            if (stages.size() == Pipeline.MAX_STAGES) {
                throw new IllegalArgumentException("over " + Pipeline.MAX_STAGES + " stages");
            }
            stages.add(stage);
            segments += stage.segments();
            start = end + (end < item.length() && item.charAt(end) == '%' ? 3 : 1);
        }
        return new Pipeline(stages);
    }

    private static boolean beginsWithOperation(String item, Predicate<String> isOperation) {
        try {
            return isOperation.test(PercentEncoding.decode(firstSegment(item)));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String firstSegment(String item) {
        var start = 0;
        while (start < item.length() && item.charAt(start) == '/') {
            start++;
        }
        var stage = item.substring(start, stageEnd(item, start));
        return stage.substring(0, indexOr(stage.length(), stage.indexOf('/')));
    }

    private static Stage stage(String text, int maxSegments) {
        String operation = null;
        var arguments = new ArrayList<String>();
        for (var start = 0; start < text.length(); ) {
            var end = indexOr(text.length(), text.indexOf('/', start));
            if (end > start) {
                var segment = PercentEncoding.decode(text.substring(start, end));
                if (operation == null) {
                    operation = segment;
                } else {
                    arguments.add(segment);
                }
                if (1 + arguments.size() > maxSegments) {
                    throw new IllegalArgumentException(
                            "over " + Pipeline.MAX_SEGMENTS + " segments");
                }
            }
            start = end + 1;
        }
        if (operation == null) {
            throw new IllegalArgumentException("a stage is empty");
        }
        return new Stage(operation, arguments);
    }

    /** Where the next {@code |} or {@code %7C} is, or the end. */
    private static int stageEnd(String item, int start) {
        for (var i = start; i < item.length(); i++) {
            var c = item.charAt(i);
            if (c == '|' || (c == '%' && item.regionMatches(true, i + 1, "7C", 0, 2))) {
                return i;
            }
        }
        return item.length();
    }

    private static int indexOr(int otherwise, int index) {
        return index < 0 ? otherwise : index;
    }

    /** Enough of what a stranger sent to recognise it. */
    private static String quoted(String text) {
        return text.codePointCount(0, text.length()) <= MAX_QUOTED
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MAX_QUOTED)) + "…";
    }
}
