package dev.lumiere.rendition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.service.registry.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Pipeline SMALL = Pipeline.decode("imageView/1/w/200");
    private static final List<ServiceVersion> MAKERS = List.of(Samples.MAKER);

    private final Plan plan = Plan.of(Samples.object("1"), "image/png", SMALL, MAKERS);

    @Test
    void theSameHasTheSameKey() {
        assertThat(
                        Plan.of(
                                        Samples.object("1"),
                                        "image/png",
                                        Pipeline.decode("imageView/1/w/200"),
                                        MAKERS)
                                .key())
                .isEqualTo(plan.key());
        assertThat(plan.madeBy(MAKERS)).isSameAs(plan);
    }

    @Test
    void whateverChangesTheResultChangesTheKey() {
        var newer = List.of(new ServiceVersion("image", Version.parse("0.1.1")));

        assertThat(
                        List.of(
                                plan.key(),
                                Plan.of(Samples.object("2"), "image/png", SMALL, MAKERS).key(),
                                Plan.of(Samples.object("1"), "image/avif", SMALL, MAKERS).key(),
                                Plan.of(
                                                Samples.object("1"),
                                                "image/png",
                                                Pipeline.decode("imageView/1/w/201"),
                                                MAKERS)
                                        .key(),
                                plan.madeBy(newer).key(),
                                plan.madeBy(List.of(Samples.MAKER, Samples.MAKER)).key()))
                .doesNotHaveDuplicates();
    }

    @Test
    void somebodyMakesIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.of(Samples.object("1"), "image/png", SMALL, List.of()))
                .withMessageContaining("imageView/1/w/200");
    }
}
