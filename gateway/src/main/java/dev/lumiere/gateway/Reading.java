package dev.lumiere.gateway;

import dev.lumiere.fop.Pipeline;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to read a request: an object, as it is or worked upon.
 *
 * @param pipeline with the style's stages in front; null for the object as it is
 * @param isStyled whether a style is among what is done
 * @param disposition the value of {@code Content-Disposition}; null if the answer is to be shown
 * @param vary the headers that the answer depends on; null for none
 * @param isNegotiated whether the pipeline is still to be decided by {@link Negotiation}
 */
record Reading(
        ObjectAddress address,
        @Nullable Pipeline pipeline,
        boolean isStyled,
        @Nullable String disposition,
        @Nullable String vary,
        boolean isNegotiated) {

    /**
     * Reads it so.
     *
     * @param attachmentName as in {@link dev.lumiere.fop.PipelineRequest}
     * @param variesByStyle whether the header that names a style was looked at
     */
    static Reading of(
            ObjectAddress address,
            @Nullable Pipeline pipeline,
            boolean isStyled,
            @Nullable String attachmentName,
            boolean variesByStyle) {
        var negotiated = pipeline == null ? List.<String>of() : Negotiation.headersOf(pipeline);
        var headers = new ArrayList<>(negotiated);
        if (variesByStyle) {
            headers.add(Styling.HEADER);
        }
        return new Reading(
                address,
                pipeline,
                isStyled,
                disposition(attachmentName, address),
                headers.isEmpty() ? null : String.join(", ", headers),
                !negotiated.isEmpty());
    }

    /** Whether browsers are to be told which hints we take. */
    boolean takesHints() {
        return isNegotiated && vary != null && vary.contains("Sec-CH-");
    }

    /** The same with another object of the same bucket. */
    Reading of(String key) {
        return new Reading(
                new ObjectAddress(address.bucket(), key),
                pipeline,
                isStyled,
                disposition,
                vary,
                isNegotiated);
    }

    /** Another object of the same bucket as it is, whatever this asks for. */
    Reading plainly(String key) {
        return new Reading(
                new ObjectAddress(address.bucket(), key), null, isStyled, null, null, false);
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
