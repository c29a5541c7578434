package dev.lumiere.rendition;

import dev.lumiere.service.Problem;
import dev.lumiere.service.Span;
import java.util.List;

/** What became of a run. */
sealed interface Outcome {
    record Made(Rendition rendition, List<Span> spans) implements Outcome {}

    /**
     * Nothing was made.
     *
     * @param isForAll whether another run would be refused as well
     */
    record Refused(Problem problem, boolean isForAll) implements Outcome {}

    default boolean concernsAll() {
        return !(this instanceof Refused(_, var forAll)) || forAll;
    }
}
