package dev.lumiere.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.lumiere.service.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FetchConfigTest {
    @Test
    void whatNobodySetsIsTheDefault() {
        assertThat(FetchConfig.from(settings(Map.of()))).isEqualTo(FetchConfig.defaults());
    }

    @Test
    void whatIsSetIsRead() {
        var settings =
                settings(
                        Map.of(
                                "fetch.allowPrivate", "true",
                                "fetch.hosts", "Media.Internal., 10.0.0.5,[::1]",
                                "fetch.ports", "80, 443",
                                "fetch.maxBytes", "1MiB",
                                "fetch.timeout", "2s"));

        assertThat(FetchConfig.from(settings))
                .isEqualTo(
                        new FetchConfig(
                                true,
                                Set.of("media.internal", "10.0.0.5", "::1"),
                                Set.of(80, 443),
                                1 << 20,
                                Duration.ofSeconds(2)));
        assertThatNoException().isThrownBy(settings::check);
    }

    @Test
    void allFaultsAreToldAtOnce() {
        var settings =
                settings(
                        Map.of(
                                "fetch.hosts", "a b,127.1,fine",
                                "fetch.ports", "0,x,80",
                                "fetch.maxBytes", "1GiB",
                                "fetch.timeout", "0s"));
        FetchConfig.from(settings);

        assertThatIllegalArgumentException()
                .isThrownBy(settings::check)
                .withMessage(
                        """
                        fetch.hosts has what is no host: 127.1
                        fetch.hosts has what is no host: a b
                        fetch.maxBytes is not from 1 to 64MiB: 1073741824
                        fetch.ports has what is no port: 0
                        fetch.ports has what is no port: x
                        fetch.timeout is not positive\
                        """);
    }

    private static Settings settings(Map<String, String> flags) {
        return new Settings(flags, Map.of(), Map.of());
    }
}
