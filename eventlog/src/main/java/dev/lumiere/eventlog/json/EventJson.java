package dev.lumiere.eventlog.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Payload;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
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
        known("causation", context.causation(), json);
        known("correlation", context.correlation(), json);
        known("trace", context.trace(), json);
        var payload = payload(data.payload());
        if (payload == null) {
            json.writeFieldName("payloadBase64");
            json.writeString(Base64.getEncoder().encodeToString(data.payload().toByteArray()));
        } else {
            json.writeFieldName("payload");
            json.writeRawValue(payload);
        }
    }

    private static void known(String name, @Nullable Object value, JsonGenerator json)
            throws IOException {
        if (value != null) {
            json.writeStringField(name, value.toString());
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

    /**
     * Reads what {@link #line} wrote.
     *
     * @throws IllegalArgumentException if it is something else, with what is wrong
     */
    public static Event parse(String line) {
        return JsonReader.read(line, from -> EventFields.event(from, ""));
    }

    /**
     * What an event has that does not say it.
     *
     * @param ids for one without
     * @param trace where the request for it stands; null if that is not known
     */
    public record Defaults(InstantSource clock, Supplier<UUID> ids, @Nullable String trace) {}
}
