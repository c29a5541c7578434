package dev.lumiere.gateway;

import dev.lumiere.fop.PipelineRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an admitted request wants: an object, as it is or worked upon.
 *
 * @param disposition the value of {@code Content-Disposition}; null if the answer is to be shown
 * @param variesByAccept whether the answer depends on the caller's {@code Accept}
 */
record Wanted(
        ObjectAddress address,
        PipelineRequest request,
        @Nullable String disposition,
        boolean variesByAccept) {

    static Wanted of(ObjectAddress address, PipelineRequest request) {
        return switch (request) {
            case PipelineRequest.Original(var name) ->
                    new Wanted(address, request, disposition(name, address), false);
            case PipelineRequest.Operations(var pipeline, var name) ->
                    new Wanted(
                            address,
                            request,
                            disposition(name, address),
                            AutoFormat.isWanted(pipeline));
            case PipelineRequest.Malformed _ -> new Wanted(address, request, null, false);
        };
    }

    /**
     * Says under which name to save the answer.
     *
     * @param name empty means the last part of the key
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6266">RFC 6266</a>
     */
    private static @Nullable String disposition(@Nullable String name, ObjectAddress address) {
        if (name == null) {
            return null;
        }
        var whole =
                name.isEmpty() ? address.key().substring(address.key().lastIndexOf('/') + 1) : name;
        var ascii = whole.replaceAll("[^ -~]|[\"\\\\]", "_");
        var encoded = URLEncoder.encode(whole, StandardCharsets.UTF_8).replace("+", "%20");
        return "attachment; filename=\"" + ascii + "\"; filename*=utf-8''" + encoded;
    }
}
