package dev.lumiere.rendition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.ServiceVersion;
import dev.lumiere.service.registry.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Pipeline SMALL = Pipeline.decode("imageView/1/w/200");
    private static final List<ServiceVersion> MAKERS = List.of(Samples.MAKER);

    private final Plan plan = Plan.of(Samples.object("1"), "image/png", SMALL, MAKERS, false);

    @Test
    void theSameHasTheSameKey() {
        assertThat(
                        Plan.of(
                                        Samples.object("1"),
                                        "image/png",
                                        Pipeline.decode("imageView/1/w/200"),
                                        MAKERS,
                                        false)
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
                                Plan.of(Samples.object("2"), "image/png", SMALL, MAKERS, false)
                                        .key(),
                                Plan.of(Samples.object("1"), "image/avif", SMALL, MAKERS, false)
                                        .key(),
                                Plan.of(
                                                Samples.object("1"),
                                                "image/png",
                                                Pipeline.decode("imageView/1/w/201"),
                                                MAKERS,
                                                false)
                                        .key(),
                                plan.madeBy(newer).key(),
                                plan.madeBy(List.of(Samples.MAKER, Samples.MAKER)).key()))
                .doesNotHaveDuplicates();
    }

    @Test
    void whateverChangesInItsInputsChangesTheKey() {
        var stored = new Input.Stored(Samples.object("1"));
        var other = new Input.Stored(Samples.object("2"));
        var withOne = plan.with(Map.of("a", stored));
        var withTwo = new LinkedHashMap<String, Input>();
        withTwo.put("a", stored);
        withTwo.put("b", other);
        var newer = List.of(new ServiceVersion("image", Version.parse("0.1.1")));

        assertThat(plan.with(Map.of())).isSameAs(plan);
        assertThat(plan.with(Map.of("a", new Input.Stored(Samples.object("1")))).key())
                .isEqualTo(withOne.key());
        assertThat(
                        List.of(
                                plan.key(),
                                withOne.key(),
                                plan.with(Map.of("a", other)).key(),
                                plan.with(withTwo).key(),
                                withOne.madeBy(newer).key(),
                                plan.madeBy(newer).key()))
                .doesNotHaveDuplicates();
        assertThat(withOne.madeBy(newer).inputs()).isEqualTo(withOne.inputs());
    }

    @Test
    void somebodyMakesIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Plan.of(Samples.object("1"), "image/png", SMALL, List.of(), false))
                .withMessageContaining("imageView/1/w/200");
    }
}
