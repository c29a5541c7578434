package dev.lumiere.eventlog.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One kind of event: its name, its record, and how what was written in older schemas is brought up
 * to date.
 *
 * @param name for ever
 * @param type a record that Jackson reads and writes
 * @param upcasters the first takes schema 1 to 2, the next 2 to 3; the record's own schema comes
 *     after the last
 */
public record EventType<T>(String name, Class<T> type, List<UnaryOperator<ObjectNode>> upcasters) {
    public EventType {
        upcasters = List.copyOf(upcasters);
        if (!type.isRecord()) {
            throw new IllegalArgumentException("not a record: " + type);
        }
    }

    /** In its first schema. */
    public static <T> EventType<T> of(String name, Class<T> type) {
        return new EventType<>(name, type, List.of());
    }

    /** The version of the schema in which it is written now, from 1. */
    public int schema() {
        return upcasters.size() + 1;
    }

    /** What was written in that schema, in this one; of a newer one it is left as it is. */
    ObjectNode upToDate(ObjectNode written, int schema) {
        var node = written;
        for (var step = schema; step < schema(); step++) {
            node = upcasters.get(step - 1).apply(node);
        }
        return node;
    }
}
