package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.PositionVector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What follows a log and can be waited for: a {@link View}, or several that are one to those who
 * read. Of partitions that are not its business it never waits for anything.
 */
public interface Folded {
    /** Why it does not follow any more; null while it does. */
    View.@Nullable Stop stopped();

    /**
     * Waits until an event is taken in, so that who appended it reads what came of it.
     *
     * @return whether it is
     */
    boolean waitFor(Event.Place place, Duration atMost) throws InterruptedException;

    /**
     * Waits until everything up to there is taken in.
     *
     * @return whether it is
     */
    boolean waitFor(PositionVector position, Duration atMost) throws InterruptedException;
}
