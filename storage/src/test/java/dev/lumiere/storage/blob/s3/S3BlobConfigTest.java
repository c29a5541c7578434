package dev.lumiere.storage.blob.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3BlobConfigTest {
    private static final S3BlobConfig.Credentials CREDENTIALS =
            new S3BlobConfig.Credentials("known", "hidden");

    private static S3BlobConfig config(String endpoint, String bucket, String prefix) {
        return new S3BlobConfig(
                URI.create(endpoint), "eu-1", bucket, prefix, CREDENTIALS, true, Path.of("x"), 1);
    }

    @Test
    void itsTextHidesTheSecret() {
        assertThat(config("https://s3.example.com", "media", "a/b/").toString())
                .contains("known", "s3.example.com")
                .doesNotContain("hidden");
    }

    @Test
    void allFaultsAreReportedTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new S3BlobConfig(
                                URI.create("ftp://host"),
                                "",
                                "a",
                                "x",
                                CREDENTIALS,
                                true,
                                Path.of("x"),
                                -1))
                .withMessageContaining("ftp://host")
                .withMessageContaining("no region")
                .withMessageContaining("no bucket of an S3 server: a")
                .withMessageContaining("no prefix of an S3 server: x")
                .withMessageContaining("maxLocalBytes is negative: -1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/", "a.b_c-9/d/"})
    void aPrefixEndsWithASlash(String prefix) {
        assertThat(config("http://127.0.0.1:9", "media", prefix).prefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "a//", "/a/", "ä/", "a b/"})
    void somethingElseIsNoPrefix(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("http://127.0.0.1:9", "media", prefix));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http:/x", "http://u:secret@host", "host:80", "http://host?a=b"})
    void anEndpointIsAHost(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(endpoint, "media", ""))
                .withMessageNotContaining("secret");
    }

    @Test
    void keysAreNotEmpty() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new S3BlobConfig.Credentials("", "hidden"))
                .withMessageNotContaining("hidden");
    }
}
