package dev.lumiere.eventlog;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Events for tests. */
final class Samples {
    static final Duration LONG = Duration.ofMinutes(1);

    private Samples() {}

    static EventData event(int number) {
        return event(new UUID(0, number), "{\"number\":" + number + "}");
    }

    static EventData event(UUID id, String payload) {
        return EventData.of(id, "NumberCounted", Instant.EPOCH.plusSeconds(1), payload);
    }

    static List<EventData> events(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Samples::event).toList();
    }

    static StreamId stream(String key) {
        return new StreamId("count", key);
    }

    static List<EventData> data(List<Event> events) {
        return events.stream().map(Event::data).toList();
    }
}
