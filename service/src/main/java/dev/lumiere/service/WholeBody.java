package dev.lumiere.service;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.function.Consumer;

/** Gathers a request's body up to a bound of bytes and time. Lives on the request's event loop. */
final class WholeBody {
    private final Vertx vertx;
    private final Exchange exchange;
    private final int maxBytes;
    private final Duration time;
    private final Buffer gathered = Buffer.buffer();
    private boolean over;

    WholeBody(Vertx vertx, Exchange exchange, int maxBytes, Duration time) {
        this.vertx = vertx;
        this.exchange = exchange;
        this.maxBytes = maxBytes;
        this.time = time;
    }

    /** Hands the body on once it is whole; refuses one that is over a bound. */
    void then(Consumer<Buffer> receiver) {
        var request = exchange.request();
        var length = request.getHeader("Content-Length");
        if (length != null && Long.parseLong(length) > maxBytes) {
            throw tooLarge().refused();
        }
        var timer =
                vertx.setTimer(
                        time.toMillis(),
                        _ ->
                                refuse(
                                        Problem.of(
                                                408,
                                                "the body took over " + time.toSeconds() + " s")));
        request.exceptionHandler(_ -> {
            over = true;
            vertx.cancelTimer(timer);
        });
        request.handler(chunk -> {
            if (gathered.length() + chunk.length() > maxBytes) {
                refuse(tooLarge());
            } else if (!over) {
                gathered.appendBuffer(chunk);
            }
        });
        request.endHandler(_ -> {
            vertx.cancelTimer(timer);
            if (!over) {
                over = true;
                receiver.accept(gathered);
            }
        });
    }

    private void refuse(Problem problem) {
        if (!over) {
            over = true;
            exchange.refuse(problem);
        }
    }

    private Problem tooLarge() {
        return Problem.of(413, "the body is over " + maxBytes + " bytes");
    }
}
