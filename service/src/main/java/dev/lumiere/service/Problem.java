package dev.lumiere.service;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A refusal on the wire: one record for both forms, {@link #compatible} for the Qiniu-compatible
 * surfaces and {@link #rfc9457} for our own.
 *
 * @param status HTTP status, 400 to 799: Qiniu's services have some of their own beyond 599
 * @param error what was wrong, naming the offending value, for the caller to read
 * @param retryAfter when to come again, sent as {@code Retry-After} in whole seconds, at least 1
 */
public record Problem(int status, String error, @Nullable Duration retryAfter) {
    public Problem {
        if (status < 400 || status > 799) {
            throw new IllegalArgumentException("status not in 400..799: " + status);
        }
    }

    public static Problem of(int status, String error) {
        return new Problem(status, error, null);
    }

    public static Problem badRequest(String error) {
        return of(400, error);
    }

    public static Problem notFound(String error) {
        return of(404, error);
    }

    public static Problem unavailable(String error, Duration retryAfter) {
        return new Problem(503, error, retryAfter);
    }

    public static Problem timeout(String error) {
        return of(504, error);
    }

    /** The body {@code {"error": …, "code": …}}. */
    public JsonObject compatible() {
        return JsonObject.of("error", error, "code", status);
    }

    /** The body of {@code application/problem+json}. */
    public JsonObject rfc9457() {
        return JsonObject.of("status", status, "detail", error);
    }

    /** Rises to the one place that answers. */
    public Refused refused() {
        return new Refused(this);
    }

    /** Carries a problem up to the place that answers it; has no stack, since it is no bug. */
    public static final class Refused extends RuntimeException {
        private final transient Problem problem;

        private Refused(Problem problem) {
            super(problem.status + " " + problem.error, null, false, false);
            this.problem = problem;
        }

        public Problem problem() {
            return problem;
        }
    }
}
