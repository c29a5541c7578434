package dev.lumiere.storage.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleRuleTest {
    private static final List<LifecycleRule> RULES =
            List.of(
                    new LifecycleRule("all", "", 30),
                    new LifecycleRule("logs", "logs/", 7),
                    new LifecycleRule("kept", "logs/keep/", 0));

    @ParameterizedTest
    @CsvSource({"a, all", "logs, all", "logs/a, logs", "logs/keep/a, kept", "'', all"})
    void theLongestPrefixCounts(String key, String name) {
        assertThat(Objects.requireNonNull(LifecycleRule.of(key, RULES)).name()).isEqualTo(name);
        assertThat(LifecycleRule.of("other", RULES.subList(1, 3))).isNull();
    }

    @Test
    void isChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LifecycleRule("", "", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new LifecycleRule("a-b", "", 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LifecycleRule("a".repeat(50), "", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new LifecycleRule("a", "", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new LifecycleRule("a", "", 36_501));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LifecycleRule("a", "b".repeat(751), 1));
    }
}
