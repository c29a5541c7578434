package dev.lumiere.eventlog.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.LogDevice;
import dev.lumiere.eventlog.SimulatedDisk;
import dev.lumiere.eventlog.SimulatedLogDevice;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SimulatedConsumerTest extends ConsumerContract {
    private static final int SEEDS = 20;

    @Override
    LogDevice device() throws IOException {
        return new SimulatedLogDevice(new SimulatedDisk(), PARTITIONS);
    }

    @Test
    void eachEventIsHandledOnceAsLongAsNothingFails() throws Exception {
        for (var seed = 0; seed < SEEDS; seed++) {
            assertThat(repeated(seed, false)).as("seed %d", seed).isZero();
        }
    }

    @Test
    void eachEventIsHandledInOrderByWhoHasItHoweverMembersFail() throws Exception {
        var repeated = 0;
        for (var seed = 0; seed < SEEDS; seed++) {
            repeated += repeated(seed, true);
        }
        assertThat(repeated).isPositive();
    }

    private int repeated(int seed, boolean fails) throws Exception {
        try (var simulated = EventLog.open(device())) {
            var simulation = new ConsumerSimulation(simulated, seed, fails);
            try {
                simulation.run();
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            return simulation.repeated();
        }
    }
}
