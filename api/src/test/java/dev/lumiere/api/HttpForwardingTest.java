package dev.lumiere.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.NotOwnerException;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.StreamAppend;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Appends that one node passes on to another. */
class HttpForwardingTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final StreamId STREAM = new StreamId("account", "4/2 ☃");

    @TempDir private Path folder;
    private SharedDevice device;
    private EventLog log;
    private LogServer server;
    private HttpForwarding forwarding;

    @BeforeEach
    void start() throws Exception {
        device = SharedDevice.owning(new RocksLogDevice(folder, 2));
        log = EventLog.open(device);
        server = new LogServer(log);
        forwarding = server.forwarding();
    }

    @AfterEach
    void stop() throws Exception {
        forwarding.nodes().close();
        server.close();
        log.close();
    }

    @Test
    void allOfAnAppendArrivesToTheByte() throws Exception {
        var context = new EventData.Context(new UUID(1, 1), new UUID(2, 2), "00-t-s-01");
        var time = Instant.parse("2020-02-29T23:59:59.000001Z");
        var binary = Payload.copyOf(new byte[] {0, (byte) 0xff, '\n', '{', (byte) 0x80});
        var first = new EventData(new UUID(3, 3), "Raw", 9, time, context, binary);
        var second =
                new EventData(
                        new UUID(4, 4),
                        "Json",
                        1,
                        time,
                        EventData.Context.NONE,
                        Payload.of("{ \"a\" : 1.0e1 }"));
        var other = new StreamId("limit", STREAM.key());

        var outcome =
                forward(
                        new Append(
                                List.of(
                                        new StreamAppend(STREAM, Expected.none(), first),
                                        new StreamAppend(other, Expected.any(), second))));

        assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class);
        var read = log.readStream(STREAM, 1, 10).getFirst();
        assertThat(((AppendOutcome.Appended) outcome).places().getFirst()).isEqualTo(read.place());
        assertThat(read.data()).isEqualTo(first);
        assertThat(log.readStream(other, 1, 10).getFirst().data()).isEqualTo(second);
    }

    @Test
    void everyOutcomeIsTheOneThatTheOwnerGave() throws Exception {
        var append = append(1, Expected.none());
        var appended = (AppendOutcome.Appended) forward(append);

        assertThat(appended.isRepeated()).isFalse();
        assertThat(forward(append)).isEqualTo(new AppendOutcome.Appended(appended.places(), true));
        assertThat(forward(append(2, Expected.version(7))))
                .isEqualTo(new AppendOutcome.Conflict(STREAM, Expected.version(7), 1));
        assertThat(forward(Append.to(STREAM, Expected.any(), List.of(event(3), event(1)))))
                .isEqualTo(new AppendOutcome.IdTaken(new UUID(0, 1), appended.places().getFirst()));
        assertThat(forward(Append.to(STREAM, Expected.version(1), List.of())))
                .isEqualTo(new AppendOutcome.Appended(List.of(), false));
    }

    @Test
    void whatIsNotDecidedInTimeIsUnknownAndTheSameAgainTellsWhatBecameOfIt() throws Exception {
        var held = device.hold();
        var append = append(1, Expected.none());

        var outcome = forwarding.append(server.address(), append, Duration.ofMillis(50));
        held.countDown();

        assertThat(outcome).isInstanceOf(AppendOutcome.Unknown.class);
        assertThat(forward(append)).isInstanceOf(AppendOutcome.Appended.class);
        assertThat(log.version(STREAM)).isEqualTo(1);
    }

    @Test
    void aLogThatIsClosedRefuses() throws Exception {
        log.close();

        assertThat(forward(append(1, Expected.none()))).isInstanceOf(AppendOutcome.Refused.class);
    }

    @Test
    void whoIsNotTheOwnerSaysSo() throws Exception {
        try (var elsewhere = EventLog.open(device.seenFromElsewhere("http://127.0.0.1:9"));
                var other = new LogServer(elsewhere)) {
            assertThatThrownBy(() ->
                            forwarding.append(other.address(), append(1, Expected.none()), LONG))
                    .isInstanceOf(NotOwnerException.class);
        }
        assertThat(log.version(STREAM)).isZero();
    }

    @Test
    void whoCannotBeConnectedToHasGotNothing() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        assertThatThrownBy(() ->
                        forwarding.append(
                                "http://127.0.0.1:" + free, append(1, Expected.none()), LONG))
                .isInstanceOf(NotOwnerException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"outcome\":",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}",
                "nonsense\r\n\r\n"
            })
    void anAnswerThatIsNoOutcomeLeavesItUnknown(String answer) throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var answering = Thread.ofVirtual().start(() -> answerOnce(socket, answer));

            assertThatThrownBy(() ->
                            forwarding.append(
                                    "http://127.0.0.1:" + socket.getLocalPort(),
                                    append(1, Expected.none()),
                                    LONG))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(NotOwnerException.class);
            answering.join();
        }
    }

    private static void answerOnce(ServerSocket socket, String answer) {
        try (Socket caller = socket.accept()) {
            caller.getInputStream().read(new byte[1 << 16]);
            caller.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aNodeThatOwnsNothingAppendsThroughTheOwnerAndReadsItAtOnce() throws Exception {
        try (var elsewhere =
                EventLog.open(
                        device.seenFromElsewhere(server.address()),
                        "http://127.0.0.1:9",
                        forwarding)) {
            var outcome = elsewhere.append(append(1, Expected.none()), LONG);
            var conflict = elsewhere.append(append(2, Expected.none()), LONG);

            assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class);
            assertThat(elsewhere.readStream(STREAM, 1, 10)).hasSize(1);
            assertThat(conflict).isEqualTo(new AppendOutcome.Conflict(STREAM, Expected.none(), 1));
        }
    }

    private AppendOutcome forward(Append append) throws Exception {
        return forwarding.append(server.address(), append, LONG);
    }

    private static Append append(int number, Expected expected) {
        return Append.to(STREAM, expected, List.of(event(number)));
    }

    private static EventData event(int number) {
        return EventData.of(new UUID(0, number), "Counted", Instant.EPOCH, "{}");
    }
}
