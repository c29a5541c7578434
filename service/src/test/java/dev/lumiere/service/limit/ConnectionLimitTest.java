package dev.lumiere.service.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.service.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {
    private static ConnectionLimit limit(String... settings) {
        var all = new Settings(Map.of(settings[0], settings[1]), Map.of(), Map.of());
        return new ConnectionLimit(LimitsConfig.from(all, "api"));
    }

    @Test
    void thereAreSoManyInAll() {
        var limit = limit("api.connections", "2");
        assertThat(limit.begin(null)).isTrue();
        assertThat(limit.begin(null)).isTrue();
        assertThat(limit.begin(null)).isFalse();
        assertThat(limit.open()).isEqualTo(2);

        limit.end(null);
        assertThat(limit.begin(null)).isTrue();
    }

    @Test
    void ofOneAddressThereAreFewerAndNothingIsRememberedOfThoseThatAreGone() {
        var limit = limit("api.connectionsPerAddress", "1");
        assertThat(limit.begin(1L)).isTrue();
        assertThat(limit.begin(1L)).isFalse();
        assertThat(limit.begin(1L)).isFalse();
        assertThat(limit.begin(2L)).isTrue();
        assertThat(limit.open()).isEqualTo(2);
        limit.end(2L);
        limit.end(1L);

        assertThat(limit.open()).isZero();
        assertThat(limit.addresses()).isZero();
        assertThat(limit.begin(1L)).isTrue();
    }
}
