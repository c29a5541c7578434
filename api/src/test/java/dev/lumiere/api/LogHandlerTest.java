package dev.lumiere.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Payload;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.rocks.RocksBackups;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The log as a program in another language meets it. */
class LogHandlerTest {
    private static final String ADA =
            """
            {"changes": [{"stream": "account-42", "expected": "none", "events": [
              {"type": "AccountCreated", "payload": {"owner": "Ada",\n "cents": 1.50}}]}]}
            """;

    @TempDir private Path folder;
    private EventLog log;
    private LogServer server;

    @BeforeEach
    void start() throws Exception {
        var device = new RocksLogDevice(folder.resolve("log"), 4);
        log = EventLog.open(device);
        var backups = folder.resolve("backups");
        server =
                new LogServer(
                        log,
                        LogCare.of(device, null, new RocksBackups(backups), backups.toString()));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        log.close();
    }

    @Test
    void whatIsAppendedIsReadAsItWasMeant() throws Exception {
        var appended = server.post("/v1/log/appends", ADA);

        assertThat(appended.statusCode()).as(appended.body()).isEqualTo(200);
        var outcome = new JsonObject(appended.body());
        assertThat(outcome.getString("outcome")).isEqualTo("appended");
        assertThat(outcome.getBoolean("repeated")).isFalse();
        var place = outcome.getJsonArray("places").getJsonObject(0);

        var stream = json(server.get("/v1/log/streams/account-42"));
        assertThat(stream.getLong("version")).isEqualTo(1);
        assertThat(stream.containsKey("next")).isFalse();
        var event = stream.getJsonArray("events").getJsonObject(0);
        assertThat(event.getString("id")).isEqualTo(place.getString("id"));
        assertThat(event.getInteger("partition")).isEqualTo(place.getInteger("partition"));
        assertThat(event.getLong("position")).isEqualTo(place.getLong("position"));
        assertThat(event.getString("time")).isEqualTo(LogServer.NOW.toString());
        assertThat(event.getInteger("schema")).isEqualTo(1);
        assertThat(event.getString("trace")).startsWith("00-");
        assertThat(log.readStream(new StreamId("account", "42"), 1, 1).getFirst().data().payload())
                .hasToString("{\"owner\":\"Ada\",\"cents\":1.50}");
        assertThat(json(server.get("/v1/log/events/" + event.getString("id")))).isEqualTo(event);
        assertThat(server.get("/v1/log/events/" + new UUID(1, 1)).statusCode()).isEqualTo(404);
    }

    @Test
    void whoExpectsAnotherVersionIsToldTheActualOne() throws Exception {
        server.post("/v1/log/appends", ADA);

        var answer = server.post("/v1/log/appends", ADA);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(type(answer)).isEqualTo("application/problem+json");
        var problem = new JsonObject(answer.body());
        assertThat(problem.getString("outcome")).isEqualTo("conflict");
        assertThat(problem.getString("stream")).isEqualTo("account-42");
        assertThat(problem.getLong("expected")).isZero();
        assertThat(problem.getLong("actual")).isEqualTo(1);
        assertThat(log.end().since(log.end().with(0, 0))).isLessThanOrEqualTo(1);
    }

    @Test
    void theSameIdsAreAppendedOnceAndTakenOnesAreNamed() throws Exception {
        var id = new UUID(7, 7);
        var first = json(server.post("/v1/log/appends", append("a-1", "\"any\"", event(id))));

        var again = json(server.post("/v1/log/appends", append("a-1", "0", event(id))));
        var taken =
                server.post(
                        "/v1/log/appends", append("a-1", "1", event(id), event(new UUID(7, 8))));

        assertThat(again.getBoolean("repeated")).isTrue();
        assertThat(again.getJsonArray("places")).isEqualTo(first.getJsonArray("places"));
        assertThat(taken.statusCode()).isEqualTo(409);
        var problem = new JsonObject(taken.body());
        assertThat(problem.getString("outcome")).isEqualTo("idTaken");
        assertThat(problem.getString("id")).isEqualTo(id.toString());
        assertThat(problem.getLong("position")).isEqualTo(1);
    }

