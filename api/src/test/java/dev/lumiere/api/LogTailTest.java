package dev.lumiere.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.json.EventJson;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Following the log over HTTP. */
class LogTailTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private EventLog log;
    private LogServer server;

    @BeforeEach
    void start() throws Exception {
        log = EventLog.open(new RocksLogDevice(folder, 2));
        server = new LogServer(log);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        log.close();
    }

    @Test
    void whatWasAndWhatComesIsSentWithoutAGap() throws Exception {
        append("a-1", 3, "");
        try (var reader = new Reader("/v1/log/tail?after=start", "")) {
            assertThat(reader.next(3)).containsExactly("a-1/1", "a-1/2", "a-1/3");

            append("a-1", 2, "");

            assertThat(reader.next(2)).containsExactly("a-1/4", "a-1/5");
        }
    }

    @Test
    void whoSaysNothingIsSentWhatComes() throws Exception {
        append("a-1", 3, "");
        try (var reader = new Reader("/v1/log/tail", "")) {
            reader.awaitHead();

            append("a-1", 1, "");

            assertThat(reader.next(1)).containsExactly("a-1/4");
        }
    }

    @Test
    void whoComesAgainGoesOnAfterTheLastEventThatCame() throws Exception {
        append("a-1", 5, "");
        append("b-7", 5, "");
        String id;
        List<String> seen;
        try (var reader = new Reader("/v1/log/tail?after=start", "")) {
            seen = new ArrayList<>(reader.next(4));
            id = reader.id;
        }

        try (var reader = new Reader("/v1/log/tail?after=start", id)) {
            seen.addAll(reader.next(6));
        }

        assertThat(seen)
                .hasSize(10)
                .doesNotHaveDuplicates()
                .containsSubsequence("a-1/1", "a-1/2", "a-1/3", "a-1/4", "a-1/5")
                .containsSubsequence("b-7/1", "b-7/2", "b-7/3", "b-7/4", "b-7/5");
    }

    @Test
    void aCategoryOrAPartitionIsSentAlone() throws Exception {
        var keys = List.of("1", "2", "3", "4", "5", "6", "7", "8");
        for (var key : keys) {
            append("a-" + key, 1, "");
            append("b-" + key, 1, "");
        }
        try (var category = new Reader("/v1/log/tail?after=start&category=a", "");
                var partition = new Reader("/v1/log/tail?after=start&partition=1", "")) {
            var inPartition =
                    keys.stream().filter(k -> log.partition(new StreamId("a", k)) == 1).toList();

            assertThat(category.next(8)).allMatch(event -> event.startsWith("a-"));
            assertThat(partition.next(2 * inPartition.size()))
                    .allMatch(event -> inPartition.contains(event.substring(2, 3)));
            append("b-" + inPartition.getFirst(), 1, "");
            append("a-" + inPartition.getFirst(), 1, "");
            assertThat(category.next(1)).containsExactly("a-" + inPartition.getFirst() + "/2");
            assertThat(partition.next(2))
                    .containsExactly(
                            "b-" + inPartition.getFirst() + "/2",
                            "a-" + inPartition.getFirst() + "/2");
        }
    }

    @Test
    void whoDoesNotReadIsSentNoMoreThanTheConnectionHoldsAndMissesNothing() throws Exception {
        var megabyte = "x".repeat(1_000_000);
        try (var reader = new Reader("/v1/log/tail?after=start", "")) {
            reader.awaitHead();
            for (var i = 0; i < 40; i++) {
                append("large-1", 1, megabyte);
            }

            Awaitility.await().until(() -> server.handler().tailLag() < 40);
            var lag = server.handler().tailLag();
            assertThat(lag).as("waits for the reader").isGreaterThan(10);

            assertThat(reader.next(40)).hasSize(40).last().isEqualTo("large-1/40");
        }
    }

    @Test
    void whoIsGoneIsForgotten() throws Exception {
        try (var reader = new Reader("/v1/log/tail", "")) {
            reader.awaitHead();
            assertThat(server.handler().tails()).isEqualTo(1);
        }

        Awaitility.await().until(() -> server.handler().tails() == 0);
    }

    @Test
    void aStopEndsTheAnswerInOrder() throws Exception {
        try (var reader = new Reader("/v1/log/tail", "")) {
            reader.awaitHead();

            server.handler().close();

            assertThat(reader.untilItEnds()).as("the last chunk").endsWith("0");
        }
        assertThat(server.get("/v1/log/tail").statusCode()).isEqualTo(503);
    }

    @Test
    void soManyMayFollowAndNoMore() throws Exception {
        var readers = new ArrayList<Reader>();
        try {
            for (var i = 0; i < 32; i++) {
                readers.add(new Reader("/v1/log/tail", ""));
                readers.getLast().awaitHead();
            }

            var refused = server.get("/v1/log/tail");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        } finally {
            for (var reader : readers) {
                reader.close();
            }
        }
    }

    private void append(String stream, int events, String payload) throws Exception {
        for (var i = 0; i < events; i++) {
            var event =
                    EventData.of(
                            UUID.randomUUID(), "Counted", Instant.EPOCH, "\"" + payload + "\"");
            assertThat(
                            log.append(
                                    Append.to(
                                            StreamId.parse(stream), Expected.any(), List.of(event)),
                                    LONG))
                    .isInstanceOf(AppendOutcome.Appended.class);
        }
    }

    /** Reads a connection of its own no faster than it is told to. */
    private final class Reader implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader lines;
        private String id = "";

        Reader(String target, String lastEventId) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            socket.setSoTimeout(30_000);
            lines =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            var resume = lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
            socket.getOutputStream()
                    .write(
                            "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
                                    .formatted(target, resume)
                                    .getBytes(StandardCharsets.US_ASCII));
        }

        /** Until it is known where it starts. */
        void awaitHead() throws IOException {
            while (id.isEmpty()) {
                line();
            }
        }

        /** Streams and versions of the next events. */
        List<String> next(int count) throws IOException {
            var events = new ArrayList<String>();
            while (events.size() < count) {
                var line = line();
                if (line.startsWith("data: ")) {
                    var event = EventJson.parse(line.substring("data: ".length()));
                    events.add(event.stream() + "/" + event.version());
                }
            }
            return events;
        }

        private String line() throws IOException {
            var line = lines.readLine();
            if (line == null) {
                throw new IOException("the stream ended");
            }
            if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            }
            return line;
        }

        List<String> untilItEnds() {
            var all = new ArrayList<String>();
            try {
                for (var line = lines.readLine(); line != null && !line.equals("0"); ) {
                    all.add(line);
                    line = lines.readLine();
                }
                all.add("0");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return all;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
