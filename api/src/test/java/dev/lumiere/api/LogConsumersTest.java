package dev.lumiere.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.consumer.Consumer;
import dev.lumiere.eventlog.consumer.Settings;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogConsumersTest {
    @TempDir Path folder;

    @Test
    void whoWorksOnTheLogIsTold() throws Exception {
        try (var log = EventLog.open(new RocksLogDevice(folder, 2));
                var server = new LogServer(log)) {
            assertThat(consumers(server, "").getJsonArray("consumers")).isEmpty();

            server.post(
                    "/v1/log/appends",
                    """
                    {"changes": [{"stream": "account-42", "expected": 0, "events": [
                     {"type": "A", "payload": 1}, {"type": "B", "payload": 2}]}]}
                    """);
            var settings = Settings.from(Settings.Start.FIRST);
            try (var mailer =
                    Consumer.join(
                            log,
                            "mailer",
                            "mailer-1",
                            settings,
                            event -> {
                                if (event.data().type().equals("B")) {
                                    throw new IllegalStateException("no B");
                                }
                            })) {
                Awaitility.await()
                        .until(() -> consumers(server, "?name=mailer").encode().contains("no B"));
                var found = consumers(server, "").getJsonArray("consumers").getJsonObject(0);
                assertThat(found.getString("name")).isEqualTo("mailer");
                assertThat(found.getLong("lag")).isEqualTo(1);
                var stopped =
                        found.getJsonArray("partitions").stream()
                                .map(JsonObject.class::cast)
                                .filter(each -> each.containsKey("stopped"))
                                .findFirst()
                                .orElseThrow();
                assertThat(stopped.getString("member")).isEqualTo("mailer-1");
                assertThat(stopped.getLong("position")).isEqualTo(1);
                assertThat(stopped.getLong("lag")).isEqualTo(1);
                assertThat(mailer.partitions()).hasSize(2);
            }
            assertThat(consumers(server, "").encode()).doesNotContain("mailer-1");
            assertThat(consumers(server, "?name=other").getJsonArray("consumers")).isEmpty();
        }
    }

    private static JsonObject consumers(LogServer server, String query) throws Exception {
        var answer = server.get("/v1/log/consumers" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }
}
