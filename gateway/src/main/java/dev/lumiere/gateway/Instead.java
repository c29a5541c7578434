package dev.lumiere.gateway;

import dev.lumiere.service.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How something is answered that was not asked for.
 *
 * @param reason the value of {@code Lumiere-Fallback}; null where the status tells
 */
record Instead(int status, CharSequence cacheControl, @Nullable String reason) {
    static final String HEADER = "Lumiere-Fallback";

    /** Key of the object that a bucket shows in place of any that is missing. */
    static final String NOT_FOUND_KEY = "errno-404";

    private static final int NOT_FOUND = 404;

    /** Of {@value #NOT_FOUND_KEY}. */
    static final Instead NOT_THERE = new Instead(NOT_FOUND, ResultHeaders.NO_STORE, null);

    /**
     * Of a fallback.
     *
     * @param problem what came of the object asked for
     * @param isMissing whether there is none
     * @param keepsStatus whether callers see the problem's status, not 200
     */
    static Instead of(Problem problem, boolean isMissing, Duration maxAge, boolean keepsStatus) {
        return new Instead(
                keepsStatus ? problem.status() : 200,
                "public, max-age=" + maxAge.toSeconds(),
                isMissing ? "missing" : "failed-" + problem.status());
    }

    /** Of a picture in a lesser format than there will be soon. */
    static Instead sooner(Duration maxAge) {
        return new Instead(200, "public, max-age=" + maxAge.toSeconds(), null);
    }

    /** Whether a fallback may hide it: not from a caller that may not see, or went away. */
    static boolean mayHide(Problem problem) {
        return switch (problem.status()) {
            case 401, 402, 403, 405, 499 -> false;
            default -> true;
        };
    }
}
