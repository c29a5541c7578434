package dev.lumiere.eventlog;

import java.util.ArrayList;
import java.util.List;

/** Events as they are read, up to a bound. */
final class Chunk {
    private final LogDevice.Bound bound;
    private final List<Event> events = new ArrayList<>();
    private long bytes;

    Chunk(LogDevice.Bound bound) {
        this.bound = bound;
    }

    boolean isFull() {
        return events.size() == bound.events() || (!events.isEmpty() && bytes >= bound.bytes());
    }

    void add(Event event) {
        events.add(event);
        bytes += event.data().payload().size();
    }

    int size() {
        return events.size();
    }

    List<Event> events() {
        return List.copyOf(events);
    }
}
