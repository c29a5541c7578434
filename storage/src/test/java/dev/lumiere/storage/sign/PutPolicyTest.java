package dev.lumiere.storage.sign;

import static dev.lumiere.storage.sign.Keys.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PutPolicyTest {
    private static final String CALLBACK = "\"callbackUrl\":\"http://a\",\"callbackBody\":\"b\",";
    private static final String NO_BODY_TYPE =
            "callbackBodyType is not application/x-www-form-urlencoded or application/json: ";

    private static PutPolicy of(String scope, String more) {
        return PutPolicy.parse(
                "{\"scope\":\"%s\",\"deadline\":1451491200%s}"
                        .formatted(scope, more.isEmpty() ? "" : "," + more));
    }

    @Test
    void everyFieldIsRead() {
        var policy =
                of(
                        "photos:2026/",
                        """
                        "isPrefixalScope":1,"insertOnly":1,"endUser":"ada","saveKey":"$(etag)",
                        "forceSaveKey":true,"callbackUrl":"http://a;http://b","callbackHost":"a",
                        "callbackBody":"k=$(key)","callbackFetchKey":1,"persistentOps":"avthumb/mp4",
                        "persistentNotifyUrl":"http://n","persistentPipeline":"p","persistentType":1,
                        "persistentWorkflowTemplateID":"w","fsizeMin":1,"fsizeLimit":5000000000,
                        "detectMime":-1,"mimeLimit":"image/*","trafficLimit":819200,"fileType":4,
                        "deleteAfterDays":7\
                        """);

        assertThat(policy)
                .isEqualTo(
                        new PutPolicy(
                                "photos:2026/",
                                true,
                                1_451_491_200,
                                true,
                                "ada",
                                "",
                                "",
                                "http://a;http://b",
                                "a",
                                "k=$(key)",
                                "application/x-www-form-urlencoded",
                                true,
                                "avthumb/mp4",
                                "http://n",
                                "p",
                                1,
                                "w",
                                "$(etag)",
                                true,
                                1,
                                5_000_000_000L,
                                -1,
                                "image/*",
                                819_200,
                                4,
                                7));
    }

    @Test
    void whatIsToldMayHaveACharset() {
        for (var type :
                List.of("application/json;charset=utf-8", "Application/JSON; charset=UTF-8")) {
            assertThat(
                            of("photos", CALLBACK + "\"callbackBodyType\":\"%s\"".formatted(type))
                                    .callbackBodyType())
                    .isEqualTo(type);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`\"fsizeLimit\":\"1024\"`, 1024",
                "`\"fsizeLimit\":1024.0`, 1024",
                "`\"fsizeLimit\":null`, 0",
                "`\"fsizeLimit\":\"\"`, 0",
                "`\"transform\":{\"a\":[1]}`, 0",
            })
    void numbersMayBeTextAndUnknownFieldsArePassedOver(String field, long limit) {
        assertThat(of("photos", field).fsizeLimit()).isEqualTo(limit);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "1|true",
                "\"1\"|true",
                "true|true",
                "\"true\"|true",
                "2|true",
                "0|false",
                "\"0\"|false",
                "false|false",
                "null|false",
                "\"\"|false",
            })
    void flagsAreWrittenInManyWays(String value, boolean isSet) {
        assertThat(of("photos", "\"insertOnly\":" + value).insertOnly()).isEqualTo(isSet);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "`\"fsizeLimit\":\"much\"`|fsizeLimit is not a whole number: \"much\"",
                "`\"fsizeLimit\":1.5`|fsizeLimit is not a whole number: 1.5",
                "`\"fsizeLimit\":1e99`|fsizeLimit is not a whole number: 1.0E99",
                "`\"fsizeLimit\":[1]`|fsizeLimit is not a whole number: [1]",
                "`\"fsizeMin\":-1`|fsizeMin is not from 0 to 9223372036854775807: -1",
                "`\"fileType\":6`|fileType is not from 0 to 5: 6",
                "`\"insertOnly\":\"yes\"`|insertOnly is not 0 or 1: \"yes\"",
                "`\"endUser\":7`|endUser is not a text: 7",
                "`\"mimeLimit\":[\"image/*\"]`|mimeLimit is not a text: [\"image/*\"]",
                "`\"trafficLimit\":8`|trafficLimit is below 819200: 8",
                "`\"forceSaveKey\":true`|forceSaveKey without saveKey",
                "`\"callbackUrl\":\"http://a\"`|callbackUrl without callbackBody",
                "`\"callbackUrl\":\"http://a\",\"callbackBody\":\"b\",\"returnBody\":\"{}\"`"
                        + "|callbackUrl together with returnUrl or returnBody",
                "`" + CALLBACK + "\"callbackHost\":\"a b\"`|callbackHost is no host and port: a b",
                "`" + CALLBACK + "\"callbackHost\":\"a/b\"`|callbackHost is no host and port: a/b",
                "`" + CALLBACK + "\"callbackBodyType\":\"text/xml\"`|" + NO_BODY_TYPE + "text/xml",
                "`"
                        + CALLBACK
                        + "\"callbackBodyType\":\"application/json; a=\\n\"`|`"
                        + NO_BODY_TYPE
                        + "application/json; a=\n`",
            })
    void whatCannotBeMeantIsRefusedByName(String field, String error) {
        assertRefused("400 put policy: " + error, () -> of("photos", field));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "`{\"deadline\":1}`|scope is missing",
                "`{\"scope\":\"\",\"deadline\":1}`|scope is missing",
                "`{\"scope\":\":k\",\"deadline\":1}`|scope names no bucket: :k",
                "`{\"scope\":\"b\"}`|deadline is missing",
                "`{\"scope\":\"b\",\"deadline\":null}`|deadline is missing",
                "`{\"scope\":\"b\",\"deadline\":1`|is no JSON object: {\"scope\":\"b\",\"deadline\":1",
                "`[]`|is no JSON object: []",
                "``|`is no JSON object: `",
                "`{} {}`|is no JSON object: {} {}",
            })
    void scopeAndDeadlineHaveToBeThere(String json, String error) {
        assertRefused("400 put policy: " + error, () -> PutPolicy.parse(json));
    }

    @Test
    void deepNestingIsNoPolicy() {
        var json = "[".repeat(100_000);

        assertRefused(
                "400 put policy: is no JSON object: " + "[".repeat(100) + "…",
                () -> PutPolicy.parse(json));
    }

    @ParameterizedTest
    @CsvSource({
        "photos, 0, a/b, true, false",
        "photos:a/b, 0, a/b, true, true",
        "photos:a/b, 0, a/bc, false, true",
        "photos:a/b, 1, a/bc, true, true",
        "photos:a/b, 1, a/, false, true",
        "photos:, 0, '', true, true",
        "photos:, 0, a, false, true",
        "photos:a:b, 0, a:b, true, true",
    })
    void theScopeSaysWhichKeysAndWhatIsReplaced(
            String scope, int prefixal, String key, boolean allowed, boolean replaces) {
        var policy = of(scope, "\"isPrefixalScope\":" + prefixal);

        assertThat(policy.bucket()).isEqualTo("photos");
        assertThat(policy.allowsKey(key)).isEqualTo(allowed);
        assertThat(policy.allowsReplacing()).isEqualTo(replaces);
    }

    @Test
    void insertOnlyNeverReplaces() {
        assertThat(of("photos:a", "\"insertOnly\":1").allowsReplacing()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', text/html, true",
        "image/*, image/png, true",
        "image/*, IMAGE/PNG; a=b, true",
        "image/*, imagery/png, false",
        "image/jpeg;image/png, image/png, true",
        "image/jpeg;image/png, image/gif, false",
        "!text/html;text/css, text/css, false",
        "!text/html;text/css, text/plain, true",
        "*/*, text/plain, true",
    })
    void mediaTypesAreLimited(String limit, String type, boolean allowed) {
        assertThat(of("photos", "\"mimeLimit\":\"" + limit + "\"").allowsMimeType(type))
                .isEqualTo(allowed);
    }

    @Test
    void sizesAreLimited() {
        var policy = of("photos", "\"fsizeLimit\":10");

        assertThat(policy.allowsSize(10)).isTrue();
        assertThat(policy.allowsSize(11)).isFalse();
        assertThat(of("photos", "").allowsSize(Long.MAX_VALUE)).isTrue();
    }
}
