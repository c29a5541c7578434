package dev.lumiere.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000;
    private final Pace pace = new Pace(Duration.ofSeconds(60));

    @Test
    void silenceIsBornForAsLongAsItIsSaid() {
        pace.waited(60 * SECOND - 1);
        assertThat(pace.nanosLeft()).isEqualTo(1);
        pace.waited(1);
        assertThat(pace.nanosLeft()).isZero();
    }

    @Test
    void oneByteNowAndThenIsTooSlow() {
        var seconds = 0;
        while (pace.nanosLeft() > 0) {
            pace.waited(SECOND);
            pace.arrived(1);
            seconds++;
        }
        assertThat(seconds).isEqualTo(61);
        assertThat(pace.tooSlow().status()).isEqualTo(408);
    }

    @Test
    void aSlowClientThatKeepsItsPaceMayTakeAllDay() {
        for (var hour = 0; hour < 24; hour++) {
            for (var second = 0; second < 3600; second++) {
                pace.waited(SECOND);
                pace.arrived(Pace.BYTES_PER_SECOND + 1);
            }
            assertThat(pace.nanosLeft()).isGreaterThan(59 * SECOND);
        }
    }

    @Test
    void whatCameFastIsNoCreditForALongPause() {
        pace.arrived(Integer.MAX_VALUE);
        pace.waited(60 * SECOND);

        assertThat(pace.nanosLeft()).isZero();
    }
}
