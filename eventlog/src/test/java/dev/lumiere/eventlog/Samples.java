package dev.lumiere.eventlog;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Events for tests. */
public final class Samples {
    public static final Duration LONG = Duration.ofMinutes(1);

    private Samples() {}

    public static EventData event(int number) {
        return event(new UUID(0, number), "{\"number\":" + number + "}");
    }

    public static EventData event(UUID id, String payload) {
        return EventData.of(id, "NumberCounted", Instant.EPOCH.plusSeconds(1), payload);
    }

    public static List<EventData> events(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Samples::event).toList();
    }

    public static StreamId stream(String key) {
        return new StreamId("count", key);
    }

    public static List<EventData> data(List<Event> events) {
        return events.stream().map(Event::data).toList();
    }
}
