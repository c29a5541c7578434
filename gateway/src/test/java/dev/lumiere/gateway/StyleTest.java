package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lumiere.service.Settings;
import dev.lumiere.storage.rule.BucketRules;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StyleTest {
    @ParameterizedTest
    @CsvSource({
        "imageView2/1/w/200|imageMogr2/strip,",
        "anything/of/a/custom/worker,",
        "imageView2/1/w/$0/dpr/$(param),",
        "'', no pipeline",
        "imageInfo|, a stage is empty",
        "imageView2/%zz, bad percent-encoding: %zz",
        "imageInfo&imageInfo, a style has no & in it",
        "e=1, no pipeline",
        "imageView2/1/w/9/dpr/5, bad argument: dpr",
        "imageInfo|saveas/ZGVtbzph, a style cannot save",
    })
    void aStylesTextIsAPipeline(String text, @Nullable String fault) {
        assertThat(Style.fault(text)).isEqualTo(fault);
    }

    @Test
    void allFaultsOfStylesAndFormatsAreReportedTogether() {
        var settings =
                new Settings(Map.of("gateway.autoFormats", "webp, jpg,exe"), Map.of(), Map.of());
        var styles = Map.of("one", "a||b", "two", "imageInfo", "three", "a&b");
        GatewayConfig.from(settings, Map.of("demo", BucketRules.of(styles, "-")));

        assertThatIllegalArgumentException()
                .isThrownBy(settings::check)
                .withMessage(
                        """
                        gateway.autoFormats has no such format: exe
                        storage.styles, demo:one: a stage is empty
                        storage.styles, demo:three: a style has no & in it\
                        """);
    }

    @Test
    void aParameterIsBounded() {
        var rules = BucketRules.of(Map.of("w", "imageView2/2/w/$0"), "-");

        assertThat(Style.named("w@" + "1".repeat(256), rules)).isNotNull();
        assertThat(Style.named("w@" + "1".repeat(257), rules)).isNull();
    }
}
