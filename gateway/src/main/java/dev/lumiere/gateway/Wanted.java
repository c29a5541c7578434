package dev.lumiere.gateway;

import dev.lumiere.fop.PipelineRequest;
import org.jspecify.annotations.Nullable;

/** What an admitted request wants: an object, as it is or worked upon. */
record Wanted(ObjectAddress address, PipelineRequest request) {

    /** The name to save the answer under, null if it is not to be saved. */
    @Nullable String attachmentName() {
        var asked =
                switch (request) {
                    case PipelineRequest.Original(var name) -> name;
                    case PipelineRequest.Operations(_, var name) -> name;
                    case PipelineRequest.Malformed _ -> null;
                };
        return asked == null || !asked.isEmpty() ? asked : baseName();
    }

    /** Whether the answer depends on the caller's {@code Accept}. */
    boolean variesByAccept() {
        return request instanceof PipelineRequest.Operations(var pipeline, _)
                && AutoFormat.isWanted(pipeline);
    }

    private String baseName() {
        return address.key().substring(address.key().lastIndexOf('/') + 1);
    }
}
