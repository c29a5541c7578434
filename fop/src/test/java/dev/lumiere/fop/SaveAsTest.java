package dev.lumiere.fop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaveAsTest {
    private static final String SECRET = "Yx0hNBifQ5V1SqLUkzPkjyy0pbYJpav9CH1QzkG0";
    private static final String ENTRY = encoded("photos:small/a.jpg");
    private static final String SIGN = "AK_1-x:" + SaveAs.sign(SECRET, "anything");

    @Test
    void anEntryIsABucketAndAKey() {
        assertThat(saveAs("saveas/" + ENTRY))
                .isEqualTo(new SaveAs("photos", "small/a.jpg", null, null, null));
        assertThat(saveAs("saveas/" + encoded("photos:a:b 图.jpg")).key()).isEqualTo("a:b 图.jpg");
        assertThat(saveAs("saveas/" + encoded("photos")))
                .isEqualTo(new SaveAs("photos", null, null, null, null));
    }

    @Test
    void theRestSaysHowLongAndUnderWhichName() {
        var signed =
                saveAs(
                        "saveas/%s/deleteAfterDays/7/saveKey/%s/sign/%s"
                                .formatted(
                                        encoded("photos"), encoded("$(year)/$(etag).jpg"), SIGN));

        assertThat(signed.deleteAfter()).isEqualTo(Duration.ofDays(7));
        assertThat(signed.name()).isEqualTo(new SaveAs.Name.OfResult("$(year)/$(etag).jpg"));
        assertThat(signed.signature()).isNotNull();
        assertThat(
                        saveAs(
                                        "saveas/%s/savePattern/%s"
                                                .formatted(
                                                        encoded("photos"),
                                                        encoded("$(fprefix)-small$(ext)")))
                                .name())
                .isEqualTo(new SaveAs.Name.OfSource("$(fprefix)-small$(ext)"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "saveas entry",
                "saveas/! entry",
                "saveas/{a} entry",
                "saveas/{:a} entry",
                "saveas/{photos:} entry",
                "saveas/{../x:a} entry",
                "saveas/{photos:a}/sign sign",
                "saveas/{photos:a}/deleteAfterDays/0 deleteAfterDays",
                "saveas/{photos:a}/deleteAfterDays/x deleteAfterDays",
                "saveas/{photos:a}/deleteAfterDays/1/deleteAfterDays/1 deleteAfterDays",
                "saveas/{photos:a}/saveKey/{a} saveKey",
                "saveas/{photos:a}/savePattern/{a} savePattern",
                "saveas/{photos}/savePattern/{a}/saveKey/{a} savePattern",
                "saveas/{photos}/savePattern/{$(year)} savePattern",
                "saveas/{photos}/saveKey/{$(fname)} saveKey",
                "saveas/{photos}/saveKey/{$(etag} saveKey",
                "saveas/{photos}/other/1 other",
                "saveas/{photos}/sign/AK:x/deleteAfterDays/1 sign",
                "saveas/{photos}/sign/AK:x/sign/AK:x sign"
            })
    void whatIsMalformedIsNamed(String stage, String argument) {
        assertThatThrownBy(() -> saveAs(withEncoded(stage)))
                .hasMessage("400 bad argument: " + argument);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AK", ":x", "AK:", "AK:eA==", "A K:" + "x", "AK:!"})
    void whatIsNoSignatureIsABadSign(String sign) {
        assertThatThrownBy(() -> saveAs("saveas/" + ENTRY + "/sign/" + sign))
                .hasMessage("401 bad sign");
    }

    @Test
    void nothingComesAfterIt() {
        assertThatThrownBy(() -> saveAs("saveas/" + ENTRY + "|imageInfo"))
                .hasMessage("400 saveas is not the last stage");
        assertThatThrownBy(() -> saveAs("saveas|saveas/" + ENTRY))
                .hasMessage("400 saveas is not the last stage");
        assertThat(SaveAs.in(pipeline("imageInfo"))).isEmpty();
    }

    @Test
    void whatIsSignedIsTheUrlWithoutSchemeAndSignature() {
        assertThat(
                        SaveAs.textsToSign(
                                "h.example:8080", "/a.jpg?x/1|saveas/E/sign/AK:s&e=1&token=t"))
                .containsExactly(
                        "h.example:8080/a.jpg?x/1|saveas/E",
                        "h.example:8080/a.jpg?x/1%7Csaveas/E",
                        "h.example:8080/a.jpg?x/1%7csaveas/E");
        assertThat(SaveAs.textsToSign("h", "/sign/saveas/a.jpg?x%7csaveas/E/sign/AK:s"))
                .containsExactly(
                        "h/sign/saveas/a.jpg?x%7csaveas/E",
                        "h/sign/saveas/a.jpg?x|saveas/E", "h/sign/saveas/a.jpg?x%7Csaveas/E");
    }

    @ParameterizedTest
    @CsvSource({"|,|", "|,%7C", "%7C,|", "%7c,%7C", "%7C,%7c"})
    void aSignatureHoldsHoweverTheBarIsWritten(String signed, String sent) {
        var text = "h.example/a.jpg?imageView2/1/w/200%ssaveas/" + ENTRY;
        var sign = "AK:" + SaveAs.sign(SECRET, text.formatted(signed));
        var saveAs = saveAs("imageView2/1/w/200|saveas/" + ENTRY + "/sign/" + sign);
        var uri = "/a.jpg?imageView2/1/w/200" + sent + "saveas/" + ENTRY + "/sign/" + sign;

        assertThat(saveAs.isSignedWith(SECRET, "h.example", uri)).isTrue();
        assertThat(saveAs.isSignedWith("another", "h.example", uri)).isFalse();
        assertThat(saveAs.isSignedWith(SECRET, "g.example", uri)).isFalse();
        assertThat(saveAs.isSignedWith(SECRET, "h.example", uri.replace("200", "201"))).isFalse();
        assertThat(saveAs("saveas/" + ENTRY).isSignedWith(SECRET, "h.example", uri)).isFalse();
    }

    @Test
    void aSignatureIsTheOneOfThePlatform() {
        assertThat(SaveAs.sign("key", "The quick brown fox jumps over the lazy dog"))
                .isEqualTo("3nybhbi3iqa8ino29wqQcBydtNk=");
    }

    /** What is in braces is encoded. */
    private static String withEncoded(String stage) {
        var at = stage.indexOf('{');
        if (at < 0) {
            return stage;
        }
        var end = stage.indexOf('}', at);
        return stage.substring(0, at)
                + encoded(stage.substring(at + 1, end))
                + withEncoded(stage.substring(end + 1));
    }

    private static String encoded(String text) {
        return Base64Values.encode(text);
    }

    private static Pipeline pipeline(String query) {
        var request =
                Pipelines.parse(query, List.of("saveas", "imageInfo", "imageView2")::contains);
        return switch (request) {
            case PipelineRequest.Operations(var pipeline, _) -> pipeline;
            case PipelineRequest other -> throw new AssertionError(other);
        };
    }

    private static SaveAs saveAs(String query) {
        return SaveAs.in(pipeline(query)).orElseThrow();
    }
}
