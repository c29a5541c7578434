package dev.lumiere.storage.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSealTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir private Path folder;

    @Test
    void whatOneNodeSealsAnotherWithTheSameFileOrTextOpens() throws Exception {
        var seal = SecretSeal.in(folder, RANDOM);
        var sealed = seal.seal("ada", "ak", "secret");

        var file = folder.resolve("secrets.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(SecretSeal.in(folder, RANDOM).open("ada", "ak", sealed)).isEqualTo("secret");
        assertThat(SecretSeal.of(Files.readString(file), RANDOM).open("ada", "ak", sealed))
                .isEqualTo("secret");
    }

    @Test
    void itIsNeverSealedTheSameTwice() throws Exception {
        var seal = SecretSeal.in(folder, RANDOM);

        assertThat(seal.seal("ada", "ak", "secret")).isNotEqualTo(seal.seal("ada", "ak", "secret"));
    }

    @Test
    void nothingElseIsOpened() throws Exception {
        var seal = SecretSeal.in(folder, RANDOM);
        var sealed = seal.seal("ada", "ak", "secret");

        assertThat(seal.open("eve", "ak", sealed)).isNull();
        assertThat(seal.open("ada", "other", sealed)).isNull();
        assertThat(SecretSeal.in(folder.resolve("other"), RANDOM).open("ada", "ak", sealed))
                .isNull();
        for (var end = 0; end < sealed.length() - 2; end++) {
            assertThat(seal.open("ada", "ak", sealed.substring(0, end))).isNull();
        }
    }

    @Test
    void aKeyForAnotherPurposeIsTheSameForAllWhoHaveTheFile() throws Exception {
        var key = SecretSeal.in(folder, RANDOM).keyFor("calls").getEncoded();

        assertThat(SecretSeal.in(folder, RANDOM).keyFor("calls").getEncoded()).isEqualTo(key);
        assertThat(SecretSeal.in(folder, RANDOM).keyFor("other").getEncoded()).isNotEqualTo(key);
        assertThat(SecretSeal.in(folder.resolve("other"), RANDOM).keyFor("calls").getEncoded())
                .isNotEqualTo(key);
        var nul = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        assertThat(SecretSeal.of(nul, RANDOM).keyFor("calls").getEncoded())
                .hasSize(32)
                .isNotEqualTo(new byte[32]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c2hvcnQ=", "not base64!", "\u0000"})
    void aKeyThatIsNoneIsToldButNotRepeated(String text) throws Exception {
        assertThatThrownBy(() -> SecretSeal.of(text, RANDOM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not 32 bytes in URL-safe base64");

        var file = Files.writeString(folder.resolve("secrets.key"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> SecretSeal.in(folder, RANDOM))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is not 32 bytes in URL-safe base64");
    }
}
