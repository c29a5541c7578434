package dev.lumiere.eventlog.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.StreamAppend;
import dev.lumiere.eventlog.StreamId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written as JSON is read again as it was. */
class EventJsonTest {
    private static final EventJson.Defaults NOTHING =
            new EventJson.Defaults(
                    () -> {
                        throw new AssertionError("a time is there");
                    },
                    () -> {
                        throw new AssertionError("an id is there");
                    },
                    null);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\": 1.50, \"b\":[ ] , \"b\":1e400}",
                "-0.0",
                "12345678901234567890123",
                "\"\\ud800\\u2028\"",
                "\"☃ \\\"\u2028\u0085\"",
                "true",
                "null",
                "[[[[]]]]"
            })
    void aPayloadThatIsJsonOnOneLineStandsAsItWasWritten(String payload) {
        var event = event(Payload.of(payload));

        var line = EventJson.line(event);

        assertThat(line).contains("\"payload\":" + payload + "}").doesNotContain("\n");
        assertThat(EventJson.parse(line)).isEqualTo(event);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}{}",
                "1 2",
                "no json",
                "{\n}",
                " {}",
                "{} ",
                "'a'",
                "{a:1}",
                "01",
                "1 // one",
                "NaN",
                "\uFEFF{}"
            })
    void anyOtherIsInBase64(String payload) {
        var event = event(Payload.of(payload));

        var line = EventJson.line(event);

        assertThat(line).contains("\"payloadBase64\":\"").doesNotContain("\n");
        assertThat(EventJson.parse(line)).isEqualTo(event);
    }

    @Test
    void whateverBytesAPayloadHasItComesBackToTheByte() {
        var random = new Random(4);
        var alphabet =
                "{}[]\",:0123e.-+truefalsnu \n\\\u00fc\u2603".getBytes(StandardCharsets.UTF_8);
        for (var i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextInt(12)];
            for (var j = 0; j < bytes.length; j++) {
                bytes[j] = alphabet[random.nextInt(alphabet.length)];
            }
            var event = event(Payload.copyOf(bytes));

            assertThat(EventJson.parse(EventJson.line(event))).as("%s", event).isEqualTo(event);
        }
    }

    @Test
    void jsonThatIsNestedTooDeepIsKeptAsBytes() {
        var event = event(Payload.of("[".repeat(501) + "]".repeat(501)));

        assertThat(EventJson.line(event)).contains("payloadBase64");
        assertThat(EventJson.parse(EventJson.line(event))).isEqualTo(event);
    }

    @Test
    void whatIsNotKnownOfTheContextIsLeftOut() {
        var event = event(Payload.of("{}"));

        assertThat(EventJson.line(event)).doesNotContain("causation", "correlation", "trace");
        assertThat(EventJson.parse(EventJson.line(event)).data().context())
                .isEqualTo(EventData.Context.NONE);
    }

    @Test
    void anAppendIsReadAsItWasWritten() {
        var events = new ArrayList<EventData>();
        for (var payload : List.of("{\"a\": 1}", "\u0001binary", "line\nbreak")) {
            events.add(event(Payload.of(payload)).data());
        }
        var context = new EventData.Context(new UUID(1, 2), new UUID(3, 4), "00-a-b-01");
        events.add(
                new EventData(new UUID(5, 6), "Other", 7, Instant.EPOCH, context, Payload.of("8")));
        var append =
                new Append(
                        List.of(
                                new StreamAppend(new StreamId("a", "ü-1"), Expected.any(), events),
                                new StreamAppend(
                                        new StreamId("b", "ü-1"), Expected.version(3), List.of())));

        assertThat(AppendJson.parse(AppendJson.text(append), NOTHING)).isEqualTo(append);
    }

    @Test
    void whatAnEventLeavesOutIsGivenToIt() {
        var defaults =
                new EventJson.Defaults(
                        InstantSource.fixed(Instant.EPOCH), () -> new UUID(0, 9), "00-trace");

        var append =
                AppendJson.parse(
                        """
                        {"changes": [{"stream": "a-1", "expected": "none",
                          "events": [{"payload": [1,
                            2.0], "type": "A"}]}]}
                        """,
                        defaults);

        assertThat(append)
                .isEqualTo(
                        Append.to(
                                new StreamId("a", "1"),
                                Expected.none(),
                                List.of(
                                        new EventData(
                                                new UUID(0, 9),
                                                "A",
                                                1,
                                                Instant.EPOCH,
                                                new EventData.Context(null, null, "00-trace"),
                                                Payload.of("[1,2.0]")))));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void anOutcomeIsReadAsItWasWritten(AppendOutcome outcome) {
        var ids = List.of(new UUID(1, 1), new UUID(1, 2));

        assertThat(OutcomeJson.parse(OutcomeJson.text(outcome, ids))).isEqualTo(outcome);
    }

    static List<AppendOutcome> outcomes() {
        var stream = new StreamId("account", "4-\"2\"");
        return List.of(
                new AppendOutcome.Appended(List.of(), false),
                new AppendOutcome.Appended(
                        List.of(new Event.Place(0, 1), new Event.Place(0, Long.MAX_VALUE)), true),
                new AppendOutcome.Conflict(stream, Expected.none(), 3),
                new AppendOutcome.Conflict(stream, Expected.version(7), 0),
                new AppendOutcome.IdTaken(new UUID(1, 2), new Event.Place(3, 4)),
                new AppendOutcome.Refused("the log is closed: \"why\""),
                new AppendOutcome.Unknown("not known after 1 s"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "[]", "<html>", "{\"outcome\": \"great\"}", "{\"outcome\": 1}"})
    void whatIsNoOutcomeIsRefused(String text) {
        assertThatThrownBy(() -> OutcomeJson.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"partition\": 0}",
                "{\"partition\": -1}",
                "{\"version\": 0}",
                "{\"stream\": \"x\"}",
                "{\"surprise\": 1}"
            })
    void whatIsNoEventIsRefused(String text) {
        assertThatThrownBy(() -> EventJson.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Event event(Payload payload) {
        var time = Instant.parse("2026-11-29T10:15:30.123456Z");
        var data =
                new EventData(
                        new UUID(1, payload.hashCode()),
                        "Counted",
                        2,
                        time,
                        EventData.Context.NONE,
                        payload);
        return new Event(3, 17, new StreamId("count", "a-b/☃\""), 2, data);
    }
}
