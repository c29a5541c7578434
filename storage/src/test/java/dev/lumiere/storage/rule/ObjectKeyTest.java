package dev.lumiere.storage.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {
    private static final String LONGEST = "🎞".repeat(187) + "ab";

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "../a", "a//b", "\0", "é🎞"})
    void anObjectMayHaveAnyText(String key) {
        assertThat(ObjectKey.checked(key)).isEqualTo(key);
    }

    @Test
    void noObjectIsGivenANul() {
        assertThat(ObjectKey.checkedNew("é/../🎞\n")).isEqualTo("é/../🎞\n");
        assertThatThrownBy(() -> ObjectKey.checkedNew("a\0b"))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("400 the key has a NUL");
        assertThatThrownBy(() -> ObjectKey.checkedNew("a\ud83c"))
                .hasMessageContaining("the key is no Unicode text");
    }

    @Test
    void itsLengthIsThatOfItsBytes() {
        assertThat(ObjectKey.checked(LONGEST)).isEqualTo(LONGEST);
        assertThat(ObjectKey.fits(LONGEST)).isTrue();
        assertRefused(LONGEST + "c", "the key is over 750 bytes");
        assertThat(ObjectKey.fits(LONGEST + "c")).isFalse();
        assertRefused("a".repeat(1 << 20), "the key is over 750 bytes");
    }

    @Test
    void halfACharacterIsNone() {
        assertRefused("a\ud83c", "the key is no Unicode text");
    }

    @Test
    void aKeyThatIsOverLongNamesNoFile() {
        var path = "é/".repeat(249);

        assertThat(ObjectKey.namesFile(path + "abc")).isTrue();
        assertThat(ObjectKey.namesFile(path + "abcd")).isFalse();
    }

    private static void assertRefused(String key, String reason) {
        assertThatThrownBy(() -> ObjectKey.checked(key))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining(reason);
    }
}
