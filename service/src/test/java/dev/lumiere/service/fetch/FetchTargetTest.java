package dev.lumiere.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FetchTargetTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            textBlock =
                    """
                    http://a.example              , false, a.example        , 80  , /
                    HTTPS://A.Example/            , true , a.example        , 443 , /
                    http://a.example.:8080/x?y=z#f, false, a.example        , 8080, /x?y=z
                    http://a.example:/x           , false, a.example        , 80  , /x
                    http://a.example?q            , false, a.example        , 80  , /?q
                    http://a.example#f            , false, a.example        , 80  , /
                    http://a_b.example/ä b"|%20   , false, a_b.example      , 80  , /%C3%A4%20b%22%7C%20
                    http://a.example/x@y:z        , false, a.example        , 80  , /x@y:z
                    http://bücher.example/        , false, xn--bcher-kva.example, 80, /
                    http://localhost/             , false, localhost        , 80  , /
                    http://8.8.8.8/               , false, 8.8.8.8          , 80  , /
                    http://１２７.0.0.1/          , false, 127.0.0.1        , 80  , /
                    http://127。0。0。1/          , false, 127.0.0.1        , 80  , /
                    http://[2606:4700::1111]:81/  , false, 2606:4700::1111  , 81  , /
                    http://[::FFFF:127.0.0.1]/    , false, ::ffff:127.0.0.1 , 80  , /
                    """)
    void aUrlIsRead(String url, boolean tls, String host, int port, String path) {
        assertThat(FetchTarget.parse(url)).isEqualTo(new FetchTarget(tls, host, port, path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.example",
                "//a.example/",
                "ftp://a.example/",
                "file:///etc/passwd",
                "gopher://a.example/",
                "http:a.example",
                "http:/a.example",
                "http://",
                "http:///x",
                "http://:80/",
                "http://user@a.example/",
                "http://user:secret@a.example/",
                "http://a.example@127.0.0.1/",
                "http://a.example\\@127.0.0.1/",
                "http://a.example\\x",
                "http://a.example:0/",
                "http://a.example:65536/",
                "http://a.example:80:80/",
                "http://a.example:x/",
                "http://a.example:+80/",
                "http://a example/",
                "http://a%2eexample/",
                "http://127.0.0.1%2f/",
                "http://a..example/",
                "http://.a.example/",
                "http://-a.example/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.0.0.1/",
                "http://0177.0.0.1/",
                "http://017700000001/",
                "http://127.1/",
                "http://127.0.1/",
                "http://127.0.0.01/",
                "http://127.0.0.256/",
                "http://127.0.0.1.1/",
                "http://1.2.3.4.5./",
                "http://a.0x/",
                "http://[::1/",
                "http://::1/",
                "http://[]/",
                "http://[127.0.0.1]/",
                "http://[fe80::1%eth0]/",
                "http://[fe80::1%251]/",
                "http://[::1]x/",
                "http://[v1.x]/",
                "http://a.example/\r\nHost: b",
                "http://a.example/\u0000",
                "http://a.example\t/",
            })
    void whatReadersDifferOnIsRefused(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> FetchTarget.parse(url));
    }

    @Test
    void aUrlIsBounded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FetchTarget.parse("http://a.example/" + "x".repeat(2048)))
                .withMessageContaining("2048");
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/a/b?c, http://x.example/y, x.example, /y",
        "http://h/a/b?c, //x.example/y, x.example, /y",
        "http://h/a/b?c, /y?z, h, /y?z",
        "http://h/a/b?c, y, h, /a/y",
        "http://h/a/b?c, ../y, h, /y",
        "http://h/a/b?c, ../../../y, h, /y",
        "http://h/a/b?c, ?z, h, /a/b?z",
        "http://h/a/b?c, y z, h, /a/y%20z",
    })
    void aRedirectLeadsFromHere(String from, String location, String host, String path) {
        var to = FetchTarget.parse(from).redirected(location);

        assertThat(to.host()).isEqualTo(host);
        assertThat(to.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/passwd", "ftp://x/", "//u@x/", "http://127.1/", "/\r\nX: y"})
    void aRedirectIsReadAsStrictly(String location) {
        var from = FetchTarget.parse("http://h/");

        assertThatIllegalArgumentException().isThrownBy(() -> from.redirected(location));
    }

    @Test
    void anAddressIsKnownAsOne() {
        assertThat(FetchTarget.parse("http://a.example/").literal()).isNull();
        assertThat(FetchTarget.parse("http://127.0.0.1/").literal()).isNotNull();
        assertThat(FetchTarget.parse("http://[::1]/").literal()).isNotNull();
    }
}
