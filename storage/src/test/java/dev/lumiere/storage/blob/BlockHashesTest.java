package dev.lumiere.storage.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockHashesTest {
    @Test
    void ofNothingThereAreNone() {
        var none = new BlockHashes("");

        assertThat(none.id()).isEqualTo(new TreeHash().finish());
        assertThat(none.qetag()).isEqualTo("Fto5o-5ea0sNMlW_75VgGJCv2AcJ");
        assertThat(BlockHashes.joined(List.of(none, none))).isEqualTo(none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAA", "!", "abc"})
    void whatAreNoHashesIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockHashes(text));
    }
}
