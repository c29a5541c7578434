package dev.lumiere.eventlog.aggregate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Payload;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records to events and back, as JSON. A field that the record does not have is passed over, so
 * that what a newer node wrote is read too; a type that nobody here knows is no record, and stays
 * what it is in the log.
 *
 * @param <E> what the records have in common, usually a sealed interface
 */
public final class EventTypes<E> {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private final Map<String, EventType<? extends E>> byName = new HashMap<>();
    private final Map<Class<?>, EventType<? extends E>> byClass = new HashMap<>();

    /**
     * Knows these.
     *
     * @throws IllegalArgumentException if two have one name or one record
     */
    @SafeVarargs
    public EventTypes(EventType<? extends E>... types) {
        for (var type : types) {
            if (byName.put(type.name(), type) != null || byClass.put(type.type(), type) != null) {
                throw new IllegalArgumentException("twice: " + type);
            }
        }
    }

    /**
     * As it is written.
     *
     * @throws IllegalArgumentException if its type is not known, or cannot be written
     */
    public EventData data(UUID id, Instant time, EventData.Context context, E event) {
        var type = byClass.get(event.getClass());
        if (type == null) {
            throw new IllegalArgumentException("no known type of event: " + event.getClass());
        }
        try {
            var payload = Payload.of(JSON.writeValueAsString(event));
            return new EventData(id, type.name(), type.schema(), time, context, payload);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written: " + event, e);
        }
    }

    /**
     * The record; null if its type is not known here.
     *
     * @throws UnreadableEventException if it is, and this is not how it was written
     */
    public @Nullable E event(EventData data) {
        var type = byName.get(data.type());
        if (type == null) {
            return null;
        }
        try {
            if (data.schema() == type.schema()) {
                var event = JSON.readValue(data.payload().text(), type.type());
                if (event == null) {
                    throw new UnreadableEventException(data, "its payload is null", null);
                }
                return event;
            }
            var node = JSON.readTree(data.payload().text());
            if (!(node instanceof ObjectNode written)) {
                throw new UnreadableEventException(data, "its payload is no JSON object", null);
            }
            return JSON.treeToValue(type.upToDate(written, data.schema()), type.type());
        } catch (JsonProcessingException e) {
            throw new UnreadableEventException(data, e.getOriginalMessage(), e);
        }
    }

    /** All that are known, for tests that read what old versions wrote. */
    public List<EventType<? extends E>> all() {
        return List.copyOf(byName.values());
    }
}