    @Test
    void severalStreamsOfOneKeyChangeTogetherOrNotAtAll() throws Exception {
        var both =
                """
                {"changes": [
                 {"stream": "account-7", "expected": 0, "events": [{"type": "A", "payload": 1}]},
                 {"stream": "limit-7", "expected": %d, "events": [{"type": "B", "payload": 2}]}]}
                """;

        assertThat(server.post("/v1/log/appends", both.formatted(1)).statusCode()).isEqualTo(409);
        assertThat(log.end().since(log.end().with(0, 0))).isZero();
        assertThat(server.post("/v1/log/appends", both.formatted(0)).statusCode()).isEqualTo(200);
        assertThat(log.version(StreamId.parse("limit-7"))).isEqualTo(1);
    }

    @Test
    void bytesThatAreNoJsonComeBackAsTheyWere() throws Exception {
        var answer =
                server.post(
                        "/v1/log/appends",
                        append("b-1", "0", "{\"type\": \"Raw\", \"payloadBase64\": \"AP/+Cg==\"}"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var read = json(server.get("/v1/log/streams/b-1")).getJsonArray("events").getJsonObject(0);
        assertThat(read.containsKey("payload")).isFalse();
        assertThat(read.getString("payloadBase64")).isEqualTo("AP/+Cg==");
    }

    @Test
    void aStreamIsReadInPagesInBothDirections() throws Exception {
        count("n-1", 25);

        var versions = new ArrayList<Integer>();
        var target = "/v1/log/streams/n-1?max=10";
        for (var from = 1L; from > 0; ) {
            var page = json(server.get(target + "&from=" + from));
            versions.addAll(versions(page));
            from = page.getLong("next", 0L);
        }
        var backwards = json(server.get("/v1/log/streams/n-1?backwards&max=3"));

        assertThat(versions).hasSize(25).isSorted();
        assertThat(versions(backwards)).containsExactly(25, 24, 23);
        assertThat(backwards.getLong("next")).isEqualTo(22);
        assertThat(
                        json(server.get("/v1/log/streams/n-1?backwards&max=3&from=2"))
                                .containsKey("next"))
                .isFalse();
        assertThat(json(server.get("/v1/log/streams/n-1?from=26")).getJsonArray("events"))
                .isEmpty();
        assertThat(json(server.get("/v1/log/streams/never-seen")).getLong("version")).isZero();
    }

    @Test
    void allIsReadFromAVectorInPagesOfEachPartitionItsShare() throws Exception {
        for (var stream = 0; stream < 12; stream++) {
            count("s-" + stream, 5);
        }

        var read = new ArrayList<String>();
        var after = "0.0.0.0";
        JsonObject page;
        do {
            page = json(server.get("/v1/log/events?max=7&after=" + after));
            for (var each : page.getJsonArray("events")) {
                var event = (JsonObject) each;
                read.add(event.getInteger("partition") + "/" + event.getLong("position"));
            }
            after = page.getString("position");
        } while (!page.getString("position").equals(page.getString("end")));

        assertThat(read).hasSize(60).doesNotHaveDuplicates();
        var first = json(server.get("/v1/log/events?max=8"));
        var inUse = IntStream.range(0, 4).filter(p -> log.end().of(p) > 0).count();
        assertThat(
                        first.getJsonArray("events").stream()
                                .map(event -> ((JsonObject) event).getInteger("partition")))
                .as("of each its share")
                .satisfies(partitions -> assertThat(Set.copyOf(partitions)).hasSize((int) inUse));
        assertThat(json(server.get("/v1/log/events?category=none")).getJsonArray("events"))
                .isEmpty();
    }

    @Test
    void aPartitionIsReadFromAPosition() throws Exception {
        count("p-1", 5);
        var partition = log.partition(StreamId.parse("p-1"));

        var page = json(server.get("/v1/log/partitions/" + partition + "?from=2&max=2"));

        assertThat(page.getLong("end")).isEqualTo(5);
        assertThat(versions(page)).containsExactly(2, 3);
        assertThat(page.getLong("next")).isEqualTo(4);
    }

    @Test
    void streamsAreListedByCategoryInPages() throws Exception {
        count("account-1", 2);
        count("account-2", 1);
        count("account.old-1", 1);
        count("bill-1", 1);

        assertThat(names("/v1/log/streams?prefix=account-"))
                .containsExactly("account-1", "account-2");
        assertThat(names("/v1/log/streams?prefix=acc"))
                .containsExactly("account-1", "account-2", "account.old-1");
        assertThat(names("/v1/log/streams?prefix=account-2")).containsExactly("account-2");
        assertThat(names("/v1/log/streams?prefix=zebra")).isEmpty();

        var page = json(server.get("/v1/log/streams?max=3"));
        assertThat(page.getString("next")).isEqualTo("account.old-1");
        assertThat(names("/v1/log/streams?max=3&after=account.old-1")).containsExactly("bill-1");
    }

    @Test
    void anyKeyThereMayBeCanBeReadByItsPath() throws Exception {
        var key = "a/b+c d-ü☃?%";
        append(new StreamId("odd", key));

        var read = json(server.get("/v1/log/streams/odd-a%2Fb%2Bc%20d-%C3%BC%E2%98%83%3F%25"));

        assertThat(read.getLong("version")).isEqualTo(1);
        assertThat(read.getJsonArray("events").getJsonObject(0).getString("stream"))
                .isEqualTo("odd-" + key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|it is missing",
                "[]|it is not an object",
                "{|not JSON at line 1",
                "{}|nothing is to be changed",
                "{\"changes\": 1}|changes: is not an array: 1",
                "{\"changes\": []}|nothing is to be changed",
                "{\"changes\": [1]}|changes[0]: is not an object: 1",
                "{\"changs\": []}|changs: there is no such field",
                "{\"changes\": [{}]}|changes[0].stream: is missing",
                "{\"changes\": [{\"stream\": \"a-1\"}]}|changes[0].expected: is missing",
                "{\"changes\": [{\"stream\": \"a\", \"expected\": 0}]}|changes[0].stream: no dash",
                "{\"changes\": [{\"stream\": \"A-1\"}]}|changes[0].stream: not a category",
                "{\"changes\": [{\"stream\": 7}]}|changes[0].stream: is not a string: 7",
                "{\"changes\": [{\"expected\": \"7\"}]}|expected: not a version",
                "{\"changes\": [{\"expected\": -1}]}|expected: is not from 0 to",
                "{\"changes\": [{\"expected\": 1.5}]}|expected: is not a whole number: 1.5",
                "{\"changes\": [{\"expected\": 99999999999999999999}]}|expected: is not from 0",
                "{\"changes\": [{\"stream\": \"a-1\", \"stream\": \"a-2\"}]}|stream: is there twice",
                "{\"changes\": [{\"stream\": \"a-1\", \"expected\": 0}]} x|not JSON",
                "{\"changes\": [{\"stream\": \"a-1\", \"expected\": 0}]} {}|there is something after the JSON",
            })
    void whatIsNoAppendIsRefusedByTheNameOfWhatIsWrong(String body, String told) throws Exception {
        var answer = server.post("/v1/log/appends", body == null ? "" : body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(type(answer)).isEqualTo("application/problem+json");
        assertThat(new JsonObject(answer.body()).getString("detail")).contains(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|changes[0].events[0]: type is missing",
                "{\"type\": \"A\"}|payload is missing",
                "{\"type\": \"A B\", \"payload\": 1}|type of an event",
                "{\"type\": 1}|type: is not a string: 1",
                "{\"id\": \"1-1-1-1-1\"}|id: not a UUID",
                "{\"id\": \"x\"}|id: ",
                "{\"schema\": 0}|schema: is not from 1",
                "{\"schema\": \"1\"}|schema: is not a whole number: \"1\"",
                "{\"time\": \"yesterday\"}|time: not a time such as",
                "{\"time\": 1700000000}|time: is not a string",
                "{\"trace\": \"a b\", \"type\": \"A\", \"payload\": 1}|not a traceparent",
                "{\"payload\": 1, \"payloadBase64\": \"AA==\"}|there is a payload already",
                "{\"payloadBase64\": \"*\"}|payloadBase64: not Base64",
                "{\"position\": 1}|position: there is no such field",
                "{\"payload\": [1,}|not JSON",
            })
    void whatIsNoEventIsRefusedByTheNameOfWhatIsWrong(String event, String told) throws Exception {
        var answer = server.post("/v1/log/appends", append("a-1", "0", event));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("detail")).contains(told);
    }

    @Test
    void streamsOfTheNodesOwnAreNotForOthers() throws Exception {
        var event = append("storage.account-first", "0", "{\"type\": \"A\", \"payload\": 1}");

        assertThat(server.post("/v1/log/appends", event).statusCode()).isEqualTo(403);
        assertThat(server.post("/v1/log/appends?only=here", event).statusCode()).isEqualTo(403);
    }

    @Test
    void whatIsTooMuchOrNoTextIsRefused() throws Exception {
        var large = "{\"type\": \"A\", \"payload\": \"" + "x".repeat(1 << 20) + "\"}";
        var deep = "[".repeat(2000) + "]".repeat(2000);
        var many = String.join(",", Collections.nCopies(5000, "{\"type\":\"A\",\"payload\":1}"));

        assertThat(refusal(append("a-1", "0", large))).contains("payload over 1048576 bytes");
        assertThat(refusal(append("a-1", "0", many))).contains("events: has more than 4096");
        assertThat(refusal(append("a-1", "0", "{\"type\":\"A\",\"payload\":" + deep + "}")))
                .contains("not JSON");
        assertThat(server.post("/v1/log/appends", new byte[15 << 20]).statusCode()).isEqualTo(413);
        assertThat(server.post("/v1/log/appends", new byte[] {'{', (byte) 0xff, '}'}).body())
                .contains("not UTF-8");
    }

    private String refusal(String append) throws Exception {
        var answer = server.post("/v1/log/appends", append);
        assertThat(answer.statusCode()).isEqualTo(400);
        return new JsonObject(answer.body()).getString("detail");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/log?x=1",
                "/v1/log/streams?max=0",
                "/v1/log/streams?max=1001",
                "/v1/log/streams?max=ten",
                "/v1/log/streams?max=1&max=2",
                "/v1/log/streams?after=nodash",
                "/v1/log/streams/nodash",
                "/v1/log/streams/a-1?from=0",
                "/v1/log/streams/a-1?from=99999999999999999999",
                "/v1/log/streams/a-1?backwards=perhaps",
                "/v1/log/streams/a-%FF",
                "/v1/log/partitions/4",
                "/v1/log/partitions/-1",
                "/v1/log/partitions/",
                "/v1/log/events?after=0.0",
                "/v1/log/events?after=0.0.0.1",
                "/v1/log/events?after=0.0.0.x",
                "/v1/log/events/no-id",
                "/v1/log/tail?after=9.9.9.9",
                "/v1/log/tail?partition=4"
            })
    void aQueryThatCannotBeAnsweredIsRefused(String target) throws Exception {
        var answer = server.get(target);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(type(answer)).isEqualTo("application/problem+json");
    }

    @Test
    void aLogThatTakesNoAppendsSaysSoAndIsReadStill() throws Exception {
        count("a-1", 1);
        assertThat(json(server.get("/v1/log")).getBoolean("takesAppends")).isTrue();

        log.close();
        var refused = server.post("/v1/log/appends", ADA);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(new JsonObject(refused.body()).getString("outcome")).isEqualTo("refused");
        assertThat(json(server.get("/v1/log")).getBoolean("takesAppends")).isFalse();
        assertThat(server.get("/v1/log/streams/a-1").statusCode()).isEqualTo(503);
    }

    private Socket begun(int bytes) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        var head =
                """
                POST /v1/log/appends HTTP/1.1\r
                Host: localhost\r
                Content-Length: 14680064\r
                \r
                """;
        socket.getOutputStream().write(head.getBytes(US_ASCII));
        socket.getOutputStream().write(new byte[bytes]);
        return socket;
    }

