package dev.lumiere.api.management;

import dev.lumiere.service.Exchange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * A call whose signature is right.
 *
 * @param buckets which it may touch: those of the account whose key signed it, as far as that may
 */
record Call(Exchange exchange, Buffer body, OwnBuckets buckets) {
    private static final String FORM = "application/x-www-form-urlencoded";

    /** The path, as an operation. */
    Words words() {
        return new Words(text());
    }

    /** The path, decoded. */
    String text() {
        return Encoded.path(String.valueOf(exchange.request().path()));
    }

    /** Those of the query and, where it has a form, of the body. */
    Parameters parameters() {
        var parameters = new Parameters();
        var query = exchange.request().query();
        if (query != null) {
            parameters.add(query);
        }
        var type = exchange.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.regionMatches(true, 0, FORM, 0, FORM.length())) {
            parameters.add(body.toString(StandardCharsets.ISO_8859_1));
        }
        return parameters;
    }

    /** Answers 200, and nothing else is to be told. */
    void done() {
        exchange.response().end();
    }

    void answer(JsonObject json) {
        exchange.json(200, json.toBuffer());
    }

    void answer(JsonArray json) {
        exchange.json(200, json.toBuffer());
    }
}
