package dev.lumiere.eventlog;

import java.util.List;

/**
 * Events of several partitions: those of one in their order, one partition beside another.
 *
 * @param position up to which they go, to read on from there
 */
public record Merged(List<Event> events, PositionVector position) {
    public Merged {
        events = List.copyOf(events);
    }
}
