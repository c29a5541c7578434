package dev.lumiere.api.storage;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where uploads go. Pages of any origin may use these, since each request carries a token that the
 * page has to have, and nothing that a browser adds by itself.
 */
public final class UploadPaths {
    static final String FORM = "/";
    static final String BLOCK = "/mkblk/";
    static final String CHUNK = "/bput/";
    static final String FILE = "/mkfile/";
    static final String BASE64 = "/putb64/";
    static final String PARTS = "/buckets/";

    private static final Pattern PART =
            Pattern.compile("/buckets/[^/]+/objects/[^/]*/uploads(?:/.*)?");
    private static final Set<HttpMethod> PART_METHODS =
            Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

    private UploadPaths() {}

    /** Whether a request is one of an upload. */
    public static boolean isUpload(HttpServerRequest request) {
        var path = request.path();
        if (path == null) {
            return false;
        }
        if (PART.matcher(path).matches()) {
            return PART_METHODS.contains(request.method());
        }
        return request.method().equals(HttpMethod.POST)
                && (path.equals(FORM)
                        || List.of(BLOCK, CHUNK, FILE, BASE64).stream().anyMatch(path::startsWith));
    }
}
