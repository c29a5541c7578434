package dev.lumiere.fop.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.fop.run.Probation.Pass;
import dev.lumiere.fop.run.Probation.Suspect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProbationTest {
    private static final Suspect KILLER = new Suspect("bad", "a/1");
    private static final Suspect NEIGHBOUR = new Suspect("good", "a/1");
    private static final Pass FREE = new Pass.Free();

    private Instant now = Instant.EPOCH;
    private final Probation probation = new Probation(Duration.ofMinutes(10), () -> now);

    @Test
    void whoHarmedNobodyGoesFreely() throws Exception {
        assertThat(enter(KILLER, "w1")).isEqualTo(FREE);
    }

    @Test
    void whoDiesAgainAloneIsGuiltyAndTheNeighbourIsNot() throws Exception {
        assertThat(probation.died(KILLER, "w1", FREE, false)).isFalse();
        assertThat(probation.died(NEIGHBOUR, "w1", FREE, false)).isFalse();

        var trial = enter(KILLER, "w2");
        assertThat(trial).isEqualTo(new Pass.Trial(KILLER, "w2"));
        assertThat(enter(NEIGHBOUR, "w2")).as("one suspect at a time").isNull();
        assertThat(enter(NEIGHBOUR, "w2", "w3")).isEqualTo(new Pass.Trial(NEIGHBOUR, "w3"));

        assertThat(died(KILLER, given(trial), true)).isTrue();
        probation.clear(NEIGHBOUR);
        assertThat(enter(NEIGHBOUR, "w3")).isEqualTo(FREE);
    }

    @Test
    void aDeathInCompanyIsDoubtfulOnce() throws Exception {
        probation.died(KILLER, "w1", FREE, false);

        var second = given(enter(KILLER, "w2"));
        assertThat(died(KILLER, second, false)).isFalse();
        probation.leave(second);
        var third = given(enter(KILLER, "w3"));
        assertThat(died(KILLER, third, false)).isTrue();
    }

    @Test
    void aHundredEqualRequestsOnOneWorkerAreOneStrike() throws Exception {
        for (var i = 0; i < 100; i++) {
            assertThat(probation.died(KILLER, "w1", FREE, true)).isFalse();
        }
        var trial = given(enter(KILLER, "w2"));
        assertThat(enter(KILLER, "w3")).as("equal requests wait for the trial").isNull();

        probation.clear(KILLER);
        probation.leave(trial);
        assertThat(enter(KILLER, "w3")).isEqualTo(FREE);
    }

    @Test
    void strikesAreForgotten() throws Exception {
        probation.died(KILLER, "w1", FREE, true);
        now = now.plus(Duration.ofMinutes(10));
        assertThat(enter(KILLER, "w2")).isEqualTo(FREE);
    }

    @Test
    void withoutAnInstanceThereIsNoTrial() throws Exception {
        probation.died(KILLER, "w1", FREE, true);
        assertThat(enter(KILLER)).isEqualTo(new Pass.Nowhere());
    }

    @Test
    void noTrialIsOnAnInstanceThatHasJustDiedThoughItIsStillKnown() throws Exception {
        probation.died(KILLER, "w1", FREE, false);
        probation.died(NEIGHBOUR, "w1", FREE, false);
        assertThat(enter(NEIGHBOUR, "w1")).isEqualTo(new Pass.Nowhere());

        var trial = given(enter(KILLER, "w1", "w2"));
        assertThat(died(KILLER, trial, true)).isTrue();
        probation.leave(trial);
        assertThat(enter(NEIGHBOUR, "w1", "w2", "w3")).isEqualTo(new Pass.Trial(NEIGHBOUR, "w3"));

        probation.died(KILLER, "w3", FREE, true);
        now = now.plusSeconds(2); // who has kept its name has started again
        assertThat(enter(KILLER, "w1")).isEqualTo(new Pass.Trial(KILLER, "w1"));
    }

    private boolean died(Suspect suspect, Pass.Trial trial, boolean alone) {
        return probation.died(suspect, trial.instance(), trial, alone);
    }

    /** Null if it has to wait. */
    private @Nullable Pass enter(Suspect suspect, String... instances) throws InterruptedException {
        return probation.enter(suspect, () -> List.of(instances), now);
    }

    private static Pass.Trial given(@Nullable Pass pass) {
        assertThat(pass).isInstanceOf(Pass.Trial.class);
        return (Pass.Trial) requireNonNull(pass);
    }
}
