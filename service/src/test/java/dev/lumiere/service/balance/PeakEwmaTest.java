package dev.lumiere.service.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {
    private static final long SECOND = 1_000_000_000L;

    private final PeakEwma latency = new PeakEwma(Duration.ofSeconds(10));

    @Test
    void itJumpsToAPeakAndForgetsItSlowly() {
        latency.observe(1_000, 0);
        latency.observe(9_000, SECOND);
        assertThat(latency.nanos(false, SECOND)).isEqualTo(9_000);

        latency.observe(1_000, 11 * SECOND);
        assertThat(latency.nanos(false, 11 * SECOND))
                .isCloseTo(1_000 + 8_000 / Math.E, within(1e-6));
    }

    @Test
    void anIdleInstanceIsForgivenOneWithCallsInFlightIsNot() {
        latency.observe(1_000, 0);

        assertThat(latency.nanos(true, 10 * SECOND)).isCloseTo(1_000 / Math.E, within(1e-6));
        assertThat(latency.nanos(false, 10 * SECOND)).isEqualTo(1_000);
    }

    @Test
    void aClockThatStandsStillChangesNothing() {
        latency.observe(1_000, SECOND);
        latency.observe(1, SECOND);

        assertThat(latency.nanos(true, 0)).isEqualTo(1_000);
    }
}
