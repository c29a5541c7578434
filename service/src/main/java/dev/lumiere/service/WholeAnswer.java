package dev.lumiere.service;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** The body of an answer, gathered up to a bound. */
public final class WholeAnswer {
    private WholeAnswer() {}

    /**
     * Begins to read it; fails if it is longer, or breaks off.
     *
     * @param maxBytes at most
     */
    public static Future<Buffer> of(HttpClientResponse response, int maxBytes) {
        var received = Promise.<Buffer>promise();
        var body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + chunk.length() <= maxBytes) {
                body.appendBuffer(chunk);
            } else {
                received.tryFail("an answer over " + maxBytes + " bytes");
            }
        });
        response.exceptionHandler(received::tryFail);
        response.endHandler(_ -> received.tryComplete(body));
        return received.future();
    }
}
