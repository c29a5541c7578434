package dev.lumiere.eventlog.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event as one line of JSON.
 *
 * <pre>{@code
 * {"partition": 3, "position": 17, "stream": "account-42", "version": 2,
 *  "id": "6f1c…", "type": "OwnerChanged", "schema": 1, "time": "2026-11-29T10:15:30.123456Z",
 *  "causation": "…", "correlation": "…", "trace": "00-…",
 *  "payload": {"owner": "Grace"}}
 * }</pre>
 *
 * <p>What is not known of the context is left out. A payload that is JSON on one line stands there
 * as it was written, to the byte; any other is in {@code payloadBase64} instead.
 */
public final class EventJson {
    /** So that it can be read again within something that is nested itself. */
    private static final int MAX_NESTING = 500;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                    .build();
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
            Set.of(
                    "partition",
                    "position",
                    "stream",
                    "version",
                    "id",
                    "type",
                    "schema",
                    "time",
                    "causation",
                    "correlation",
                    "trace",
                    "payload",
                    "payloadBase64");

    private EventJson() {}

    /** One line, without its end. */
    public static String line(Event event) {
        return written(json -> write(event, json));
    }

    interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    static String written(Writing writing) {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(text)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return text.toString();
    }

    /** As one object. */
    public static void write(Event event, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("partition", event.partition());
        json.writeNumberField("position", event.position());
        json.writeStringField("stream", event.stream().toString());
        json.writeNumberField("version", event.version());
        fields(event.data(), json);
        json.writeEndObject();
    }

    static void write(EventData data, JsonGenerator json) throws IOException {
        json.writeStartObject();
        fields(data, json);
        json.writeEndObject();
    }

    private static void fields(EventData data, JsonGenerator json) throws IOException {
        json.writeStringField("id", data.id().toString());
        json.writeStringField("type", data.type());
        json.writeNumberField("schema", data.schema());
        json.writeStringField("time", data.time().toString());
        var context = data.context();
        if (context.causation() != null) {
            json.writeStringField("causation", context.causation().toString());
        }
        if (context.correlation() != null) {
            json.writeStringField("correlation", context.correlation().toString());
        }
        if (context.trace() != null) {
            json.writeStringField("trace", context.trace());
        }
        var payload = payload(data.payload());
        if (payload == null) {
            json.writeFieldName("payloadBase64");
            json.writeString(Base64.getEncoder().encodeToString(bytes(data.payload())));
        } else {
            json.writeFieldName("payload");
            json.writeRawValue(payload);
        }
    }

    /** The payload as it stands, if it is JSON on one line; else null. */
    public static @Nullable String payload(Payload payload) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(payload.buffer()).toString();
            return JsonReader.isOneLine(text) && isJson(text) ? text : null;
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    /** Whether it is one value with nothing around it. */
    private static boolean isJson(String text) {
        if (text.isEmpty() || text.charAt(0) <= ' ' || text.charAt(text.length() - 1) <= ' ') {
            return false;
        }
        try (var parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JsonProcessingException _) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text does not fail
        }
    }

    private static byte[] bytes(Payload payload) {
        var bytes = new byte[payload.size()];
        payload.buffer().get(bytes);
        return bytes;
    }

    /**
     * Reads what {@link #line} wrote.
     *
     * @throws IllegalArgumentException if it is something else, with what is wrong
     */
    public static Event parse(String line) {
        return JsonReader.read(line, from -> event(from, ""));
    }

    static Event event(JsonReader from, String path) throws IOException {
        var event = new Fields();
        from.object(path, EVENT, (name, at) -> event.read(from, name, at));
        return JsonReader.parsed(path, event::event);
    }

    /** What is to be appended. */
    static EventData data(JsonReader from, String path, Defaults defaults) throws IOException {
        var data = new Fields();
        from.object(path, DATA, (name, at) -> data.read(from, name, at));
        return data.data(path, defaults);
    }

    /**
     * What an event has that does not say it.
     *
     * @param ids for one without
     * @param trace where the request for it stands; null if that is not known
     */
    public record Defaults(InstantSource clock, Supplier<UUID> ids, @Nullable String trace) {}

    /** Those of one event, as far as they were read. */
    private static final class Fields {
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

        void read(JsonReader from, String name, String path) throws IOException {
            switch (name) {
                case "partition" -> partition = from.number(path, 0, Integer.MAX_VALUE);
                case "position" -> position = from.number(path, 1, Long.MAX_VALUE);
                case "version" -> version = from.number(path, 1, Long.MAX_VALUE);
                case "stream" -> stream = from.string(path, StreamId::parse);
                case "id" -> id = from.uuid(path);
                case "type" -> type = from.string(path);
                case "schema" -> schema = (int) from.number(path, 1, Integer.MAX_VALUE);
                case "time" -> time = from.string(path, EventJson::instant);
                case "causation" -> causation = from.uuid(path);
                case "correlation" -> correlation = from.uuid(path);
                case "trace" -> trace = from.string(path);
                case "payload" -> take(path, Payload.of(from.verbatim()));
                default -> take(path, from.string(path, EventJson::binary));
            }
        }

        private void take(String path, Payload given) {
            if (payload != null) {
                throw JsonReader.wrong(path, "there is a payload already");
            }
            payload = given;
        }

        EventData data(String path, Defaults defaults) {
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

        Event event() {
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
    }

    static <T> T there(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
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
