package dev.lumiere.service;

import dev.lumiere.service.registry.Instance;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * What an instance answered.
 *
 * @param status any final status; an error status is an answer too
 * @param body all of it
 * @param instance who answered
 */
public record UpstreamResponse(int status, MultiMap headers, Buffer body, Instance instance) {}
