package dev.lumiere.eventlog;

import java.util.List;

/**
 * What is to be added to one stream. Without events it only asks for a version.
 *
 * @param expected of the stream before
 */
public record StreamAppend(StreamId stream, Expected expected, List<EventData> events) {
    public StreamAppend {
        events = List.copyOf(events);
    }

    public StreamAppend(StreamId stream, Expected expected, EventData... events) {
        this(stream, expected, List.of(events));
    }
}
