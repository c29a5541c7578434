package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoFormatTest {
    private final AutoFormat formats = new AutoFormat(List.of("avif", "webp"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image/avif,image/webp,*/*;q=0.8 | imageView2/2/w/200/format/avif",
                "text/html,image/webp;q=0.9 | imageView2/2/w/200/format/webp",
                "IMAGE/WEBP | imageView2/2/w/200/format/webp",
                "image/avif;q=0, image/webp;q=0.000 | imageView2/2/w/200",
                "image/*,*/* | imageView2/2/w/200",
                " | imageView2/2/w/200"
            })
    void theFirstFormatThatIsNamedWins(@Nullable String accept, String expected) {
        var asked = pipeline("imageView2", "2", "w", "200", "format", "auto");

        assertThat(formats.decide(asked, accept, "image/jpeg").canonical()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/gif", "image/webp"})
    void whatMayBeAnimatedStaysWhatItIs(String source) {
        var asked = pipeline("imageView2", "2", "w", "200", "format", "auto");

        assertThat(formats.decide(asked, "image/avif,image/webp", source).canonical())
                .isEqualTo("imageView2/2/w/200");
    }

    @Test
    void whatAStageAnimatesStaysAnimated() {
        var animated = new Stage("animate", List.of("duration", "20"));
        var view = new Stage("imageView2", List.of("2", "format", "auto"));
        var asked = new Pipeline(List.of(animated, view));

        assertThat(formats.decide(asked, "image/avif", "image/jpeg").canonical())
                .isEqualTo("animate/duration/20|imageView2/2");
    }

    @Test
    void amongTheQuickOnesIsNoSlowOne() {
        var asked = pipeline("imageView2", "2", "w", "200", "format", "auto");

        assertThat(formats.decideAmongQuick(asked, "image/avif,image/webp").canonical())
                .isEqualTo("imageView2/2/w/200/format/webp");
        assertThat(formats.decideAmongQuick(asked, "image/avif").canonical())
                .isEqualTo("imageView2/2/w/200");
    }

    @Test
    void onlyAutoDependsOnTheCaller() {
        assertThat(AutoFormat.isWanted(pipeline("imageView2", "0", "format", "auto"))).isTrue();
        assertThat(AutoFormat.isWanted(pipeline("imageView2", "0", "format", "webp"))).isFalse();
        assertThat(AutoFormat.isWanted(pipeline("imageView2", "0", "format"))).isFalse();
        assertThat(AutoFormat.isWanted(pipeline("imageInfo"))).isFalse();
    }

    private static Pipeline pipeline(String operation, String... arguments) {
        return new Pipeline(List.of(new Stage(operation, List.of(arguments))));
    }
}
