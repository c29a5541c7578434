package dev.lumiere.eventlog.json;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fields of one event, as far as they were read; see {@link EventJson} for what they are. */
final class EventFields {
    private static final Set<String> DATA =
            Set.of(
                    "id",
                    "type",
                    "schema",
                    "time",
                    "causation",
                    "correlation",
                    "trace",
                    "payload",
                    "payloadBase64");
    private static final Set<String> EVENT =
            with(DATA, "partition", "position", "stream", "version");

    private long partition = -1;
    private long position = -1;
    private long version = -1;
    private @Nullable StreamId stream;
    private @Nullable UUID id;
    private @Nullable String type;
    private int schema = 1;
    private @Nullable Instant time;
    private @Nullable UUID causation;
    private @Nullable UUID correlation;
    private @Nullable String trace;
    private @Nullable Payload payload;

    /** An event of a log. */
    static Event event(JsonReader from, String path) throws IOException {
        var event = new EventFields();
        from.object(path, EVENT, (name, at) -> event.read(from, name, at));
        return JsonReader.parsed(path, event::event);
    }

    /** What is to be appended. */
    static EventData data(JsonReader from, String path, EventJson.Defaults defaults)
            throws IOException {
        var data = new EventFields();
        from.object(path, DATA, (name, at) -> data.read(from, name, at));
        return data.data(path, defaults);
    }

    private void read(JsonReader from, String name, String path) throws IOException {
        switch (name) {
            case "partition" -> partition = from.number(path, 0, Integer.MAX_VALUE);
            case "position" -> position = from.number(path, 1, Long.MAX_VALUE);
            case "version" -> version = from.number(path, 1, Long.MAX_VALUE);
            case "stream" -> stream = from.string(path, StreamId::parse);
            case "id" -> id = from.uuid(path);
            case "type" -> type = from.string(path);
            case "schema" -> schema = (int) from.number(path, 1, Integer.MAX_VALUE);
            case "time" -> time = from.string(path, EventFields::instant);
            case "causation" -> causation = from.uuid(path);
            case "correlation" -> correlation = from.uuid(path);
            case "trace" -> trace = from.string(path);
            case "payload" -> take(path, Payload.of(from.verbatim()));
            default -> take(path, from.string(path, EventFields::binary));
        }
    }

    private void take(String path, Payload given) {
        if (payload != null) {
            throw JsonReader.wrong(path, "there is a payload already");
        }
        payload = given;
    }

    private EventData data(String path, EventJson.Defaults defaults) {
        if (id == null) {
            id = defaults.ids().get();
        }
        if (time == null) {
            time = defaults.clock().instant();
        }
        if (trace == null) {
            trace = defaults.trace();
        }
        return JsonReader.parsed(path, this::complete);
    }

    private Event event() {
        return new Event(
                (int) number("partition", partition),
                number("position", position),
                there("stream", stream),
                number("version", version),
                complete());
    }

    private EventData complete() {
        return new EventData(
                there("id", id),
                there("type", type),
                schema,
                there("time", time),
                new EventData.Context(causation, correlation, trace),
                there("payload", payload));
    }

    private static long number(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    static <T> T there(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static Set<String> with(Set<String> names, String... more) {
        var all = new HashSet<>(names);
        all.addAll(Set.of(more));
        return Set.copyOf(all);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "not a time such as 2026-11-29T10:15:30Z: " + JsonReader.echoed(text));
        }
    }

    private static Payload binary(String text) {
        try {
            return Payload.copyOf(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not Base64, or too long: " + e.getMessage(), e);
        }
    }
}
