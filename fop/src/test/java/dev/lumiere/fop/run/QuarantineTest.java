package dev.lumiere.fop.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.service.Problem;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuarantineTest {
    private static final Problem PROBLEM = Problem.of(500, "imageView killed its worker");

    private Instant now = Instant.EPOCH;
    private final Quarantine quarantine = new Quarantine(Duration.ofMinutes(10), 2, () -> now);

    @Test
    void holdsASourceWithAnOperationForATime() {
        quarantine.hold(key("v1", "imageView"), PROBLEM);

        assertThat(quarantine.refusal(key("v1", "imageView"))).contains(PROBLEM);
        assertThat(quarantine.refusal(key("v1", "imageInfo"))).isEmpty();
        assertThat(quarantine.refusal(key("v2", "imageView"))).isEmpty();

        now = now.plus(Duration.ofMinutes(10));
        assertThat(quarantine.refusal(key("v1", "imageView"))).isEmpty();
        assertThat(quarantine.size()).isZero();
    }

    @Test
    void theOldestMakesRoom() {
        quarantine.hold(key("v1", "a"), PROBLEM);
        quarantine.hold(key("v2", "a"), PROBLEM);
        quarantine.hold(key("v1", "a"), PROBLEM);
        quarantine.hold(key("v3", "a"), PROBLEM);

        assertThat(quarantine.refusal(key("v2", "a"))).isEmpty();
        assertThat(quarantine.refusal(key("v1", "a"))).isPresent();
        assertThat(quarantine.size()).isEqualTo(2);
    }

    private static Quarantine.Key key(String version, String operation) {
        return new Quarantine.Key(version, operation);
    }
}
