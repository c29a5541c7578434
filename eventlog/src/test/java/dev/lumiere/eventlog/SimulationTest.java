package dev.lumiere.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The sequencer on a disk that fails in every way it can, one seed after another. A seed that fails
 * is named, and fails again: put it below.
 */
class SimulationTest {
    private static final Duration TIME =
            Duration.ofSeconds(Long.getLong("lumiere.simulation.seconds", 15));

    /** However long they take. */
    private static final long MIN_SEEDS = Boolean.getBoolean("lumiere.soak") ? 10_000 : 1;

    @Test
    void nothingAcknowledgedIsLostAndNothingElseAppears() throws Exception {
        var start = System.nanoTime();
        var crashes = 0;
        var seed = 0;
        for (; seed < MIN_SEEDS || System.nanoTime() - start < TIME.toNanos(); seed++) {
            crashes += run(seed);
        }
        assertThat(crashes).isGreaterThan(seed); // more than one for each
        System.out.println(seed + " seeds, " + crashes + " crashes");
    }

    @ParameterizedTest
    @ValueSource(longs = {0})
    void whatFailedOnceDoesNotFailAgain(long seed) throws Exception {
        run(seed);
    }

    private static int run(long seed) throws Exception {
        var simulation = new Simulation(seed);
        try {
            simulation.run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + " fails", e);
        }
        return simulation.crashes();
    }
}
