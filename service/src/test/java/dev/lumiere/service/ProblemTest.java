package dev.lumiere.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void hasTwoForms() {
        var problem = Problem.badRequest("w is 0");

        assertThat(problem.compatible()).isEqualTo(JsonObject.of("error", "w is 0", "code", 400));
        assertThat(problem.rfc9457().getInteger("status")).isEqualTo(400);
        assertThat(problem.rfc9457().getString("detail")).isEqualTo("w is 0");
    }

    @Test
    void risesAsItIs() {
        var problem = Problem.unavailable("busy", Duration.ofSeconds(2));

        assertThat(problem.refused().problem()).isSameAs(problem);
        assertThat(problem.refused()).hasMessage("503 busy");
        assertThat(problem.refused().getStackTrace()).isEmpty();
    }

    @Test
    void isNoSuccess() {
        assertThatIllegalArgumentException().isThrownBy(() -> Problem.of(200, "fine"));
        assertThatIllegalArgumentException().isThrownBy(() -> Problem.of(800, "odd"));
    }
}
