package dev.lumiere.service;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Gathers a request's body up to a bound of bytes, at some pace. Lives on its event loop. */
final class WholeBody {
    private final Vertx vertx;
    private final Exchange exchange;
    private final int maxBytes;
    private final Pace pace;
    private final Buffer gathered = Buffer.buffer();
    private Runnable givenUp = () -> {};
    private boolean over;
    private long waitedSince;
    private long timer;

    WholeBody(Vertx vertx, Exchange exchange, int maxBytes, Duration patience) {
        this.vertx = vertx;
        this.exchange = exchange;
        this.maxBytes = maxBytes;
        pace = new Pace(patience);
    }

    /**
     * How many bytes it may come to: as many as it says, or else the bound.
     *
     * @throws Problem.Refused if that is over the bound
     */
    int length() {
        var told = exchange.request().getHeader("Content-Length");
        if (told == null) {
            return maxBytes;
        }
        if (Long.parseLong(told) > maxBytes) {
            throw tooLarge().refused();
        }
        return Integer.parseInt(told);
    }

    /**
     * Hands the body on once it is whole; refuses one that is over a bound.
     *
     * @param otherwise called in place of the receiver if it does not become whole
     */
    void then(Consumer<Buffer> receiver, Runnable otherwise) {
        length();
        givenUp = otherwise;
        var request = exchange.request();
        waitedSince = System.nanoTime();
        watch();
        request.exceptionHandler(_ -> {
            vertx.cancelTimer(timer);
            giveUp();
        });
        request.handler(chunk -> {
            waited();
            pace.arrived(chunk.length());
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
        givenUp.run();
        return true;
    }

    private Problem tooLarge() {
        return Problem.of(413, "the body is over " + maxBytes + " bytes");
    }
}
