package dev.lumiere.storage.sign;

import static dev.lumiere.storage.sign.Keys.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampRuleTest {
    private static final Instant UNTIL = Instant.ofEpochSecond(0x55bb9b80L);
    private static final String SIGNED =
            "/DIR1/dir2/vodfile.mp4?sign=19eb212771e87cc3d478b9f32d6c7bf9&t=55bb9b80";

    private final TimestampRule rule = new TimestampRule(List.of("12345678"));

    @Test
    void theSpecificationsUrlIsSignedTheSame() {
        assertThat(rule.sign("/DIR1/dir2/vodfile.mp4", UNTIL)).isEqualTo(SIGNED);
        assertThat(rule.sign("/DIR1/dir2/vodfile.mp4?vframe&t=9", UNTIL))
                .isEqualTo(SIGNED + "&vframe&t=9");
    }

    @Test
    void itHoldsUntilItsSecondEnds() {
        rule.check(SIGNED, UNTIL);
        assertRefused("403 t is past", () -> rule.check(SIGNED, UNTIL.plusSeconds(1)));
    }

    @Test
    void anOlderKeyStillSigns() {
        new TimestampRule(List.of("new", "12345678")).check(SIGNED, UNTIL);
        assertRefused(
                "403 wrong sign", () -> new TimestampRule(List.of("new")).check(SIGNED, UNTIL));
    }

    @Test
    void itIsOneWhetherThePathIsEncodedFullyOrNot() {
        var signed = rule.sign("/a%20b/%28%29~.mp4", UNTIL);

        rule.check(signed, UNTIL);
        rule.check(signed.replace("%28%29", "()"), UNTIL);
    }

    @ParameterizedTest
    @CsvSource({
        "/DIR1/dir2/vodfile.mp4, 'sign or t is missing, or not in hexadecimal digits'",
        "/DIR1/dir2/vodfile.mp4?sign=19eb&t=55bb9b80, 'sign or t is missing, or not in hexadecimal digits'",
        "/DIR1/dir2/vodfile.mp4?sign=19eb212771e87cc3d478b9f32d6c7bf9, 'sign or t is missing, or not in hexadecimal digits'",
        "/DIR1/dir2/vodfile.mp4?sign=19eb212771e87cc3d478b9f32d6c7bf9&t=z, 'sign or t is missing, or not in hexadecimal digits'",
        "/DIR1/dir2/vodfile.mp4?sign=19eb212771e87cc3d478b9f32d6c7bf9&t=55bb9b81, wrong sign",
        "/DIR1/dir2/other.mp4?sign=19eb212771e87cc3d478b9f32d6c7bf9&t=55bb9b80, wrong sign",
        "/%?sign=19eb212771e87cc3d478b9f32d6c7bf9&t=55bb9b80, wrong sign",
    })
    void allOthersAreRefused(String target, String error) {
        assertRefused("403 " + error, () -> rule.check(target, UNTIL));
    }

    @Test
    void anEmptyKeyIsNone() {
        assertThatThrownBy(() -> new TimestampRule(List.of("")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
