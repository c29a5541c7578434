package dev.lumiere.gateway;

import dev.lumiere.service.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands for an object that is missing or cannot be processed: a fallback, worked upon in the
 * same way, then what the bucket shows for whatever is missing. Nothing stands for a substitute.
 */
final class Substitutes {
    private final Duration maxAge;
    private final boolean keepsStatus;

    Substitutes(Duration maxAge, boolean keepsStatus) {
        this.maxAge = maxAge;
        this.keepsStatus = keepsStatus;
    }

    /** One of them. */
    record Substitute(Wanted wanted, Instead instead) {
        Found asIt(Found found) {
            return found.with(instead);
        }
    }

    /**
     * Those to try, best first.
     *
     * @param failed what could not be served; null if there is no such object
     */
    List<Substitute> of(Wanted wanted, @Nullable Found failed, Problem problem) {
        var substitutes = new ArrayList<Substitute>(2);
        var reading = failed == null ? wanted.intended() : failed.reading();
        var isMissing = failed == null && problem.status() == 404;
        var mayBeHidden = isMissing || (failed != null && Instead.mayHide(problem));
        if (wanted.fallback() != null && mayBeHidden) {
            substitutes.add(
                    new Substitute(
                            only(reading.of(wanted.fallback()), wanted.protectsOriginals()),
                            Instead.of(problem, isMissing, maxAge, keepsStatus)));
        }
        if (isMissing) {
            substitutes.add(
                    new Substitute(
                            only(reading.plainly(Instead.NOT_FOUND_KEY), false),
                            Instead.NOT_THERE));
        }
        return substitutes;
    }

    private static Wanted only(Reading reading, boolean protectsOriginals) {
        return new Wanted(List.of(reading), protectsOriginals, null, null, false);
    }
}
