package dev.lumiere.fop.run;

import dev.lumiere.fop.Call;
import dev.lumiere.fop.Pipeline;
import dev.lumiere.service.TraceContext;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline to run on one source.
 *
 * @param format what the pipeline is to end in, such as {@code webp}, where services differ in what
 *     they write; null for any
 * @param deadline when the result is of no use any more
 * @param inputs what its stages refer to besides, by {@link dev.lumiere.fop.InputReference#name}
 * @param reducing what it has to do with reduced versions of the source
 */
public record Work(
        Source source,
        Pipeline pipeline,
        @Nullable String format,
        TraceContext trace,
        String requestId,
        Instant deadline,
        Map<String, Source> inputs,
        Reducing reducing) {
    public Work {
        inputs = Map.copyOf(inputs);
    }

    /** Work on a source alone. */
    public Work(
            Source source,
            Pipeline pipeline,
            @Nullable String format,
            TraceContext trace,
            String requestId,
            Instant deadline) {
        this(source, pipeline, format, trace, requestId, deadline, Map.of(), Reducing.NOT);
    }

    /**
     * What a call is about, for who remembers what did harm: a source with one input is something
     * else than with another.
     */
    String version(Call call) {
        return inputs.isEmpty()
                ? source.version()
                : source.version()
                        + call.inputs().keySet().stream()
                                .map(name -> inputs.get(name))
                                .map(input -> input == null ? "" : "+" + input.version())
                                .collect(Collectors.joining());
    }
}
