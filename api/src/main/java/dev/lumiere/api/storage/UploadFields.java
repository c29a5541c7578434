package dev.lumiere.api.storage;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.upload.UploadRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client says of an upload, field by field; those that are not known are passed over. */
final class UploadFields {
    private static final String VARIABLE = "x:";
    private static final String METADATA = "x-qn-meta-";

    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> metadata = new HashMap<>();
    private @Nullable String key;
    private @Nullable String fileName;
    private @Nullable String mimeType;

    /**
     * Reads {@code name/base64/name/base64}.
     *
     * @throws Problem.Refused 400 for what is no base64, or has no value
     */
    static UploadFields ofPath(List<String> segments) {
        var fields = new UploadFields();
        if (segments.size() % 2 != 0) {
            throw Problem.badRequest("no value: " + segments.getLast()).refused();
        }
        for (var i = 0; i < segments.size(); i += 2) {
            var name = segments.get(i);
            if (isKnown(name)) {
                fields.set(name, UploadText.base64(name, segments.get(i + 1)));
            }
        }
        return fields;
    }

    private static boolean isKnown(String name) {
        return switch (name) {
            case "key", "fname", "mimeType" -> true;
            default -> name.startsWith(VARIABLE) || name.startsWith(METADATA);
        };
    }

    /**
     * Whether it is known.
     *
     * @throws Problem.Refused 400 if it was there before
     */
    boolean set(String name, String value) {
        String before;
        switch (name) {
            case "key" -> {
                before = key;
                key = value;
            }
            case "fname" -> {
                before = fileName;
                fileName = value;
            }
            case "mimeType" -> {
                before = mimeType;
                mimeType = value;
            }
            default -> {
                if (name.startsWith(VARIABLE)) {
                    before = variables.put(name, value);
                } else if (name.startsWith(METADATA)) {
                    before = metadata.put(name.substring(METADATA.length()), value);
                } else {
                    return false;
                }
            }
        }
        if (before != null) {
            throw Problem.badRequest("twice: " + name).refused();
        }
        return true;
    }

    /** With or without {@code x-qn-meta-}. */
    void setMetadata(String name, String value) {
        set(name.startsWith(METADATA) ? name : METADATA + name, value);
    }

    /** As far as it was said; null if it was not. */
    @Nullable String key() {
        return key;
    }

    UploadRequest request() {
        return request(key);
    }

    /** With a key that stood elsewhere. */
    UploadRequest request(@Nullable String otherKey) {
        return new UploadRequest(
                otherKey, fileName == null ? "" : fileName, mimeType, variables, metadata);
    }
}
