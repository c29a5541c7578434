package dev.lumiere.eventlog.consumer;

import dev.lumiere.eventlog.Event;

/** What is done for each event. One that may come again has to find that it was done before. */
@FunctionalInterface
public interface Handler {
    /**
     * Does it, within half a lease time.
     *
     * @throws Exception if it cannot be done; the partition stops before this event
     */
    void handle(Event event) throws Exception;
}
