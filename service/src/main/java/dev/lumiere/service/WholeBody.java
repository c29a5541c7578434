package dev.lumiere.service;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Gathers a request's body up to a bound of bytes, at some pace, as far as a budget has room. Lives
 * on its event loop.
 */
final class WholeBody {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Exchange exchange;
    private final int maxBytes;
    private final Pace pace;
    private final BodyBudget.Share share;
    private Buffer gathered = Buffer.buffer();
    private boolean over;
    private long waitedSince;
    private long timer;

    /**
     * Of a request.
     *
     * @param share of a budget, closed if the body does not become whole
     */
    WholeBody(
            Vertx vertx,
            Exchange exchange,
            int maxBytes,
            Duration patience,
            BodyBudget.Share share) {
        this.vertx = vertx;
        this.exchange = exchange;
        this.maxBytes = maxBytes;
        this.share = share;
        pace = new Pace(patience);
    }

    /**
     * Hands the body on once it is whole; refuses one that is over a bound, or for which the budget
     * has no room.
     *
     * @throws Problem.Refused if it says itself that it is over the bound
     */
    void then(Consumer<Buffer> receiver) {
        var request = exchange.request();
        var told = request.getHeader("Content-Length");
        if (told != null && Long.parseLong(told) > maxBytes) {
            throw tooLarge().refused();
        }
        waitedSince = System.nanoTime();
        watch();
        request.exceptionHandler(_ -> {
            vertx.cancelTimer(timer);
            giveUp();
        });
        request.handler(chunk -> {
            waited();
            pace.arrived(chunk.length());
            if (over) {
                return;
            }
            if (gathered.length() + chunk.length() > maxBytes) {
                refuse(tooLarge());
                return;
            }
            var refusal = share.grow(chunk.length());
            if (refusal == null) {
                gathered.appendBuffer(chunk);
            } else {
                refuse(Problem.unavailable(refusal, RETRY_AFTER));
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

    private void watch() {
        var millis = TimeUnit.NANOSECONDS.toMillis(pace.nanosLeft()) + 1;
        timer = vertx.setTimer(millis, _ -> look());
    }

    private void look() {
        waited();
        if (pace.nanosLeft() > 0) {
            watch();
        } else {
            refuse(pace.tooSlow());
        }
    }

    private void waited() {
        var now = System.nanoTime();
        pace.waited(now - waitedSince);
        waitedSince = now;
    }

    private void refuse(Problem problem) {
        if (giveUp()) {
            exchange.refuse(problem);
        }
    }

    private boolean giveUp() {
        if (over) {
            return false;
        }
        over = true;
        gathered = Buffer.buffer(); // the request may live on
        share.close();
        return true;
    }

    private Problem tooLarge() {
        return Problem.of(413, "the body is over " + maxBytes + " bytes");
    }
}
