package dev.lumiere.eventlog.postgres;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome.Appended;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Nodes;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.retention.Retention;
import dev.lumiere.eventlog.retention.Retention.Rule;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retention of a log that two nodes share, by either of them, in partitions of the other too. */
@Timeout(60)
class PostgresRetentionTest {
    private static final int PARTITIONS = 4;
    private static final int STREAMS = 8;
    private static final int EVENTS = 5;
    private static final List<Rule> LAST_TWO = List.of(new Rule("session", null, 2));
    @AutoClose private static PostgresServer server;

    @AutoClose private final Nodes nodes = new Nodes();

    @BeforeAll
    static void start() throws Exception {
        server = new PostgresServer();
    }

    private PostgresLogDevice open(String name) throws IOException {
        var device = new PostgresLogDevice(server.config("retention", PARTITIONS));
        nodes.open(name, device);
        return device;
    }

    @Test
    void twoNodesTakeOutTheSameAtTheSameTime() throws Exception {
        var mine = open("a");
        var others = open("b");
        await().until(() ->
                nodes.owned("a") == PARTITIONS / 2 && nodes.owned("b") == PARTITIONS / 2);
        for (var number = 0; number < STREAMS * EVENTS; number++) {
            var append =
                    Append.to(session(number % STREAMS), Expected.any(), List.of(event(number)));
            assertThat(nodes.log("a").append(append, LONG)).isInstanceOf(Appended.class);
        }
        assertThat(nodes.log("b").catchUp(LONG)).isTrue();

        var one = new Retention(nodes.log("a"), mine, LAST_TWO, null);
        var other = new Retention(nodes.log("b"), others, LAST_TWO, null);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var taken = threads.submit(() -> one.apply(Instant.EPOCH));
            var again = threads.submit(() -> other.apply(Instant.EPOCH));
            assertThat(taken.get() + again.get())
                    .as("some may be taken out by both")
                    .isGreaterThanOrEqualTo(STREAMS * (EVENTS - 2));
        }

        assertThat(other.apply(Instant.EPOCH)).isZero();
        for (var name : List.of("a", "b")) {
            for (var stream = 0; stream < STREAMS; stream++) {
                assertThat(left(nodes.log(name), session(stream))).containsExactly(4L, 5L);
            }
        }
        var next = Append.to(session(0), Expected.version(EVENTS), List.of(event(1000)));
        assertThat(nodes.log("b").append(next, LONG)).isInstanceOf(Appended.class);
    }

    private static StreamId session(int number) {
        return new StreamId("session", "s" + number);
    }

    private static List<Long> left(EventLog log, StreamId stream) throws IOException {
        return log.readStream(stream, 1, 100).stream()
                .filter(event -> !event.data().isRemoved())
                .map(Event::version)
                .toList();
    }
}
