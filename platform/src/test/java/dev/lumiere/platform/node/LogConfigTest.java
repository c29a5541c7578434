package dev.lumiere.platform.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.retention.Retention.Rule;
import dev.lumiere.service.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogConfigTest {
    private static final Path HOME = Path.of("/home/of/a/node");
    private static final String POSTGRES = "postgres://ada:secret@db/media";
    private static final String KAFKA = "kafka://k1:9092,k2:9092/events";

    private static LogConfig config(Map<String, String> settings) {
        var all = new Settings(settings, Map.of(), Map.of());
        var config = LogConfig.from(all, HOME, "10.0.0.1", 8081);
        all.check();
        return config;
    }

    @Test
    void aLogIsInTheHomeAndKeepsAllButOldCheckpoints() {
        var config = config(Map.of());

        assertThat(config.device())
                .isEqualTo(
                        new LogConfig.Device.Rocks(
                                HOME.resolve("eventlog"), LogConfig.RESERVE_BYTES));
        assertThat(config.backups()).isEqualTo(HOME.resolve("backups"));
        assertThat(config.archive()).isNull();
        assertThat(config.retention())
                .containsExactly(
                        new Rule("checkpoint", null, 1), new Rule("storage.notices", null, 1));
    }

    @Test
    void whatIsTakenOutIsSaidByCategory() {
        for (var device : new String[] {"rocks", POSTGRES}) {
            var config =
                    config(
                            Map.of(
                                    "log.device",
                                    device,
                                    "log.retention",
                                    "trace:age=P30D, session:last=10/age=PT1H"));

            assertThat(config.retention())
                    .containsExactly(
                            new Rule("checkpoint", null, 1),
                            new Rule("session", Duration.ofHours(1), 10),
                            new Rule("storage.notices", null, 1),
                            new Rule("trace", Duration.ofDays(30), null));
        }
    }

    @Test
    void nothingIsTakenOutOnKafka() {
        assertThat(config(Map.of("log.device", KAFKA)).retention()).isEmpty();
        assertThatThrownBy(() ->
                        config(Map.of("log.device", KAFKA, "log.retention", "trace:age=P30D")))
                .hasMessageContainingAll("log.retention", "Kafka keeps", "personal data");
    }

    @ParameterizedTest
    @CsvSource({
        "log.retention, trace, no colon",
        "log.retention, trace:all=1, neither age nor last",
        "log.retention, 'a:last=1,a:last=2', two rules for a",
        "log.retention, checkpoint:age=P1D, add last=1",
        "log.retention, storage.notices:age=P1D, add last=1",
        "log.retention, trace:last=0, keepLast below 1",
        "log.archived, 0, log.archived",
        "log.device, sqlite:x, log.device is none of rocks",
        "log.device, 'postgre://ada:secret@db/media', postgre:…",
        "log.device, 'postgres:/ada:secret@db/media', postgres:…",
        "log.device, 'postgres//ada:secret@db/media', log.device is none of rocks",
        "log.device, 'kafka://ada:secret@k1/events', log.device is not kafka://host:port",
        "log.device, postgres://ada:secret@, log.device",
        "log.device, kafka://k1/events, log.device is not kafka://host:port",
        "log.address, ftp://10.0.0.1, log.address is not http://host:port"
    })
    void whatCannotBeMeantIsTold(String name, String value, String told) {
        assertThatThrownBy(() -> config(Map.of(name, value)))
                .hasMessageContaining(told)
                .message()
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({POSTGRES, "'" + KAFKA + "'"})
    void nodesThatShareALogHaveNoArchive(String device) {
        assertThatThrownBy(() -> config(Map.of("log.device", device, "log.archive", "/archive")))
                .hasMessageContainingAll("log.archive", "the node's own folder");
    }
}
