package dev.lumiere.storage.upload;

import dev.lumiere.service.fetch.Fetched;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Map;

/**
 * Posts to a URL that somebody has named, such as {@link
 * dev.lumiere.service.fetch.OutgoingClient#post}.
 */
@FunctionalInterface
public interface CallbackSender {
    /** What came back; no redirect is followed. */
    Fetched post(String url, Map<String, String> headers, Buffer body, Instant deadline)
            throws InterruptedException;
}
