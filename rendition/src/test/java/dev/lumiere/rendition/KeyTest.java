package dev.lumiere.rendition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {
    private static final String HEX =
            "00112233445566778899aabbccddeefff0e1d2c3b4a5968778695a4b3c2d1e0f";

    @Test
    void isReadAsItIsWritten() {
        assertThat(Key.parse(HEX)).hasToString(HEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "zz"})
    void isReadFromExactly64HexDigits(String start) {
        assertThatIllegalArgumentException().isThrownBy(() -> Key.parse(start));
        assertThatIllegalArgumentException().isThrownBy(() -> Key.parse(HEX + start + "0"));
        assertThatIllegalArgumentException().isThrownBy(() -> Key.parse("g" + HEX.substring(1)));
    }

    @Test
    void textsDoNotRunIntoEachOther() {
        assertThat(Key.of(List.of("ab", "c"))).isNotEqualTo(Key.of(List.of("a", "bc")));
        assertThat(Key.of(List.of("a", ""))).isNotEqualTo(Key.of(List.of("a")));
        assertThat(Key.of(List.of("a", "b"))).isEqualTo(Key.of(List.of("a", "b")));
    }
}
