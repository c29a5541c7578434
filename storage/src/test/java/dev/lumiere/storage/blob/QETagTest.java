package dev.lumiere.storage.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class QETagTest {
    @Test
    void knownContentHasItsKnownTag() {
        assertThat(QETag.of(new byte[0])).isEqualTo("Fto5o-5ea0sNMlW_75VgGJCv2AcJ");
        assertThat(QETag.of("etag".getBytes(UTF_8))).isEqualTo("FpLiADEaVoALPkdb8tJEJyRTXoe_");
    }

    @Test
    void severalBlocksHaveATagOfTheirOwnHoweverTheyAreFed() throws IOException {
        var bytes = new byte[(4 << 20) + 1];

        assertThat(QETag.of(bytes)).startsWith("l").hasSize(28);
        assertThat(QETag.of(new ByteArrayInputStream(bytes))).isEqualTo(QETag.of(bytes));
    }
}
