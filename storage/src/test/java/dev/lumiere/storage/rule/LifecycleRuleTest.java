package dev.lumiere.storage.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleRuleTest {
    private static final List<LifecycleRule> RULES =
            List.of(
                    LifecycleRule.deleting("all", "", 30),
                    LifecycleRule.deleting("logs", "logs/", 7),
                    LifecycleRule.deleting("kept", "logs/keep/", 0));

    @ParameterizedTest
    @CsvSource({"a, all", "logs, all", "logs/a, logs", "logs/keep/a, kept", "'', all"})
    void theLongestPrefixCounts(String key, String name) {
        assertThat(Objects.requireNonNull(LifecycleRule.of(key, RULES)).name()).isEqualTo(name);
        assertThat(LifecycleRule.of("other", RULES.subList(1, 3))).isNull();
    }

    @Test
    void isChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> LifecycleRule.deleting("", "", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> LifecycleRule.deleting("a-b", "", 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LifecycleRule.deleting("a".repeat(50), "", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> LifecycleRule.deleting("a", "", -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LifecycleRule.deleting("a", "", 36_501));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LifecycleRule.deleting("a", "b".repeat(751), 1));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "10, 20, 30",
        "10, 0, 11",
        "-1, 1, 2",
        "0, 36500, 0",
    })
    void whatIsColderComesLater(int infrequent, int archive, int delete) {
        assertThat(rule(infrequent, archive, delete).deleteAfterDays()).isEqualTo(delete);
    }

    @ParameterizedTest
    @CsvSource({
        "20, 20, 0, ARCHIVE does not come after",
        "20, 10, 0, ARCHIVE does not come after",
        "10, 0, 10, deleted after 10 days",
        "0, 36501, 0, days over 36500",
    })
    void whatDoesNotIsRefused(int infrequent, int archive, int delete, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule(infrequent, archive, delete))
                .withMessageContaining(why);
    }

    private static LifecycleRule rule(int infrequent, int archive, int delete) {
        return new LifecycleRule(
                "a",
                "",
                delete,
                Map.of(
                        StorageClass.INFREQUENT_ACCESS, infrequent,
                        StorageClass.ARCHIVE, archive));
    }

    @ParameterizedTest
    @CsvSource({"0, ", "9, ", "10, INFREQUENT_ACCESS", "19, INFREQUENT_ACCESS", "20, ARCHIVE"})
    void theColdestThatIsDueCounts(long days, @Nullable StorageClass expected) {
        assertThat(rule(10, 20, 0).classAfter(days)).isEqualTo(expected);
    }
}
