package dev.lumiere.api.storage;

import dev.lumiere.service.Exchange;
import dev.lumiere.storage.upload.UploadAnswer;
import io.vertx.core.buffer.Buffer;

/** Uploads' answers on the wire. */
final class UploadAnswers {
    private UploadAnswers() {}

    static void send(Exchange exchange, UploadAnswer answer) {
        switch (answer) {
            case UploadAnswer.Json(var status, var body) ->
                    exchange.json(status, Buffer.buffer(body));
            case UploadAnswer.SeeOther(var location) -> redirect(exchange, location);
        }
    }

    static void redirect(Exchange exchange, String location) {
        exchange.response().setStatusCode(303).putHeader("Location", location).end();
    }

    /** For old browsers, which show it in a frame: as a page in which nothing is markup. */
    static void sendAsPage(Exchange exchange, UploadAnswer answer) {
        if (answer instanceof UploadAnswer.Json(var status, var body)) {
            exchange.answer(
                    status,
                    "text/html; charset=utf-8",
                    Buffer.buffer(body.replace("<", "\\u003c")));
        } else {
            send(exchange, answer);
        }
    }
}
