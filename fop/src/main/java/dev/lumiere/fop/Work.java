package dev.lumiere.fop;

import dev.lumiere.service.TraceContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline to run on one source.
 *
 * @param format the format wanted if the pipeline leaves it open, such as {@code webp}; null for
 *     the service's choice
 * @param deadline when the result is of no use any more
 */
public record Work(
        Source source,
        Pipeline pipeline,
        @Nullable String format,
        TraceContext trace,
        String requestId,
        Instant deadline) {}