    @Test
    void moreThanMayArriveAtOnceIsRefused() throws Exception {
        var arriving = new ArrayList<Socket>();
        try {
            var large = new byte[10 << 20];
            Awaitility.await()
                    .until(() -> {
                        arriving.add(begun(12 << 20));
                        return server.post("/v1/log/appends", large).statusCode() == 503;
                    });
            Awaitility.await().until(() -> server.post("/v1/log/appends", ADA).statusCode() == 200);

            for (var socket : arriving) {
                socket.close();
            }
            Awaitility.await()
                    .until(() -> server.post("/v1/log/appends", large).statusCode() == 400);
        } finally {
            for (var socket : arriving) {
                socket.close();
            }
        }
    }

    @Test
    void aLogInAFolderIsVerifiedAndBackedUpWhileItRuns() throws Exception {
        count("a-1", 10);

        var report = json(server.post("/v1/log/verification", ""));
        var backup = json(server.post("/v1/log/backups", ""));
        var list = json(server.get("/v1/log/backups"));

        assertThat(report.getBoolean("sound")).isTrue();
        assertThat(report.getLong("events")).isEqualTo(10);
        assertThat(report.getLong("streams")).isEqualTo(1);
        assertThat(backup.getInteger("number")).isEqualTo(1);
        assertThat(backup.getString("holds")).isEqualTo(log.end().toString());
        assertThat(list.getJsonArray("backups")).isEqualTo(JsonArray.of(backup));
    }

