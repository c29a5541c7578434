package dev.lumiere.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the vectors of RFC 1321 and FIPS 180-4, and the JDK's own digests of larger files. */
final class QhashTest {

    @ParameterizedTest
    @CsvSource({
        "md5, abc, 900150983cd24fb0d6963f7d28e17f72",
        "sha1, abc, a9993e364706816aba3e25717850c26c9cd0d89d",
        "sha256, abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "md5, '', d41d8cd98f00b204e9800998ecf8427e"
    })
    void tellsDigestAndSizeOfAnyFile(String algorithm, String text, String hash) {
        var output = TestWork.run(text.getBytes(UTF_8), "qhash/" + algorithm);

        assertThat(output.contentType()).isEqualTo("application/json");
        assertThat(output.text())
                .isEqualTo("{\"hash\":\"%s\",\"fsize\":%d}".formatted(hash, text.length()));
    }

    @ParameterizedTest
    @ValueSource(ints = {(1 << 20) - 1, 1 << 20, (1 << 20) + 1, (21 << 20) + 7})
    void aFileMayBeLargerThanAPartAndThanAnyPicture(int size) throws NoSuchAlgorithmException {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));

        assertThat(TestWork.run(bytes, "qhash/sha1").text())
                .contains(hash)
                .contains("\"fsize\":" + size + "}");
    }

    @Test
    void whatAStageBeforeMadeIsDigested() throws NoSuchAlgorithmException {
        var png = TestWork.run(Pictures.png(64, 64), "imageView2/2/w/20").bytes();
        var hash = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(png));

        assertThat(TestWork.run(Pictures.png(64, 64), "imageView2/2/w/20|qhash/md5").text())
                .contains(hash);
    }

    @ParameterizedTest
    @CsvSource({
        "qhash, algorithm",
        "qhash/sha512, algorithm",
        "qhash/MD5, algorithm",
        "qhash/md5/x, x"
    })
    void anotherAlgorithmIsRefused(String pipeline, String argument) {
        assertThatThrownBy(() -> TestWork.run(new byte[1], pipeline))
                .isInstanceOf(Problem.Refused.class)
                .hasMessageContaining("bad argument: " + argument);
    }
}
