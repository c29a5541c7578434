package dev.lumiere.fop;

import dev.lumiere.service.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What the query of an object's URL asks for. An attachment name is what {@code attname} said,
 * decoded and otherwise unchecked: null when absent, empty when the key's base name is meant.
 */
public sealed interface PipelineRequest {

    /** The object as it is. */
    record Original(@Nullable String attachmentName) implements PipelineRequest {}

    /** What the pipeline makes of the object. */
    record Operations(Pipeline pipeline, @Nullable String attachmentName)
            implements PipelineRequest {}

    /** Nothing that could be served. */
    record Malformed(Problem problem) implements PipelineRequest {}
}
