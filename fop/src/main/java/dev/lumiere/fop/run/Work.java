package dev.lumiere.fop.run;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.service.TraceContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline to run on one source.
 *
 * @param format what the pipeline is to end in, such as {@code webp}, where services differ in what
 *     they write; null for any
 * @param deadline when the result is of no use any more
 */
public record Work(
        Source source,
        Pipeline pipeline,
        @Nullable String format,
        TraceContext trace,
        String requestId,
        Instant deadline) {}
