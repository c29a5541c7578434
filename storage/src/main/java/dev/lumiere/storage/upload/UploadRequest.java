package dev.lumiere.storage.upload;

import dev.lumiere.service.Problem;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of what it uploads.
 *
 * @param key null if it names none, which is not the empty key
 * @param fileName what the file was called at the client's; empty if it does not say
 * @param mimeType null if it does not say
 * @param variables values by names with their {@code x:}
 * @param metadata values by names without {@code x-qn-meta-}, together at most {@value
 *     #MAX_METADATA} characters
 */
public record UploadRequest(
        @Nullable String key,
        String fileName,
        @Nullable String mimeType,
        Map<String, String> variables,
        Map<String, String> metadata) {
    private static final int MAX_METADATA = 8192;
    private static final Pattern MIME_TYPE =
            Pattern.compile("[!-.0-~]{1,100}/[!-:<-~]{1,100}(?:[ \\t]*;[ -~]{1,200})?");
    private static final Pattern METADATA_NAME = Pattern.compile("[0-9A-Za-z_.-]{1,100}");

    /**
     * Checks what becomes a header of answers one day.
     *
     * @throws Problem.Refused 400 naming what is wrong
     */
    public UploadRequest {
        variables = Map.copyOf(variables);
        metadata = Map.copyOf(metadata);
        if (mimeType != null && mimeType.isBlank()) {
            mimeType = null;
        }
        if (mimeType != null && !MIME_TYPE.matcher(mimeType).matches()) {
            throw Problem.badRequest("no MIME type: " + mimeType).refused();
        }
        var length = 0;
        for (var one : metadata.entrySet()) {
            if (!METADATA_NAME.matcher(one.getKey()).matches()) {
                throw Problem.badRequest("no name of metadata: " + one.getKey()).refused();
            }
            if (one.getValue().chars().anyMatch(Character::isISOControl)) {
                throw Problem.badRequest("control character in metadata: " + one.getKey())
                        .refused();
            }
            length += one.getKey().length() + one.getValue().length();
        }
        if (length > MAX_METADATA) {
            throw Problem.badRequest("metadata of over " + MAX_METADATA + " characters").refused();
        }
    }
}
