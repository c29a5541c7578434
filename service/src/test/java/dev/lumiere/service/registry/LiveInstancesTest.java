package dev.lumiere.service.registry;

import static dev.lumiere.service.registry.Instances.instance;
import static dev.lumiere.service.registry.Instances.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveInstancesTest {
    private static final Instance A = instance("image", "1.0.0", "a");
    private static final Instance B = instance("video", "1.0.0", "b");

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final List<List<Instance>> seen = new ArrayList<>();
    private final LiveInstances live = new LiveInstances(registry, () -> Instant.EPOCH, seen::add);

    @Test
    void everyChangeTellsAllThatAreAliveInTheOrderOfTheirIds() {
        registry.tell(new Change.Up(B));
        registry.tell(new Change.Up(A));
        registry.tell(new Change.Down(B, Change.Cause.RELEASED));
        registry.tell(new Change.Down(A, Change.Cause.RELEASED));

        assertThat(seen).containsExactly(List.of(B), List.of(A, B), List.of(A), List.of());
    }

    @Test
    void newFactsReplaceTheOld() {
        var better = with(Map.of("ops", "imageInfo"), A);
        registry.tell(new Change.Up(A));
        registry.tell(new Change.Up(better));

        assertThat(seen).containsExactly(List.of(A), List.of(better));
    }

    @Test
    void whatVanishesAllAtOnceIsStillBelieved() {
        registry.tell(new Change.Members(List.of(A, B)));
        registry.tell(new Change.Members(List.of()));

        assertThat(seen.getLast()).containsExactly(A, B);
    }

    @Test
    void afterClosingNothingIsToldAnyMore() {
        registry.tell(new Change.Up(A));
        live.close();
        registry.tell(new Change.Up(B));

        assertThat(seen).containsExactly(List.of(A));
    }
}