    private void count(String stream, int events) throws Exception {
        for (var i = 0; i < events; i++) {
            append(StreamId.parse(stream));
        }
    }

    private void append(StreamId stream) throws Exception {
        var event =
                new EventData(
                        UUID.randomUUID(),
                        "Counted",
                        1,
                        Instant.EPOCH,
                        EventData.Context.NONE,
                        Payload.of("{}"));
        log.append(Append.to(stream, Expected.any(), List.of(event)), Duration.ofSeconds(30));
    }

    private static String append(String stream, String expected, String... events) {
        return "{\"changes\": [{\"stream\": \"%s\", \"expected\": %s, \"events\": [%s]}]}"
                .formatted(stream, expected, String.join(",", events));
    }

    private static String event(UUID id) {
        return "{\"id\": \"%s\", \"type\": \"Counted\", \"payload\": {}}".formatted(id);
    }

    private List<String> names(String target) throws Exception {
        return json(server.get(target)).getJsonArray("streams").stream()
                .map(head -> ((JsonObject) head).getString("stream"))
                .toList();
    }

    private static List<Integer> versions(JsonObject page) {
        return page.getJsonArray("events").stream()
                .map(event -> ((JsonObject) event).getInteger("version"))
                .toList();
    }

    private static JsonObject json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Type").orElse("");
    }

    @Test
    void pagesThatNobodyTakesCountUntilTheyAreOut() throws Exception {
        var stream = new StreamId("large", "1");
        for (var i = 0; i < 2; i++) {
            var payload = "x".repeat((1 << 20) - 100);
            var event = EventData.of(new UUID(1, i), "Large", Instant.EPOCH, payload);
            log.append(Append.to(stream, Expected.any(), List.of(event)), Duration.ofMinutes(1));
        }
        var asking = new ArrayList<Socket>();
        try {
            for (var i = 0; i < 16; i++) {
                var socket = new Socket();
                socket.setReceiveBufferSize(4096);
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
                asking.add(socket);
                var get = "GET /v1/log/streams/large-1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
                // the kernel takes the first of the answers from us, but not all of them
                socket.getOutputStream().write(get.repeat(3).getBytes(US_ASCII));
            }

            Awaitility.await()
                    .until(() -> server.get("/v1/log/streams/large-1?max=1").statusCode() == 503);
            for (var socket : asking) {
                socket.close();
            }
            Awaitility.await()
                    .until(() -> server.get("/v1/log/streams/large-1?max=1").statusCode() == 200);
        } finally {
            for (var socket : asking) {
                socket.close();
            }
        }
    }
}
