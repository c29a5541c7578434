package dev.lumiere.rendition;

import dev.lumiere.fop.ServiceVersion;
import java.time.Instant;
import java.util.List;

/**
 * A result.
 *
 * @param etag of the bytes: a quoted qetag, strong
 * @param madeBy the versions that made it, in the order of the stages
 */
public record Rendition(
        String contentType, String etag, Instant madeAt, List<ServiceVersion> madeBy, Body body) {
    public Rendition {
        madeBy = List.copyOf(madeBy);
    }

    /** In bytes. */
    public long length() {
        return body.length();
    }

    /** The same bytes in another place. */
    Rendition with(Body other) {
        return new Rendition(contentType, etag, madeAt, madeBy, other);
    }
}
