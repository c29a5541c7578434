package dev.lumiere.service;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call to a service.
 *
 * @param target path and query
 * @param headers sent as they are, {@code traceparent} among them; {@code Lumiere-Deadline} and
 *     {@code Content-Length} are added. Not changed, and not to be changed while the call lasts
 * @param deadline when the caller no longer cares
 * @param affinityKey calls with the same key go to the same instance while it can take them; null
 *     chooses by load alone
 * @param maxResponseBytes a longer body is a failure
 * @param hedgeAfter how long to wait before the call is made on a second instance as well, the
 *     first good answer winning; only for {@link Retry#IDEMPOTENT}; null never
 */
public record UpstreamRequest(
        HttpMethod method,
        String target,
        MultiMap headers,
        @Nullable Buffer body,
        Instant deadline,
        @Nullable String affinityKey,
        Retry retry,
        long maxResponseBytes,
        @Nullable Duration hedgeAfter) {
    public UpstreamRequest {
        if (maxResponseBytes < 0) {
            throw new IllegalArgumentException("negative maxResponseBytes: " + maxResponseBytes);
        }
        if (hedgeAfter != null && retry != Retry.IDEMPOTENT) {
            throw new IllegalArgumentException("only an idempotent call may be hedged");
        }
    }

    /** A call that is not hedged. */
    public UpstreamRequest(
            HttpMethod method,
            String target,
            MultiMap headers,
            @Nullable Buffer body,
            Instant deadline,
            @Nullable String affinityKey,
            Retry retry,
            long maxResponseBytes) {
        this(method, target, headers, body, deadline, affinityKey, retry, maxResponseBytes, null);
    }
}
