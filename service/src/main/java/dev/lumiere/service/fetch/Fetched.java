package dev.lumiere.service.fetch;

import io.vertx.core.buffer.Buffer;

/** What became of fetching a URL. Reasons are for whoever gave the URL to read. */
public sealed interface Fetched {
    /**
     * It is here, whole.
     *
     * @param contentType as its server says, without parameters; {@code application/octet-stream}
     *     if it says nothing
     */
    record Body(Buffer bytes, String contentType) implements Fetched {}

    /** Nothing was. */
    sealed interface Nothing extends Fetched, Opened {}

    /** It, or where it leads to, is at a place that nothing is fetched from. */
    record NotAllowed(String place) implements Nothing {}

    /**
     * There was no answer, or none that could be used.
     *
     * @param status of the answer, if that is why; else 0
     */
    record Failed(String reason, int status) implements Nothing {
        public Failed(String reason) {
            this(reason, 0);
        }
    }

    /** As many fetches are under way as there may be. */
    record Busy() implements Nothing {}
}
