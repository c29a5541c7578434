package dev.lumiere.service.balance;

import dev.lumiere.service.registry.Address;
import dev.lumiere.service.registry.Identity;
import dev.lumiere.service.registry.Instance;
import dev.lumiere.service.registry.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Instances to choose from. */
final class Nodes {
    private Nodes() {}

    static Instance instance(String id, String zone, Map<String, String> metadata) {
        return new Instance(
                new Identity("u", "e", "s", Version.parse("1.0.0"), "r", "h", id),
                zone,
                List.of(new Address.Tcp("h", 1)),
                metadata);
    }

    /** One that is warm. */
    static Node node(String id) {
        return new Node(
                instance(id, "a", Map.of()),
                new PeakEwma(Duration.ofSeconds(10)),
                new SlowStart(Duration.ZERO),
                0);
    }

    static Node[] nodes(int count) {
        return IntStream.range(0, count).mapToObj(i -> node("n" + i)).toArray(Node[]::new);
    }
}
