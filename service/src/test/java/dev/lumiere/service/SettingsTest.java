package dev.lumiere.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void flagsGoBeforeTheEnvironmentAndTheFile() {
        var name = "gateway.mediaPort";
        var file = Map.of(name, "3");
        var environment = Map.of("LUMIERE_GATEWAY_MEDIA_PORT", "2");

        assertThat(port(new Settings(Map.of(name, "1"), environment, file))).isEqualTo(1);
        assertThat(port(new Settings(Map.of(), environment, file))).isEqualTo(2);
        assertThat(port(new Settings(Map.of(), Map.of(), file))).isEqualTo(3);
        assertThat(port(new Settings(Map.of(), Map.of(), Map.of()))).isEqualTo(8080);
    }

    @Test
    void sizesAndSpansHaveUnits() {
        var settings =
                new Settings(
                        Map.of(),
                        Map.of(),
                        Map.of("a.one", "64MiB", "a.two", "1048576", "a.three", "250ms"));

        assertThat(settings.bytes("a.one", 0)).isEqualTo(64L << 20);
        assertThat(settings.bytes("a.two", 0)).isEqualTo(1 << 20);
        assertThat(settings.duration("a.three", Duration.ZERO)).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void everyMistakeIsReportedAtOnce() {
        var settings =
                new Settings(
                        Map.of("gateway.mediaPort", "70000"),
                        Map.of("LUMIERE_GATEWAY_MEDIAPORT", "1", "PATH", "/bin"),
                        Map.of("rendition.memory", "lots", "rendition.disc", "1GiB"));
        port(settings);
        settings.bytes("rendition.memory", 0);

        assertThatThrownBy(settings::check)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        """
                        gateway.mediaPort is not a whole number from 0 to 65535: 70000
                        no such setting: LUMIERE_GATEWAY_MEDIAPORT
                        no such setting: rendition.disc
                        rendition.memory is not a size such as 64MiB: lots\
                        """);
    }

    @Test
    void aSizeThatOverflowsIsAMistake() {
        var settings = new Settings(Map.of("a.size", "999999999999999999T"), Map.of(), Map.of());
        settings.bytes("a.size", 0);

        assertThatThrownBy(settings::check).hasMessageContaining("999999999999999999T");
    }

    private static int port(Settings settings) {
        return settings.integer("gateway.mediaPort", 8080, 0, 65_535);
    }
}
