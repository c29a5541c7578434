package dev.lumiere.rendition.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.Stage;
import dev.lumiere.service.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeteringConfigTest {
    private static Settings settings(String name, String value) {
        return new Settings(Map.of("metering." + name, value), Map.of(), Map.of());
    }

    @Test
    void itIsOffUnlessSwitchedOn() {
        var config = MeteringConfig.from(new Settings(Map.of(), Map.of(), Map.of()));

        assertThat(config.isOn()).isFalse();
        assertThat(MeteringConfig.from(settings("on", "true")).isOn()).isTrue();
    }

    @Test
    void aPipelineCostsTheSumOfItsOperations() {
        var config = MeteringConfig.from(settings("prices", "watermark=3, imageInfo=0,"));
        var pipeline =
                Pipeline.of(
                        new Stage("imageView2", List.of("1", "w", "9")),
                        new Stage("watermark", List.of()),
                        new Stage("imageInfo", List.of()));

        assertThat(config.price(pipeline)).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"watermark", "=3", "watermark=", "watermark=-1", "a=1,a=2", "a=1e9"})
    void aPriceThatIsNoneIsAFault(String text) {
        var settings = settings("prices", text);
        MeteringConfig.from(settings);

        assertThatThrownBy(settings::check).hasMessageContaining("metering.prices");
    }
}
