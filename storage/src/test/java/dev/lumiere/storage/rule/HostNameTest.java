package dev.lumiere.storage.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
    @ParameterizedTest
    @CsvSource({
        "media.example.com, media.example.com",
        "MEDIA.Example.Com, media.example.com",
        "a-b.c1.io, a-b.c1.io",
        "图片.中国, xn--wcsw84d.xn--fiqs8s",
        "xn--wcsw84d.xn--fiqs8s, xn--wcsw84d.xn--fiqs8s"
    })
    void isInSmallLettersOfAscii(String text, String expected) {
        assertThat(HostName.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "localhost",
                "127.0.0.1",
                "1.2.3.4.5",
                "[::1]",
                "::1",
                "example.com:80",
                "*.example.com",
                "http://example.com",
                "example.com/",
                "example..com",
                ".example.com",
                "example.com.",
                "-a.example.com",
                "a-.example.com",
                "a_b.example.com",
                "a b.example.com",
                "example.com\r\nX: y",
                "a@example.com"
            })
    void isNothingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostName.parse(text));
    }

    @Test
    void isNotOverlong() {
        var label = "a".repeat(63);
        assertThat(HostName.parse(label + ".com")).hasSize(67);
        assertThatIllegalArgumentException().isThrownBy(() -> HostName.parse("a" + label + ".com"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostName.parse((label + ".").repeat(4) + "com"))
                .withMessageContaining("…");
    }

    @ParameterizedTest
    @CsvSource({
        "Media.Example.com:8080, media.example.com",
        "media.example.com., media.example.com",
        "'', ''",
        "':80', ''",
        "'.', ''",
    })
    void aHeaderMayHaveAPort(String header, String host) {
        assertThat(HostName.inHeader(header)).isEqualTo(host);
    }
}
