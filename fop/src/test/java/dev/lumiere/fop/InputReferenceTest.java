package dev.lumiere.fop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.registry.Query;
import dev.lumiere.service.registry.Version;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputReferenceTest {
    private static final Map<String, String> METADATA =
            Map.of(
                    "ops", "watermark,animate,plain",
                    "encoded", "true",
                    "inputs", "watermark:image, watermark:imageKey,animate:key,x,:y,z:");

    @ParameterizedTest
    @ValueSource(strings = {"http://a.example/b.png?c=d", "HTTPS://a.example", "http://"})
    void aUrlIsOneOfHttp(String text) {
        assertThat(read(text)).isEqualTo(new InputReference.Url(text));
    }

    @Test
    void kodoNamesABucket() {
        assertThat(read("kodo://demo/a/b.png"))
                .isEqualTo(new InputReference.InBucket("demo", "a/b.png"));
        assertThat(read("kodo://demo/画.png"))
                .isEqualTo(new InputReference.InBucket("demo", "画.png"))
                .hasToString("kodo://demo/画.png");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b.png", "/a", "画.png", "a:b", "http:/x", "..", "a//b"})
    void anythingElseIsAKey(String text) {
        assertThat(read(text)).isEqualTo(new InputReference.SameBucket(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://a/b",
                "file:///etc/passwd",
                "kodo://",
                "kodo://demo",
                "kodo://demo/",
                "kodo:///a",
                "a\\u0000b",
                "a\\nb"
            })
    void theRestIsRefused(String text) {
        assertThatThrownBy(() -> read(text.replace("\\u0000", "\0").replace("\\n", "\n")))
                .hasMessage("400 bad argument: image");
    }

    @Test
    void onlyBase64OfTextIsRead() {
        for (var wrong : List.of("a", "%", "a b", "_w", "x".repeat(2800))) {
            assertThatThrownBy(() -> InputReference.read(new Parameter("image", wrong)))
                    .hasMessage("400 bad argument: image");
        }
    }

    @Test
    void theNameIsTheSameWhateverTheAlphabetAndPadding() {
        var bytes = "a??>>~~b".getBytes(StandardCharsets.UTF_8);
        var standard = Base64.getEncoder().encodeToString(bytes);

        assertThat(standard).contains("/", "=");
        assertThat(InputReference.name(standard))
                .isEqualTo(InputReference.name(Base64.getUrlEncoder().encodeToString(bytes)))
                .isEqualTo(Base64Values.encode(bytes));
    }

    @Test
    void aCallTellsWhatItsParametersReferTo() {
        var a = Base64Values.encode("a");
        var b = Base64Values.encode("kodo://demo/b");
        var c = Base64Values.encode("c");
        var call =
                call(
                        "watermark/3/image/%s/text/%s/imageKey/%s/image/%s|plain/image/x|animate/key/%s/image"
                                .formatted(a + "%3D%3D", c, b, a, c));

        assertThat(call.inputs())
                .containsExactly(
                        Map.entry(a, new InputReference.SameBucket("a")),
                        Map.entry(b, new InputReference.InBucket("demo", "b")),
                        Map.entry(c, new InputReference.SameBucket("c")));
        assertThat(call("plain/image/x|watermark/1/dissolve/50/image").inputs()).isEmpty();
        assertThatThrownBy(() -> call("watermark/1/imageKey/%25").inputs())
                .hasMessage("400 bad argument: imageKey");
    }

    @Test
    void aPipelineHasSoManyAtMost() {
        assertThat(InputReference.of(List.of(call(marks(10)), call(marks(20))))).hasSize(20);
        assertThatThrownBy(() -> InputReference.of(List.of(call(marks(21)))))
                .hasMessage("400 over 20 inputs");
        var long2000 = "x".repeat(2000);
        var longOnes =
                IntStream.range(0, 8)
                        .mapToObj(i -> "image/" + Base64Values.encode(i + long2000))
                        .collect(Collectors.joining("/", "watermark/", ""));
        assertThatThrownBy(() -> InputReference.of(List.of(call(longOnes))))
                .hasMessage("400 inputs over 16384 characters");
    }

    @Test
    void anOfferWithoutInputsRefersToNothing() {
        var offer = Offer.of("x", Version.parse("1.0.0"), Map.of("ops", "watermark"));
        var stage = new Stage("watermark", List.of("image", "%"));
        var call = new Call(offer, Query.named("x"), List.of(stage));

        assertThat(offer.inputs()).isEmpty();
        assertThat(InputReference.of(List.of(call))).isEmpty();
    }

    private static String marks(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "image/" + Base64Values.encode("mark" + i))
                .collect(Collectors.joining("/", "watermark/3/", ""));
    }

    private static Call call(String pipeline) {
        var offer = Offer.of("image", Version.parse("1.0.0"), METADATA);
        return new Call(offer, Query.named("image"), Pipeline.decode(pipeline).stages());
    }

    private static InputReference read(String text) {
        return InputReference.read(new Parameter("image", Base64Values.encode(text)));
    }
}
