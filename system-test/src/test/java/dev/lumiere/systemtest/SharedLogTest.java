package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.FreePorts;
import dev.lumiere.eventlog.postgres.PostgresServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, each a process of its own, with one log between them. */
class SharedLogTest {
    private static final String SECRETS_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private static final int PARTITIONS = 4;

    @TempDir Path folder;
    private PostgresServer database;

    @BeforeEach
    void start() throws Exception {
        database = new PostgresServer();
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    private RunningNode up(String name) throws IOException {
        var bucket = Files.createDirectories(folder.resolve("bucket"));
        return RunningNode.up(
                folder.resolve(name),
                "--workers",
                "0",
                "--bucket",
                "pics=" + bucket,
                "--api-port",
                Integer.toString(FreePorts.one()),
                "--set",
                "log.partitions=" + PARTITIONS,
                "--set",
                "log.device=postgres://postgres@127.0.0.1:" + database.port() + "/postgres",
                "--set",
                "storage.secretsKey=" + SECRETS_KEY);
    }

    /** The position of an event that is appended to a stream of its own. */
    private static JsonObject append(RunningNode node, UUID id) throws Exception {
        var answer =
                node.post(
                        "/v1/log/appends?timeoutMillis=60000",
                        """
                        {"changes": [{"stream": "account-%1$s", "expected": "none", "events": [
                            {"id": "%1$s", "type": "AccountCreated", "payload": {"owner": "Ada"}}]}]}
                        """
                                .formatted(id));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonArray("places").getJsonObject(0);
    }

    @Test
    void whatIsAppendedAtOneIsReadAtBothAndOneGoesOnAlone() throws Exception {
        Map<UUID, JsonObject> places = new HashMap<>();
        try (var second = up("second")) {
            try (var first = up("first")) {
                for (var i = 0; i < 40; i++) {
                    var id = new UUID(7, i);
                    var node = i % 2 == 0 ? first : second;
                    var place = append(node, id);
                    places.put(id, place);
                    assertThat(node.api("/v1/log/events/" + id).getLong("position"))
                            .isEqualTo(place.getLong("position")); // at once
                }
                await().untilAsserted(() ->
                        assertThat(first.api("/v1/log").getString("end"))
                                .isEqualTo(second.api("/v1/log").getString("end")));
                for (var place : places.entrySet()) {
                    for (var node : new RunningNode[] {first, second}) {
                        var event = node.api("/v1/log/events/" + place.getKey());
                        assertThat(event.getInteger("partition"))
                                .isEqualTo(place.getValue().getInteger("partition"));
                        assertThat(event.getLong("position"))
                                .isEqualTo(place.getValue().getLong("position"));
                    }
                }
            }
            for (var i = 40; i < 60; i++) { // in partitions that were the other's, too
                append(second, new UUID(7, i));
            }
            var answer = second.post("/v1/log/verification", "");
            assertThat(answer.statusCode()).isEqualTo(501);
            assertThat(answer.body()).contains("not in a folder of the node");
        }
    }
}
