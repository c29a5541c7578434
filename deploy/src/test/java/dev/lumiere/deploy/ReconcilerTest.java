package dev.lumiere.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.deploy.Observed.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
    private static final BackOff BACK_OFF =
            new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(30));

    private final Reconciler reconciler = new Reconciler(BACK_OFF);
    private final List<Observed> observed = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    private List<Action> decide(ServiceSpec... specs) {
        return reconciler.decide(new DesiredState(List.of(specs)), observed, now);
    }

    @Test
    void anEmptyNodeStartsEveryInstanceSpreadEvenlyOverTheZones() {
        var spec = Deployments.worker(5, "a", "b");

        assertThat(decide(spec))
                .containsExactly(
                        new Action.Start(new Slot("trial", 0, "a"), spec),
                        new Action.Start(new Slot("trial", 1, "b"), spec),
                        new Action.Start(new Slot("trial", 2, "a"), spec),
                        new Action.Start(new Slot("trial", 3, "b"), spec),
                        new Action.Start(new Slot("trial", 4, "a"), spec));
    }

    @Test
    void whatRunsAsWantedIsLeftAlone() {
        var spec = Deployments.worker(2, "a", "b");
        observed.add(new Observed.Alive(Slot.of(spec).get(0), spec, Phase.READY));
        observed.add(new Observed.Alive(Slot.of(spec).get(1), spec, Phase.STARTING));

        assertThat(decide(spec)).isEmpty();
    }

    @Test
    void whatIsNoLongerWantedIsStoppedOnce() {
        var spec = Deployments.worker(2, "a", "b");
        var slot = Slot.of(spec).get(1);
        observed.add(new Observed.Alive(Slot.of(spec).get(0), spec, Phase.READY));
        observed.add(new Observed.Alive(slot, spec, Phase.READY));
        assertThat(decide(spec.withInstances(1)))
                .containsExactly(new Action.Stop(slot, "no longer wanted"));

        observed.set(1, new Observed.Alive(slot, spec, Phase.STOPPING));
        assertThat(decide(spec.withInstances(1))).isEmpty();
    }

    @Test
    void anInstanceThatHadBeenHealthyIsReplacedAtOnce() {
        var spec = Deployments.worker(1, "a");
        var slot = Slot.of(spec).getFirst();
        var failures = BACK_OFF.failuresAfter(3, Duration.ofSeconds(30));
        observed.add(new Observed.Dead(slot, spec, now, failures));

        assertThat(decide(spec)).containsExactly(new Action.Start(slot, spec));
    }

    @Test
    void oneThatKeepsDyingIsRestartedAfterAGrowingButBoundedTime() {
        var spec = Deployments.worker(1, "a");
        var slot = Slot.of(spec).getFirst();
        var waits = new ArrayList<Long>();
        var failures = 0;
        for (var death = 0; death < 6; death++) {
            failures = BACK_OFF.failuresAfter(failures, Duration.ZERO);
            observed.clear();
            observed.add(new Observed.Dead(slot, spec, now, failures));
            var until = ((Action.Wait) decide(spec).getFirst()).until();
            waits.add(Duration.between(now, until).toSeconds());

            now = until.minusNanos(1);
            assertThat(decide(spec)).containsExactly(new Action.Wait(until));
            now = until;
            assertThat(decide(spec)).containsExactly(new Action.Start(slot, spec));
        }
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
    }

    @Test
    void theWaitIsUntilTheFirstBackOffThatEnds() {
        var spec = Deployments.worker(2, "a", "b");
        observed.add(new Observed.Dead(Slot.of(spec).get(0), spec, now, 4));
        observed.add(new Observed.Dead(Slot.of(spec).get(1), spec, now, 2));

        assertThat(decide(spec)).containsExactly(new Action.Wait(now.plusSeconds(2)));
    }

    @Test
    void aNewCommandDoesNotServeTheBackOffOfTheOldOne() {
        var old = Deployments.shell("exit 1");
        var spec = Deployments.shell("exit 0");
        var slot = Slot.of(spec).getFirst();
        observed.add(new Observed.Dead(slot, old, now, 9));

        assertThat(decide(spec)).containsExactly(new Action.Start(slot, spec));
    }

    @Test
    void aNewVersionReplacesOneReadyInstanceAtATime() {
        var old = Deployments.worker(3, "a", "b");
        var spec =
                new ServiceSpec(
                        old.name(),
                        dev.lumiere.service.registry.Version.parse("2.0.0"),
                        old.command(),
                        old.environment(),
                        3,
                        old.zones(),
                        old.memoryMaxBytes(),
                        old.readOnlyPaths(),
                        old.readyWithin(),
                        old.stopWithin());
        var slots = Slot.of(spec);
        slots.forEach(slot -> observed.add(new Observed.Alive(slot, old, Phase.READY)));
        var first = new Action.Stop(slots.get(0), "replaced by version 2.0.0");
        assertThat(decide(spec)).containsExactly(first);

        observed.set(0, new Observed.Alive(slots.get(0), old, Phase.STOPPING));
        assertThat(decide(spec)).isEmpty();
        observed.set(0, new Observed.Alive(slots.get(0), spec, Phase.STARTING));
        assertThat(decide(spec)).isEmpty();

        observed.set(0, new Observed.Alive(slots.get(0), spec, Phase.READY));
        assertThat(decide(spec))
                .containsExactly(new Action.Stop(slots.get(1), "replaced by version 2.0.0"));
    }

    @Test
    void aHealthyPeriodMustHaveBeenLongEnough() {
        assertThat(BACK_OFF.failuresAfter(2, Duration.ofSeconds(29))).isEqualTo(3);
        assertThat(BACK_OFF.failuresAfter(2, Duration.ofSeconds(30))).isZero();
        assertThat(BACK_OFF.delay(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(10));
    }
}
