package dev.lumiere.service;

import dev.lumiere.service.limit.RateLimits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer.
 *
 * @param trace where it stands in its trace
 * @param spans its steps, told in the log
 * @param received when its head was there
 * @param rates of what one caller may ask
 */
public record Exchange(
        Vertx vertx,
        HttpServerRequest request,
        TraceContext trace,
        Spans spans,
        Instant received,
        ProblemForm problemForm,
        RateLimits rates) {
    private static final long LINGER_MILLIS = 500;

    /** What Qiniu's SDKs know, in place of 429. */
    private static final int TOO_FREQUENT = 573;

    /** How a server writes its problems. */
    public enum ProblemForm {
        /** {@code application/problem+json}, for our own surface. */
        RFC_9457,
        /** {@code {"error": …, "code": …}}, for the compatible one. */
        COMPATIBLE
    }

    public HttpServerResponse response() {
        return request.response();
    }

    /** Answers, from any thread; completes when the bytes are out or cannot be. */
    public Future<Void> answer(int status, String contentType, Buffer body) {
        return response().setStatusCode(status).putHeader("Content-Type", contentType).end(body);
    }

    public Future<Void> json(int status, Buffer body) {
        return answer(status, "application/json", body);
    }

    /**
     * Counts the request for the address it comes from.
     *
     * @throws Problem.Refused 573 or 429 if that asks too often
     */
    void countAddress() {
        if (!rates.countsAddresses()) {
            return;
        }
        refuseFor(
                rates.byAddress(
                        RateLimits.addressOf(request.remoteAddress()),
                        request.headers().getAll(RateLimits.FORWARDED)),
                "of this address");
    }

    /** A number for the address it comes from; null if that is not known, or a proxy's. */
    @Nullable Long caller() {
        return rates.caller(
                RateLimits.addressOf(request.remoteAddress()),
                request.headers().getAll(RateLimits.FORWARDED));
    }

    /**
     * Counts the request for the key it is signed with, which is verified.
     *
     * @throws Problem.Refused 573 or 429 if it is used too often
     */
    public void countKey(String accessKey) {
        refuseFor(rates.byKey(accessKey), "with this key");
    }

    private void refuseFor(@Nullable Duration wait, String whose) {
        if (wait != null) {
            var status = problemForm == ProblemForm.COMPATIBLE ? TOO_FREQUENT : 429;
            throw new Problem(status, "too many requests " + whose, wait).refused();
        }
    }

    /**
     * Answers a problem, if nothing is answered yet, and closes the connection soon where the
     * request's body has not ended.
     */
    public void refuse(Problem problem) {
        var response = response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            request.connection().close();
            return;
        }
        if (!request.isEnded()) {
            closeSoon(vertx, request);
        }
        var retryAfter = problem.retryAfter();
        if (retryAfter != null) {
            var seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
            response.putHeader("Retry-After", Long.toString(seconds));
        }
        switch (problemForm) {
            case RFC_9457 ->
                    answer(
                            problem.status(),
                            "application/problem+json",
                            problem.rfc9457().toBuffer());
            case COMPATIBLE -> json(problem.status(), problem.compatible().toBuffer());
        }
    }

    /**
     * Before the answer to a request whose body is not read to its end: drops what still comes and
     * closes the connection a little later. At once would take the answer from a client that is
     * still writing.
     */
    public static void closeSoon(Vertx vertx, HttpServerRequest request) {
        request.response().putHeader("Connection", "close");
        request.resume();
        vertx.setTimer(LINGER_MILLIS, _ -> request.connection().close());
    }
}
