package dev.lumiere.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Settings;
import dev.lumiere.service.registry.Registry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApiConfigTest {
    @Test
    void theNodeIsKnownByItsHostnameItsAddressAndWhatIsSet() {
        var settings =
                settings(Map.of("api.listen", "node.lan", "api.hosts", "Media.Example, other"));

        assertThat(ApiConfig.from(settings, "Host-1").names())
                .containsExactlyInAnyOrder("node.lan", "host-1", "media.example", "other");
        settings.check();
    }

    @Test
    void everyNameThatIsNoneIsTold() {
        var settings = settings(Map.of("api.hosts", "a:8081,ok,http://b"));

        ApiConfig.from(settings, "host-1");

        assertThatThrownBy(settings::check)
                .hasMessageContaining("a:8081")
                .hasMessageContaining("http://b");
    }

    @Test
    void aConnectionIsIdleOnlyWhenEvenAWatchWouldHaveSaidSomething() {
        var idle = ApiConfig.from(settings(Map.of()), "host-1").server().idle();

        assertThat(idle).isGreaterThan(Registry.WATCH_SILENCE.multipliedBy(2));
    }

    private static Settings settings(Map<String, String> flags) {
        return new Settings(flags, Map.of(), Map.of());
    }
}
