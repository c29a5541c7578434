package dev.lumiere.eventlog;

import java.util.ArrayList;
import java.util.List;

/** Events as they are read, up to a bound. */
public final class Chunk {
    private final LogDevice.Bound bound;
    private final List<Event> events = new ArrayList<>();
    private long bytes;

    public Chunk(LogDevice.Bound bound) {
        this.bound = bound;
    }

    public boolean isFull() {
        return events.size() == bound.events() || (!events.isEmpty() && bytes >= bound.bytes());
    }

    public void add(Event event) {
        events.add(event);
        bytes += event.data().payload().size();
    }

    public int size() {
        return events.size();
    }

    public List<Event> events() {
        return List.copyOf(events);
    }
}
