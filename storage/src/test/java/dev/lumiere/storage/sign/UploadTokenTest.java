package dev.lumiere.storage.sign;

import static dev.lumiere.storage.sign.Keys.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.qiniu.util.Auth;
import com.qiniu.util.StringMap;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadTokenTest {
    private static final String VECTOR =
            "abcdefghklmnopq:yyeexeUkPOROoTGvwBjJ0F0VLEo=:"
                    + "eyJlbmRVc2VyIjoieSIsInNjb3BlIjoiMToyIiwiZGVhZGxpbmUiOjEyMzQ1NzE0OTB9";

    @Test
    void theSpecificationsTokenIsVerified() {
        var token = UploadToken.verify(VECTOR, Keys.ALL);

        assertThat(token.credential()).isEqualTo(Keys.VECTORS);
        assertThat(token.policy().bucket()).isEqualTo("1");
        assertThat(token.policy().keyOrPrefix()).isEqualTo("2");
        assertThat(token.policy().endUser()).isEqualTo("y");
    }

    @Test
    void theDeadlineCountsWhenItIsAsked() {
        var token = UploadToken.verify(VECTOR, Keys.ALL);

        token.checkDeadline(Instant.ofEpochSecond(1_234_571_490));
        assertRefused(
                "401 expired token",
                () -> token.checkDeadline(Instant.ofEpochSecond(1_234_571_491)));
    }

    @Test
    void theDocumentsSampleIsSignedTheSame() {
        var policy =
                """
                {"scope":"my-bucket:sunflower.jpg","deadline":1451491200,"returnBody":\
                "{\\"name\\":$(fname),\\"size\\":$(fsize),\\"w\\":$(imageInfo.width),\
                \\"h\\":$(imageInfo.height),\\"hash\\":$(etag)}"}\
                """;

        var token = UploadToken.sign(Keys.DOCUMENTS, policy);

        assertThat(token).startsWith("MY_ACCESS_KEY:wQ4ofysef1R7IKnrziqtomqyDvI=:");
        assertThat(UploadToken.verify(token, Keys.ALL).policy().returnBody())
                .startsWith("{\"name\":$(fname),");
    }

    @Test
    void textsOfTheSpecificationAreSignedTheSame() {
        assertThat(Signature.of(Keys.VECTORS, "test")).isEqualTo("mSNBTR7uS2crJsyFr2Amwv1LaYg=");
        assertThat(Signature.of(Keys.VECTORS, "dGVzdA=="))
                .isEqualTo("-jP8eEV9v48MkYiBGs81aDxl60E=");
    }

    @Test
    void whatTheSdkSignsIsVerified() {
        var auth = Auth.create(Keys.SDK.accessKey(), Keys.SDK.secretKey());
        var random = new Random(5);
        for (var i = 0; i < 200; i++) {
            var key = random.nextBoolean() ? null : text(random);
            var user = text(random);
            var fields = new StringMap().put("endUser", user).put("insertOnly", i % 2);

            var text = auth.uploadToken("photos", key, 60, fields);
            var policy = UploadToken.verify(text, Keys.ALL).policy();

            assertThat(policy.bucket()).isEqualTo("photos");
            assertThat(policy.keyOrPrefix()).isEqualTo(key);
            assertThat(policy.endUser()).isEqualTo(user);
            assertThat(policy.insertOnly()).isEqualTo(i % 2 == 1);
        }
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (var i = random.nextInt(40); i >= 0; i--) {
            text.appendCodePoint(random.nextBoolean() ? random.nextInt(0x80) : 0x4e00 + i);
        }
        return text.toString();
    }

    @Test
    void aTruncatedOneIsRefusedWhereverItIsCut() {
        for (var end = 0; end < VECTOR.length(); end++) {
            var cut = VECTOR.substring(0, end);
            assertRefused("401 bad token", () -> UploadToken.verify(cut, Keys.ALL));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                ":::",
                "nobody:yyeexeUkPOROoTGvwBjJ0F0VLEo=:eyJ9",
                "abcdefghklmnopq:yyeexeUkPOROoTGvwBjJ0F0VLEo=:eyJ9",
                "abcdefghklmnopq::eyJ9",
                "abcdefghklmnopq:\u00e9\u4e2d:eyJ9",
                "abcdefghklmnopq\u0000:yyeexeUkPOROoTGvwBjJ0F0VLEo=:eyJ9",
                "MY_ACCESS_KEY:yyeexeUkPOROoTGvwBjJ0F0VLEo=:"
                        + "eyJlbmRVc2VyIjoieSIsInNjb3BlIjoiMToyIiwiZGVhZGxpbmUiOjEyMzQ1NzE0OTB9"
            })
    void whatNobodyHasSignedIsRefused(String text) {
        assertRefused("401 bad token", () -> UploadToken.verify(text, Keys.ALL));
    }

    @Test
    void aDisabledKeySignsNothing() {
        var text = UploadToken.sign(Keys.DISABLED, "{\"scope\":\"b\",\"deadline\":1}");

        assertRefused("401 bad token", () -> UploadToken.verify(text, Keys.ALL));
    }

    @Test
    void anEndlessOneIsRefused() {
        var text = UploadToken.sign(Keys.SDK, " ".repeat(70_000) + "{}");

        assertRefused("401 bad token", () -> UploadToken.verify(text, Keys.ALL));
    }

    @Test
    void whatIsSignedButNoPolicyIsRefusedByName() {
        var noBase64 = Keys.SDK.accessKey() + ":" + Signature.of(Keys.SDK, "{}") + ":{}";
        assertRefused("401 bad token", () -> UploadToken.verify(noBase64, Keys.ALL));

        var noJson = UploadToken.sign(Keys.SDK, "scope=photos");
        assertRefused(
                "400 put policy: is no JSON object: scope=photos",
                () -> UploadToken.verify(noJson, Keys.ALL));
    }

    @Test
    void paddingMayBeMissing() {
        var policy = "{\"scope\":\"photos\",\"deadline\":10}";
        var encoded =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(policy.getBytes(StandardCharsets.UTF_8));
        var text = "ak:" + Signature.of(Keys.SDK, encoded).replace("=", "") + ":" + encoded;

        assertThat(UploadToken.verify(text, Keys.ALL).policy().bucket()).isEqualTo("photos");
    }
}
