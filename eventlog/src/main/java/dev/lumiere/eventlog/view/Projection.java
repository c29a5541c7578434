package dev.lumiere.eventlog.view;

import dev.lumiere.eventlog.Event;
import java.io.IOException;

/**
 * What a {@link View} makes of events. The same events have to give the same index, however often
 * and wherever they are folded: it uses nothing but the event and the index.
 */
public interface Projection {
    /** Of the view: {@code a-z}, digits and dashes. */
    String name();

    /** Of the form of the index, from 1: of another form it is folded anew, beside the old one. */
    int version();

    /** Whether events of a partition are its business: all are, if it does not say otherwise. */
    default boolean takes(int partition) {
        return true;
    }

    /**
     * Takes in one event, after all that come before it in its partition.
     *
     * @throws RuntimeException if it cannot be read; the view stops before it
     */
    void apply(Event event, Index index) throws IOException;
}
