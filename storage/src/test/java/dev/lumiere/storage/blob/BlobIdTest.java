package dev.lumiere.storage.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobIdTest {
    private static final String DIGITS = "0123456789abcdef".repeat(4);

    @Test
    void isSixtyFourDigits() {
        assertThat(new BlobId(DIGITS)).hasToString(DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", ":", "A", "F", "G", "`", "g", " ", "\u0660", "\n", "../"})
    void nothingElse(String other) {
        var text = DIGITS.substring(other.length()) + other;
        assertThat(BlobId.isOne(text)).isFalse();
        assertThatThrownBy(() -> new BlobId(text)).hasMessageContaining("64 hexadecimal digits");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 65, 128})
    void noOtherLength(int length) {
        assertThat(BlobId.isOne("a".repeat(length))).isFalse();
    }
}
