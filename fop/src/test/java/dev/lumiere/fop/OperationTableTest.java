package dev.lumiere.fop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.service.Problem;
import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Lease;
import dev.lumiere.service.registry.Limits;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationTableTest {
    private final MemoryRegistry registry = new MemoryRegistry(() -> Instant.EPOCH, Limits.DEFAULT);
    private final OperationTable table =
            new OperationTable(registry, () -> Instant.EPOCH, List.of());

    @AfterEach
    void stop() {
        table.close();
        registry.close();
    }

    @Test
    void successiveStagesOfOneEncodedServiceAreOneCall() {
        register("image", "0.1.0", "ops", "a,b", "encoded", "true");
        register("custom", "1.0.0", "ops", "x");
        await().until(() -> table.knows("a") && table.knows("x"));

        assertThat(services("a/1|b|x/2|x|a"))
                .containsExactly("image 2", "custom 1", "custom 1", "image 1");
        assertThatThrownBy(() -> services("a|nosuch"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessage("400 unknown operation: nosuch");
    }

    @Test
    void theHighestVersionGoesFirstThenTheName() {
        register("beta", "1.0.0", "ops", "a");
        register("alpha", "1.0.0", "ops", "a");
        register("gamma", "1.0.0-rc.1", "ops", "a,c");
        await().until(() -> table.knows("c"));
        assertThat(services("a")).containsExactly("alpha 1");

        var lease = register("gamma", "1.1.0", "ops", "a,d");
        await().until(() -> table.knows("d"));
        assertThat(services("a")).containsExactly("gamma 1");

        lease.release();
        await().until(() -> services("a").equals(List.of("alpha 1")));
    }

    @Test
    void formatsDecideWhereTheyAreStated() {
        register("bitmap", "2.0.0", "ops", "a", "in", "jpeg, png", "out", "jpeg");
        register("vector", "1.0.0", "ops", "a,b", "in", "svg", "out", "png");
        await().until(() -> table.knows("b") && services("a").equals(List.of("bitmap 1")));

        assertThat(service("a", "image/svg+xml; charset=utf-8", null)).isEqualTo("vector");
        assertThat(service("a", "application/octet-stream", null)).isEqualTo("bitmap");
        assertThat(service("a", "application/octet-stream", "png")).isEqualTo("vector");
        assertThat(service("a", "image/svg+xml", "jpeg")).isEqualTo("vector");
        assertThat(service("a", "image/tiff", null)).isEqualTo("bitmap");
    }

    @Test
    void aServiceThatIsAwayIsRemembered() {
        var lease = register("image", "0.1.0", "ops", "a", "encoded", "true");
        register("custom", "0.1.0", "ops", "x");
        await().until(() -> table.knows("a") && table.knows("x"));

        lease.release();
        var next = register("custom", "0.2.0", "ops", "x,y");
        await().until(() -> table.knows("y"));
        assertThat(services("a")).containsExactly("image 1");
        next.release();
    }

    @Test
    void whatIsExpectedIsKnownBeforeAnybodyIsThere() {
        var expected = Offer.of("image", Version.parse("0.1.0"), Map.of("ops", "e"));
        try (var early = new OperationTable(registry, () -> Instant.EPOCH, List.of(expected))) {
            assertThat(early.knows("e")).isTrue();
        }
    }

    @Test
    void onlyVersionsThatDoItAreAskedWhereSomeDoNot() {
        register("image", "0.1.0", "ops", "a");
        register("image", "0.2.0", "ops", "a,b");
        await().until(() -> table.knows("b"));

        var call = table.route(Pipeline.decode("b"), "image/jpeg", null).getFirst();
        assertThat(call.offer().maker()).hasToString("image@0.2.0");
        assertThat(String.valueOf(call.to().version())).isEqualTo("= 0.2.0");
    }

    private List<String> services(String pipeline) {
        return table.route(Pipeline.decode(pipeline), "image/jpeg", null).stream()
                .map(call -> call.offer().maker().service() + " " + call.stages().size())
                .toList();
    }

    private String service(String operation, String contentType, @Nullable String format) {
        var calls = table.route(Pipeline.decode(operation), contentType, format);
        return calls.getFirst().offer().maker().service();
    }

    private Lease register(String name, String version, String... facts) {
        var metadata = new HashMap<String, String>();
        for (var i = 0; i < facts.length; i += 2) {
            metadata.put(facts[i], facts[i + 1]);
        }
        var id = name + "-" + version;
        return registry.register(
                new Instance(
                        new Identity("u", "e", name, Version.parse(version), "r", "h", id),
                        "a",
                        List.of(new Address.Tcp("127.0.0.1", 1)),
                        metadata),
                Duration.ofMinutes(1));
    }
}
