package dev.lumiere.service.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowStartTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void theShareGrowsFromATenthToAll() {
        var slowStart = new SlowStart(Duration.ofSeconds(20));

        assertThat(slowStart.weight(0)).isEqualTo(0.1);
        assertThat(slowStart.weight(2 * SECOND)).isEqualTo(0.1);
        assertThat(slowStart.weight(10 * SECOND)).isEqualTo(0.5);
        assertThat(slowStart.weight(20 * SECOND)).isEqualTo(1);
        assertThat(slowStart.weight(Long.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void withoutAWindowAllAreWarm() {
        assertThat(new SlowStart(Duration.ZERO).weight(0)).isEqualTo(1);
    }
}
