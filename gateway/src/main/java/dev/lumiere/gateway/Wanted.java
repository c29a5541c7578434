package dev.lumiere.gateway;

import dev.lumiere.fop.PipelineRequest;
import org.jspecify.annotations.Nullable;

/**
 * What an admitted request wants: an object, as it is or worked upon.
 *
 * @param attachmentName the name to save the answer under, null if it is not to be saved
 * @param variesByAccept whether the answer depends on the caller's {@code Accept}
 */
record Wanted(
        ObjectAddress address,
        PipelineRequest request,
        @Nullable String attachmentName,
        boolean variesByAccept) {

    static Wanted of(ObjectAddress address, PipelineRequest request) {
        return switch (request) {
            case PipelineRequest.Original(var name) ->
                    new Wanted(address, request, named(name, address), false);
            case PipelineRequest.Operations(var pipeline, var name) ->
                    new Wanted(
                            address, request, named(name, address), AutoFormat.isWanted(pipeline));
            case PipelineRequest.Malformed _ -> new Wanted(address, request, null, false);
        };
    }

    /** An empty name means the last part of the key. */
    private static @Nullable String named(@Nullable String asked, ObjectAddress address) {
        return asked == null || !asked.isEmpty()
                ? asked
                : address.key().substring(address.key().lastIndexOf('/') + 1);
    }
}
