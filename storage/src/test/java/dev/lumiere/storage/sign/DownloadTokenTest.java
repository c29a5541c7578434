package dev.lumiere.storage.sign;

import static dev.lumiere.storage.sign.Keys.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.qiniu.util.Auth;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTokenTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_234_567_890);
    private static final Instant LATER = NOW.plusSeconds(3600);

    /** The documents give the second one for another picture too, by mistake. */
    @ParameterizedTest
    @CsvSource({
        "www.qiniu.com, /?go=1&e=1234571490&token=abcdefghklmnopq:8vzBeLZ9W3E4kbBLFLW0Xe0u7v4=",
        "my-bucket.qiniudn.com, /sunflower.jpg"
                + "?e=1451491200&token=MY_ACCESS_KEY:yN9WtB0lQheegAwva64yBuH3ZgU=",
    })
    void theSpecificationsAreVerified(String host, String target) {
        assertThat(DownloadToken.verify(host, target, Keys.ALL, NOW).account()).isEqualTo("ada");
    }

    @Test
    void whatTheSdkSignsIsVerifiedAndSignedTheSame() {
        var auth = Auth.create(Keys.SDK.accessKey(), Keys.SDK.secretKey());
        var random = new Random(3);
        for (var i = 0; i < 200; i++) {
            var host = List.of("img.example.com", "127.0.0.1:9000").get(i % 2);
            var url =
                    List.of("http://", "https://").get(random.nextInt(2))
                            + host
                            + "/a%E4%B8%AD/"
                            + random.nextLong()
                            + List.of("", "?imageView2/1/w/200", "?a=1&token=2", "?e=5")
                                    .get(random.nextInt(4));

            var signed = auth.privateDownloadUrlWithDeadline(url, LATER.getEpochSecond());
            var target = signed.substring(signed.indexOf(host) + host.length());

            assertThat(DownloadToken.verify(host, target, Keys.ALL, NOW)).isEqualTo(Keys.SDK);
            assertThat(DownloadToken.sign(Keys.SDK, url, LATER)).isEqualTo(signed);
            assertThat(url).endsWith(DownloadToken.strip(target));
        }
    }

    @Test
    void aBarMayBeEncodedByWhoSignsOrWhoSends() {
        var raw = "http://h/a?imageView2/1/w/200|imageslim";
        var encoded = raw.replace("|", "%7C");
        for (var signed : List.of(raw, encoded)) {
            var url = DownloadToken.sign(Keys.SDK, signed, LATER).substring("http://h".length());
            for (var sent : List.of(url.replace("%7C", "|"), url.replace("|", "%7C"))) {
                assertThat(DownloadToken.verify("h", sent, Keys.ALL, NOW)).isEqualTo(Keys.SDK);
            }
        }
    }

    @Test
    void theTokenMayBeEncoded() {
        var url = URI.create(DownloadToken.sign(Keys.SDK, "http://h/a", LATER));
        var target = url.getRawPath() + "?" + url.getRawQuery();
        var sent = target.replace("ak:", "ak%3A").replaceFirst("=$", "%3D");

        assertThat(DownloadToken.verify("h", sent, Keys.ALL, NOW)).isEqualTo(Keys.SDK);
    }

    @Test
    void itEndsWithItsSecond() {
        var target = DownloadToken.sign(Keys.SDK, "http://h/a", LATER).substring(8);

        DownloadToken.verify("h", target, Keys.ALL, LATER);
        assertRefused(
                "401 token expired",
                () -> DownloadToken.verify("h", target, Keys.ALL, LATER.plusSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/a?imageInfo", "/a?e=1234571490", "/token=1", ""})
    void itHasToBeThere(String target) {
        assertRefused(
                "401 download token not specified",
                () -> DownloadToken.verify("h", target, Keys.ALL, NOW));
    }

    @Test
    void anythingElseIsNotSigned() {
        var target = DownloadToken.sign(Keys.SDK, "http://h/a?x=1", LATER).substring(8);
        var others =
                List.of(
                        target.replace("/a", "/b"),
                        target.replace("x=1", "x=2"),
                        target.replace("e=1234571490", "e=1234571491"),
                        target.replace("e=1234571490&", ""),
                        target.replace("e=1234571490", "e=99999999999999999999"),
                        target.replace("ak:", "MY_ACCESS_KEY:"),
                        target.replace("ak:", "nobody:"),
                        target.replace("ak:", ""),
                        target.replace("ak:", "ak%"),
                        target.replace("ak:", "ak:\u0000\u4e2d"),
                        target + "&imageView2/1/w/9",
                        target + "a".repeat(100_000));

        for (var other : others) {
            assertRefused("401 bad token", () -> DownloadToken.verify("h", other, Keys.ALL, NOW));
        }
        assertRefused("401 bad token", () -> DownloadToken.verify("i", target, Keys.ALL, NOW));
    }

    @Test
    void aTruncatedOneIsRefused() {
        var target = DownloadToken.sign(Keys.SDK, "http://h/a", LATER).substring(8);
        for (var end = target.indexOf("token=") + 6; end < target.length() - 1; end++) {
            var cut = target.substring(0, end);
            assertRefused("401 bad token", () -> DownloadToken.verify("h", cut, Keys.ALL, NOW));
        }
    }

    @Test
    void aDisabledKeySignsNothing() {
        var target = DownloadToken.sign(Keys.DISABLED, "http://h/a", LATER).substring(8);

        assertRefused("401 bad token", () -> DownloadToken.verify("h", target, Keys.ALL, NOW));
    }

    @ParameterizedTest
    @CsvSource({
        "/a?e=1&token=b:c, /a",
        "/a?x&e=1&token=b:c, /a?x",
        "/a?x, /a?x",
        "/a?e=1, /a",
        "/a?x&token=b:c, /a?x",
    })
    void whatIsAskedForIsWhatComesBefore(String target, String before) {
        assertThat(DownloadToken.strip(target)).isEqualTo(before);
    }
}
