package dev.lumiere.api;

import static dev.lumiere.api.LogServer.KEY;
import static dev.lumiere.api.LogServer.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.json.AppendJson;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.http.HttpResponse;
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

/** Who may append to streams of the nodes' own. */
class NodeSignatureTest {
    private static final StreamId OURS = new StreamId("storage.object", "b/k");
    private static final String TARGET = "/v1/log/appends?only=here&timeoutMillis=9000";
    private static final String BODY = AppendJson.text(append(OURS));
    private static final NodeSignature RIGHT = LogServer.signature(KEY, NOW);

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

    private static Append append(StreamId stream) {
        var event = EventData.of(new UUID(0, 1), "Put", Instant.EPOCH, "{\"key\": \"é\"}");
        return Append.to(stream, Expected.any(), List.of(event));
    }

    private static String signed(NodeSignature signature, String body) {
        return signature.sign("POST", TARGET, Buffer.buffer(body));
    }

    private void assertRefused(HttpResponse<String> answer, String why) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(answer.body()).contains(why);
        assertThat(log.version(OURS)).isZero();
    }

    @Test
    void aNodeOfTheLogAppendsToThemAndTheSameCallAgainDoesNothing() throws Exception {
        var signature = signed(RIGHT, BODY);

        assertThat(server.post(TARGET, BODY, signature).statusCode()).isEqualTo(200);
        var again = server.post(TARGET, BODY, signature);

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).contains("\"repeated\":true");
        assertThat(log.version(OURS)).isEqualTo(1);
    }

    @Test
    void whoeverElseReachesThePortDoesNot() throws Exception {
        assertRefused(server.post(TARGET, BODY), "for nodes of this log alone");
        assertRefused(
                server.post(TARGET, BODY, "QBox key:signature"), "for nodes of this log alone");
        assertRefused(
                server.post(
                        "/v1/log/appends",
                        BODY,
                        RIGHT.sign("POST", "/v1/log/appends", Buffer.buffer(BODY))),
                "for nodes of this log alone");
    }

    @Test
    void aCallThatWasChangedOnItsWayIsRefused() throws Exception {
        var signature = signed(RIGHT, BODY);
        var last = signature.charAt(signature.length() - 2) == 'A' ? "BA" : "AA";
        var altered = signature.substring(0, signature.length() - 2) + last;

        assertRefused(server.post(TARGET, BODY.replace("é", "e"), signature), "changed on its way");
        assertRefused(
                server.post(TARGET.replace("9000", "8000"), BODY, signature), "changed on its way");
        assertRefused(server.post(TARGET, BODY, altered), "changed on its way");
        var later = signature.replaceFirst("time=[0-9]+", "time=" + (NOW.toEpochMilli() + 1));
        assertRefused(server.post(TARGET, BODY, later), "changed on its way");
        assertRefused(
                server.post(TARGET, BODY, RIGHT.sign("PUT", TARGET, Buffer.buffer(BODY))),
                "changed on its way");
    }

    @Test
    void aNodeWithAnotherKeyIsRefused() throws Exception {
        var other = LogServer.signature("another key, of 32 bytes as well", NOW);

        assertRefused(server.post(TARGET, BODY, signed(other, BODY)), "the same secrets.key");
        var forwarding = server.forwarding(other);
        assertThatThrownBy(() ->
                        forwarding.append(server.address(), append(OURS), Duration.ofSeconds(9)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the same secrets.key");
    }

    @Test
    void aCallIsGoodForFiveMinutes() throws Exception {
        var limit = NodeSignature.SKEW;
        var old = LogServer.signature(KEY, NOW.minus(limit).minusMillis(2));
        var fromTheFuture = LogServer.signature(KEY, NOW.plus(limit).plusMillis(2));
        var young = LogServer.signature(KEY, NOW.minus(limit).plusMillis(2));

        assertRefused(server.post(TARGET, BODY, signed(old, BODY)), "may differ by 5 minutes");
        assertRefused(
                server.post(TARGET, BODY, signed(fromTheFuture, BODY)), "may differ by 5 minutes");
        assertThat(server.post(TARGET, BODY, signed(young, BODY)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Lumiere x",
                "Lumiere time=,signature=",
                "Lumiere time=-1,signature=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "Lumiere time=9999999999999999,signature=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "Lumiere time=1,signature=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "Lumiere time=1,signature=++++AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            })
    void aSignatureThatIsNoneIsRefused(String header) throws Exception {
        assertRefused(server.post(TARGET, BODY, header), "not of the form");
    }

    @Test
    void aWrongSignatureIsRefusedForEveryStream() throws Exception {
        var body = AppendJson.text(append(new StreamId("account", "1")));

        var answer = server.post(TARGET, body, signed(RIGHT, BODY));

        assertRefused(answer, "changed on its way");
        assertThat(server.post(TARGET, body).statusCode()).isEqualTo(200);
    }

    @Test
    void appendsThatAreForwardedAreSigned() throws Exception {
        var forwarding = server.forwarding();

        assertThat(forwarding.append(server.address(), append(OURS), Duration.ofSeconds(9)))
                .isInstanceOf(AppendOutcome.Appended.class);
        assertThat(log.version(OURS)).isEqualTo(1);
    }
}
