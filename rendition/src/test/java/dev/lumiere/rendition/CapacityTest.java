package dev.lumiere.rendition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Lease;
import dev.lumiere.service.registry.MemoryRegistry;
import dev.lumiere.service.registry.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private final MemoryRegistry registry = MemoryRegistry.start(() -> Instant.EPOCH);
    private final Capacity capacity = new Capacity(registry, () -> Instant.EPOCH);

    @AfterEach
    void stop() {
        capacity.close();
        registry.close();
    }

    @Test
    void isTheSumOfWhatTheLiveInstancesSay() {
        assertThat(capacity.of("image")).isZero();
        register("a", Map.of("concurrency", "3"));
        register("b", Map.of());
        register("c", Map.of("concurrency", "many"));
        var last = register("d", Map.of("concurrency", " 5 "));
        Samples.soon(() -> capacity.of("image") == 3 + 2 + 2 + 5);

        last.release();
        Samples.soon(() -> capacity.of("image") == 3 + 2 + 2);
        assertThat(capacity.of("other")).isZero();
    }

    @Test
    void nonsenseIsBounded() {
        register("a", Map.of("concurrency", "-7"));
        Samples.soon(() -> capacity.of("image") == 1);

        register("b", Map.of("concurrency", "2000000000"));
        Samples.soon(() -> capacity.of("image") == 1 + 1024);
    }

    private Lease register(String id, Map<String, String> metadata) {
        var identity =
                new Identity(
                        "lumiere", "test", "image", Version.parse("0.1.0"), "local", "host", id);
        return registry.register(
                new Instance(identity, "a", List.of(new Address.Tcp("127.0.0.1", 1)), metadata),
                Duration.ofMinutes(1));
    }
}
