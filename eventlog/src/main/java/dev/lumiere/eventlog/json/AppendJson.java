package dev.lumiere.eventlog.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamAppend;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An append as JSON.
 *
 * <pre>{@code
 * {"changes": [
 *   {"stream": "account-42", "expected": 1,
 *    "events": [{"type": "OwnerChanged", "payload": {"owner": "Grace"}}]}]}
 * }</pre>
 *
 * <p>{@code expected} is a version, {@code "none"} or {@code "any"}. An event is as in {@link
 * EventJson}, without its place; {@code id}, {@code schema}, {@code time} and {@code trace} may be
 * left out.
 */
public final class AppendJson {
    private static final int MAX_CHANGES = 4096;
    private static final int MAX_EVENTS = 4096;
    private static final Set<String> APPEND = Set.of("changes");
    private static final Set<String> CHANGE = Set.of("stream", "expected", "events");

    private AppendJson() {}

    public static String text(Append append) {
        return EventJson.written(json -> write(append, json));
    }

    private static void write(Append append, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("changes");
        for (var change : append.changes()) {
            json.writeStartObject();
            json.writeStringField("stream", change.stream().toString());
            json.writeFieldName("expected");
            switch (change.expected()) {
                case Expected.Any() -> json.writeString("any");
                case Expected.Exactly(var version) -> json.writeNumber(version);
            }
            json.writeArrayFieldStart("events");
            for (var event : change.events()) {
                EventJson.write(event, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /**
     * Reads one.
     *
     * @param defaults for what events leave out
     * @throws IllegalArgumentException naming what is wrong
     */
    public static Append parse(String text, EventJson.Defaults defaults) {
        return JsonReader.read(
                text,
                from -> {
                    var changes = new ArrayList<StreamAppend>();
                    var left = new AtomicInteger(MAX_EVENTS);
                    from.object(
                            "",
                            APPEND,
                            (_, path) ->
                                    from.array(
                                            path,
                                            MAX_CHANGES,
                                            at -> changes.add(change(from, at, defaults, left))));
                    return new Append(changes);
                });
    }

    private static StreamAppend change(
            JsonReader from, String path, EventJson.Defaults defaults, AtomicInteger left)
            throws IOException {
        var change = new Change();
        from.object(
                path,
                CHANGE,
                (name, at) -> {
                    switch (name) {
                        case "stream" -> change.stream = from.string(at, StreamId::parse);
                        case "expected" -> change.expected = expected(from, at);
                        default ->
                                from.array(
                                        at,
                                        MAX_EVENTS,
                                        each -> {
                                            if (left.decrementAndGet() < 0) {
                                                throw JsonReader.wrong(
                                                        each,
                                                        "is one too many: %d in all"
                                                                .formatted(MAX_EVENTS));
                                            }
                                            change.events.add(
                                                    EventFields.data(from, each, defaults));
                                        });
                    }
                });
        if (change.stream == null) {
            throw JsonReader.wrong(path + ".stream", "is missing");
        }
        if (change.expected == null) {
            throw JsonReader.wrong(
                    path + ".expected", "is missing: a version, \"none\" or \"any\"");
        }
        return new StreamAppend(change.stream, change.expected, change.events);
    }

    private static Expected expected(JsonReader from, String path) throws IOException {
        if (from.isNumber()) {
            return Expected.version(from.number(path, 0, Long.MAX_VALUE));
        }
        return from.string(
                path,
                text ->
                        switch (text) {
                            case "any" -> Expected.any();
                            case "none" -> Expected.none();
                            default ->
                                    throw new IllegalArgumentException(
                                            "not a version, \"none\" or \"any\": "
                                                    + JsonReader.echoed(text));
                        });
    }

    private static final class Change {
        private @Nullable StreamId stream;
        private @Nullable Expected expected;
        private final List<EventData> events = new ArrayList<>();
    }
}
