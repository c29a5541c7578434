package dev.lumiere.service.fetch;

import java.time.Instant;
import java.util.Map;

/**
 * What is to be opened, and how much of it may come.
 *
 * @param headers such as {@code If-None-Match}; {@code Host} is sent in place of the URL's own, but
 *     not where a redirect leads to another host
 * @param maxBytes of the body
 * @param until when its last byte must be here
 */
public record Download(String url, Map<String, String> headers, long maxBytes, Instant until) {
    public Download {
        headers = Map.copyOf(headers);
    }
}
