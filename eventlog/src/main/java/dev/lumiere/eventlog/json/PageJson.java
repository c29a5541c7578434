package dev.lumiere.eventlog.json;

import dev.lumiere.eventlog.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** An answer that holds {@code events}, read; what else it tells is passed over. */
public final class PageJson {
    private static final int MAX_EVENTS = 4096;
    private static final Set<String> PAGE = Set.of("events", "version", "next", "position", "end");

    private PageJson() {}

    /**
     * A page of events.
     *
     * @param position up to which the page goes; empty if it does not say
     */
    public record Page(List<Event> events, String position) {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Page parse(String text) {
        return JsonReader.read(
                text,
                from -> {
                    var events = new ArrayList<Event>();
                    var position = new StringBuilder();
                    from.object(
                            "",
                            PAGE,
                            (name, path) -> {
                                switch (name) {
                                    case "events" ->
                                            from.array(
                                                    path,
                                                    MAX_EVENTS,
                                                    at -> events.add(EventFields.event(from, at)));
                                    case "position" -> position.append(from.string(path));
                                    default -> from.verbatim();
                                }
                            });
                    return new Page(List.copyOf(events), position.toString());
                });
    }
}
