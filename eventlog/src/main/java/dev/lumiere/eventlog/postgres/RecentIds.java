package dev.lumiere.eventlog.postgres;

import dev.lumiere.eventlog.Event;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the events of some ids are, the last {@value #MAX} that were put in. */
final class RecentIds {
    private static final int MAX = 10_000;

    private final LinkedHashMap<UUID, Event.Place> places = new LinkedHashMap<>();

    synchronized Event.@Nullable Place get(UUID id) {
        return places.get(id);
    }

    synchronized void putAll(Map<UUID, Event.Place> more) {
        places.putAll(more);
        var oldest = places.keySet().iterator();
        while (places.size() > MAX) {
            oldest.next();
            oldest.remove();
        }
    }
}
