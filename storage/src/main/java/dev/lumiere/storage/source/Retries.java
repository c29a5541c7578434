package dev.lumiere.storage.source;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.source.FetchEvent.FetchEnded;
import dev.lumiere.storage.source.FetchEvent.FetchFailed;
import dev.lumiere.storage.source.FetchEvent.FetchUntold;
import java.time.Duration;

/**
 * What follows when a fetch fails: what may go better later is tried {@value #MAX_TRIES} times,
 * with growing pauses, and so is whoever is to be told of it.
 */
final class Retries {
    private static final int MAX_TRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int PAUSE_GROWS_BY = 5;

    private Retries() {}

    /**
     * What becomes of it.
     *
     * @param reason of which is kept
     * @param now in milliseconds since 1970
     */
    static FetchEvent after(Problem problem, String reason, FetchStreams.State state, long now) {
        var requestedAt = state.requested().requestedAt();
        if (mayGoBetter(problem) && state.failures() + 1 < MAX_TRIES) {
            return new FetchFailed(
                    problem.status(),
                    reason,
                    now + pause(state.failures()).toMillis(),
                    requestedAt);
        }
        var end = new FetchEnded(problem.status(), reason, requestedAt);
        return state.requested().wish().report() == null
                ? end
                : new FetchUntold(end.status(), reason, null, 0, 0, requestedAt);
    }

    /** What becomes of it when nobody took what was told of it. */
    static FetchEvent afterUntold(FetchUntold untold, long now) {
        return untold.tries() + 1 < MAX_TRIES
                ? untold.again(now + pause(untold.tries()).toMillis())
                : untold.ended();
    }

    private static boolean mayGoBetter(Problem problem) {
        return switch (problem.status()) {
            case 478, 503, 504, 507 -> true;
            default -> false;
        };
    }

    private static Duration pause(int failures) {
        var pause = FIRST_PAUSE;
        for (var i = 0; i < failures; i++) {
            pause = pause.multipliedBy(PAUSE_GROWS_BY);
        }
        return pause;
    }
}
