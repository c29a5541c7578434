package dev.lumiere.service.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutlierDetectorTest {
    private static final long SECOND = 1_000_000_000L;

    private final OutlierDetector detector =
            new OutlierDetector(3, Duration.ofSeconds(5), Duration.ofSeconds(12), 0.5);
    private final OutlierDetector.Conduct conduct = new OutlierDetector.Conduct();

    @Test
    void onlyFailuresInARowCount() {
        assertThat(detector.failed(conduct, true)).isFalse();
        assertThat(detector.failed(conduct, true)).isFalse();
        detector.succeeded(conduct);
        assertThat(detector.failed(conduct, true)).isFalse();
        assertThat(detector.failed(conduct, true)).isFalse();
        assertThat(detector.failed(conduct, true)).isTrue();
    }

    @Test
    void whoCannotBeConnectedToIsOutAtOnce() {
        assertThat(detector.failed(conduct, false)).isTrue();
    }

    @Test
    void eachTimeInARowIsLongerUpToTheLongest() {
        assertThat(ejectedFor(0)).isEqualTo(5);
        assertThat(ejectedFor(5)).isEqualTo(10);
        assertThat(ejectedFor(15)).isEqualTo(12);
        assertThat(ejectedFor(27)).isEqualTo(12);
    }

    @Test
    void goodHealthIsRememberedToo() {
        ejectedFor(0);
        ejectedFor(5);

        assertThat(ejectedFor(15 + 60)).isEqualTo(5);
    }

    @Test
    void oneMayAlwaysBeOutMoreOnlyUpToTheShare() {
        assertThat(detector.mayEject(0, 1)).isFalse();
        assertThat(detector.mayEject(0, 2)).isTrue();
        assertThat(detector.mayEject(1, 3)).isFalse();
        assertThat(detector.mayEject(1, 4)).isTrue();
        assertThat(detector.mayEject(2, 4)).isFalse();
    }

    @Test
    void whenTooFewAreLeftEjectionIsIgnored() {
        assertThat(detector.panic(2, 4)).isFalse();
        assertThat(detector.panic(2, 3)).isTrue();
        assertThat(detector.panic(1, 2)).isFalse();
        assertThat(detector.panic(1, 1)).isTrue();
    }

    private long ejectedFor(long second) {
        detector.eject(conduct, second * SECOND);
        var until = conduct.ejectedUntil();
        assertThat(detector.pardon(conduct, until - 1)).isFalse();
        assertThat(detector.pardon(conduct, until)).isTrue();
        return until / SECOND - second;
    }
}
