package dev.lumiere.eventlog;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happened, wherever it stands in a log.
 *
 * @param id by which it is known if it is appended again; given by who makes it
 * @param type its name, such as {@code AccountCreated}: 1 to {@value #MAX_TYPE} visible ASCII
 *     characters, not {@code $} first, which is the log's own
 * @param schema version of the form of its payload, from 1
 * @param time when it happened, kept to the microsecond
 * @param context what it came of
 * @param payload what is to be known of it
 */
public record EventData(
        UUID id, String type, int schema, Instant time, Context context, Payload payload) {
    private static final int MAX_TYPE = 128;
    private static final String REMOVED = "$removed";
    private static final Instant EARLIEST = Instant.parse("-9999-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    /**
     * What an event came of.
     *
     * @param causation id of the event or command that led to it
     * @param correlation shared by all that came of one beginning
     * @param trace W3C's {@code traceparent}
     */
    public record Context(
            @Nullable UUID causation, @Nullable UUID correlation, @Nullable String trace) {
        /** Nothing is known. */
        public static final Context NONE = new Context(null, null, null);

        private static final int MAX_TRACE = 128;

        public Context {
            if (trace != null && !isVisible(trace, MAX_TRACE)) {
                throw new IllegalArgumentException("not a traceparent: " + trace);
            }
        }
    }

    public EventData {
        if (!isVisible(type, MAX_TYPE)) {
            throw new IllegalArgumentException(
                    "type of an event not of 1..%d visible ASCII characters: %s"
                            .formatted(MAX_TYPE, type));
        }
        if (schema < 1) {
            throw new IllegalArgumentException("schema version below 1: " + schema);
        }
        time = time.truncatedTo(ChronoUnit.MICROS);
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException("time out of range: " + time);
        }
    }

    /**
     * What remains of an event whose content was taken out of the log: its id and its time. Whoever
     * reads it passes it over, as every event of a type that is not known.
     */
    public EventData removed() {
        return new EventData(id, REMOVED, 1, time, Context.NONE, Payload.of(""));
    }

    /** Whether its content was taken out of the log. */
    public boolean isRemoved() {
        return type.equals(REMOVED);
    }

    /** Of the first schema version, with text as payload, that came of nothing known. */
    public static EventData of(UUID id, String type, Instant time, String payload) {
        return new EventData(id, type, 1, time, Context.NONE, Payload.of(payload));
    }

    private static boolean isVisible(String text, int max) {
        return !text.isEmpty()
                && text.length() <= max
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    @Override
    public String toString() {
        return type + " " + id;
    }
}
