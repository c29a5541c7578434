package dev.lumiere.storage.source;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.source.FetchEvent.FetchEnded;
import dev.lumiere.storage.source.FetchEvent.FetchFailed;
import java.time.Duration;

/**
 * What follows when a fetch fails: what may go better later is tried {@value #MAX_TRIES} times,
 * with growing pauses.
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
        return mayGoBetter(problem) && state.failures() + 1 < MAX_TRIES
                ? new FetchFailed(
                        problem.status(),
                        reason,
                        now + pause(state.failures()).toMillis(),
                        requestedAt)
                : new FetchEnded(problem.status(), reason, requestedAt);
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
