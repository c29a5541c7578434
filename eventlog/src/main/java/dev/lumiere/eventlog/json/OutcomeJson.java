package dev.lumiere.eventlog.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of an append as JSON: {@code outcome} is one of {@code appended}, {@code conflict},
 * {@code idTaken}, {@code refused} and {@code unknown}. What is no success is a problem document
 * (RFC 9457) as well.
 *
 * <pre>{@code
 * {"outcome": "appended", "repeated": false,
 *  "places": [{"id": "6f1c…", "partition": 3, "position": 17}]}
 * {"outcome": "conflict", "status": 409, "detail": "…",
 *  "stream": "account-42", "expected": 1, "actual": 3}
 * {"outcome": "idTaken", "status": 409, "detail": "…", "id": "6f1c…",
 *  "partition": 3, "position": 17}
 * {"outcome": "refused", "status": 503, "detail": "…"}
 * {"outcome": "unknown", "status": 504, "detail": "…", "ids": ["6f1c…"]}
 * }</pre>
 */
public final class OutcomeJson {
    private static final int MAX_EVENTS = 4096;
    private static final Set<String> OUTCOME =
            Set.of(
                    "outcome",
                    "repeated",
                    "places",
                    "status",
                    "detail",
                    "reason",
                    "stream",
                    "expected",
                    "actual",
                    "id",
                    "ids",
                    "partition",
                    "position");
    private static final Set<String> PLACE = Set.of("id", "partition", "position");

    private OutcomeJson() {}

    /** The status of an answer with it. */
    public static int status(AppendOutcome outcome) {
        return switch (outcome) {
            case AppendOutcome.Appended _ -> 200;
            case AppendOutcome.Conflict _, AppendOutcome.IdTaken _ -> 409;
            case AppendOutcome.Refused _ -> 503;
            case AppendOutcome.Unknown _ -> 504;
        };
    }

    /**
     * The body of an answer with it.
     *
     * @param ids of the events, in their order
     */
    public static String text(AppendOutcome outcome, List<UUID> ids) {
        return EventJson.written(json -> {
            json.writeStartObject();
            switch (outcome) {
                case AppendOutcome.Appended appended -> appended(appended, ids, json);
                case AppendOutcome.Conflict conflict -> conflict(conflict, json);
                case AppendOutcome.IdTaken(var id, var at) -> {
                    problem(
                            outcome,
                            "idTaken",
                            "an event of id %s is in the log, but not as part of just this append"
                                    .formatted(id),
                            json);
                    json.writeStringField("id", id.toString());
                    place(at, json);
                }
                case AppendOutcome.Refused(var reason) -> {
                    problem(outcome, "refused", "nothing was appended: " + reason, json);
                    json.writeStringField("reason", reason);
                }
                case AppendOutcome.Unknown(var reason) -> {
                    problem(
                            outcome,
                            "unknown",
                            ("whether anything was appended is not known: %s; send the same again"
                                            + " with the same ids, it is appended once")
                                    .formatted(reason),
                            json);
                    json.writeStringField("reason", reason);
                    json.writeArrayFieldStart("ids");
                    for (var id : ids) {
                        json.writeString(id.toString());
                    }
                    json.writeEndArray();
                }
            }
            json.writeEndObject();
        });
    }

    private static void problem(
            AppendOutcome outcome, String name, String detail, JsonGenerator json)
            throws IOException {
        json.writeStringField("outcome", name);
        json.writeNumberField("status", status(outcome));
        json.writeStringField("detail", detail);
    }

    private static void appended(
            AppendOutcome.Appended appended, List<UUID> ids, JsonGenerator json)
            throws IOException {
        json.writeStringField("outcome", "appended");
        json.writeBooleanField("repeated", appended.isRepeated());
        json.writeArrayFieldStart("places");
        for (var i = 0; i < appended.places().size(); i++) {
            json.writeStartObject();
            json.writeStringField("id", ids.get(i).toString());
            place(appended.places().get(i), json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void conflict(AppendOutcome.Conflict conflict, JsonGenerator json)
            throws IOException {
        var expected = conflict.expected() instanceof Expected.Exactly(var version) ? version : -1;
        problem(
                conflict,
                "conflict",
                "%s is at version %d, not %d"
                        .formatted(conflict.stream(), conflict.actual(), expected),
                json);
        json.writeStringField("stream", conflict.stream().toString());
        json.writeNumberField("expected", expected);
        json.writeNumberField("actual", conflict.actual());
    }

    private static void place(Event.Place place, JsonGenerator json) throws IOException {
        json.writeNumberField("partition", place.partition());
        json.writeNumberField("position", place.position());
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static AppendOutcome parse(String text) {
        return JsonReader.read(
                text,
                from -> {
                    var fields = new Fields();
                    from.object("", OUTCOME, (name, path) -> fields.read(from, name, path));
                    return fields.outcome();
                });
    }

    private static final class Fields {
        private String outcome = "";
        private boolean repeated;
        private final List<Event.Place> places = new ArrayList<>();
        private String reason = "";
        private @Nullable StreamId stream;
        private long expected;
        private long actual;
        private @Nullable UUID id;
        private int partition;
        private long position;

        void read(JsonReader from, String name, String path) throws IOException {
            switch (name) {
                case "outcome" -> outcome = from.string(path);
                case "repeated" -> repeated = from.flag(path);
                case "places" -> from.array(path, MAX_EVENTS, at -> places.add(place(from, at)));
                case "reason" -> reason = from.string(path);
                case "stream" -> stream = from.string(path, StreamId::parse);
                case "expected" -> expected = from.number(path, 0, Long.MAX_VALUE);
                case "actual" -> actual = from.number(path, 0, Long.MAX_VALUE);
                case "id" -> id = from.uuid(path);
                case "partition" -> partition = (int) from.number(path, 0, Integer.MAX_VALUE);
                case "position" -> position = from.number(path, 1, Long.MAX_VALUE);
                default -> from.verbatim();
            }
        }

        AppendOutcome outcome() {
            return switch (outcome) {
                case "appended" -> new AppendOutcome.Appended(places, repeated);
                case "conflict" ->
                        new AppendOutcome.Conflict(
                                EventFields.there("stream", stream),
                                Expected.version(expected),
                                actual);
                case "idTaken" ->
                        new AppendOutcome.IdTaken(
                                EventFields.there("id", id), new Event.Place(partition, position));
                case "refused" -> new AppendOutcome.Refused(reason);
                case "unknown" -> new AppendOutcome.Unknown(reason);
                default -> throw new IllegalArgumentException("no such outcome: " + outcome);
            };
        }
    }

    private static Event.Place place(JsonReader from, String path) throws IOException {
        var place = new Fields();
        from.object(path, PLACE, (name, at) -> place.read(from, name, at));
        return new Event.Place(place.partition, place.position);
    }
}
