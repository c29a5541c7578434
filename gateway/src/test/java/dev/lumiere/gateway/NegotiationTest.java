package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.PipelineRequest;
import dev.lumiere.fop.Pipelines;
import dev.lumiere.service.TraceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NegotiationTest {
    private final Negotiation negotiation =
            new Negotiation(new AutoFormat(List.of("avif", "webp")), new ClientHints(1280));

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "imageView2/1/w/100/h/50/dpr/2 imageView2/1/w/200/h/100",
                "imageView2/2/dpr/1.5/h/33 imageView2/2/h/50",
                "imageView2/1/w/100/dpr/4.0/q/7 imageView2/1/w/400/q/7",
                "imageView2/1/w/100/dpr/1 imageView2/1/w/100",
                "imageView2/0/format/webp/dpr/3 imageView2/0/format/webp",
                "imageView2/1/w/5000/h/2500/dpr/3 imageView2/1/w/9999/h/5000",
                "imageView2/1/w/x/dpr/2 imageView2/1/w/x",
                "imageView2/1/w/0/dpr/2 imageView2/1/w/0",
                "imageView2/1/w/auto/h/10/dpr/2 imageView2/1/w/auto/h/20",
                "imageView2/1/w/10/dpr/2/dpr/3 imageView2/1/w/30",
                "imageMogr2/thumbnail/300x/dpr/2 imageMogr2/thumbnail/600x",
                "imageMogr2/auto-orient/thumbnail/!30x20r/strip/dpr/1.5 imageMogr2/auto-orient/thumbnail/%2145x30r/strip",
                "imageMogr2/strip/1/thumbnail/30x20>/dpr/2 imageMogr2/strip/1/thumbnail/60x40%3E",
                "imageMogr2/crop/!30x40a10-5/dpr/2/rotate/45 imageMogr2/crop/%2160x80a20-10/rotate/45",
                "imageMogr2/scrop/30x40/border/1x2/dpr/2 imageMogr2/scrop/60x80/border/2x4",
                "imageMogr2/thumbnail/6000x/dpr/2 imageMogr2/thumbnail/9999x",
                "imageInfo imageInfo",
                "custom/dpr/2 custom/dpr/2",
                "imageView2/1/w/10/dpr imageView2/1/w/10/dpr",
                "imageView2/1/w/10/dpr/auto imageView2/1/w/10/dpr/auto",
            })
    void aRatioMultipliesLengths(String asked, String expected) {
        assertThat(DevicePixels.fixed(pipeline(asked)).canonical()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "imageView2/1/w/10/dpr/0",
                "imageView2/1/w/10/dpr/0.5",
                "imageView2/1/w/10/dpr/4.1",
                "imageView2/1/w/10/dpr/1.25",
                "imageView2/1/w/10/dpr/x",
                "imageView2/1/w/10/dpr/2.",
                "imageMogr2/thumbnail/!50p/dpr/2",
                "imageMogr2/thumbnail/!x50p/dpr/2",
                "imageMogr2/thumbnail/350000@/dpr/2",
            })
    void whatCannotBeMultipliedIsRefused(String asked) {
        assertThatThrownBy(() -> DevicePixels.fixed(pipeline(asked)))
                .hasMessage("400 bad argument: dpr");
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-CH-DPR: 1, 100",
        "Sec-CH-DPR: 0.75, 100",
        "Sec-CH-DPR: 1.2, 150",
        "Sec-CH-DPR: 2.0, 200",
        "Sec-CH-DPR: 2.625, 300",
        "Sec-CH-DPR: 99999, 300",
        "DPR: 2, 200",
        "Sec-CH-DPR: -2, 100",
        "Sec-CH-DPR: NaN, 100",
        "Sec-CH-DPR: 1e9, 100",
        "Accept: */*, 100"
    })
    void anAutomaticRatioIsOneOfFour(String header, int width) {
        assertThat(decided("imageView2/2/w/100/dpr/auto", header))
                .isEqualTo("imageView2/2/w/" + width);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-CH-Width: 1, 160",
        "Sec-CH-Width: 320, 320",
        "Sec-CH-Width: 321, 480",
        "Width: 1601, 1920",
        "Sec-CH-Width: 99999, 3840",
        "Sec-CH-Width: 0, 1280",
        "Sec-CH-Width: 999999999999999999999, 1280",
        "Sec-CH-Viewport-Width: 390, 480",
        "Accept: */*, 1280"
    })
    void anAutomaticWidthIsOneOfSixteen(String header, int width) {
        assertThat(decided("imageView2/2/w/auto", header)).isEqualTo("imageView2/2/w/" + width);
    }

    @Test
    void anAutomaticWidthIsOneOfDevicePixels() {
        assertThat(decided("imageView2/1/w/auto/h/100/dpr/auto", "Sec-CH-Width: 800", "DPR: 2"))
                .isEqualTo("imageView2/1/w/800/h/200");
        assertThat(decided("imageView2/2/w/auto", "Sec-CH-Viewport-Width: 390", "DPR: 3"))
                .isEqualTo("imageView2/2/w/1280");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"imageView2/2/w/9", "imageMogr2/strip", "watermark/2/text/YQ", "custom"})
    void everyOperationsFormatIsDecided(String operation) {
        var accept = "Accept: image/jxl,image/avif";

        assertThat(decided(operation + "/format/auto", accept))
                .isEqualTo(operation + "/format/avif");
        assertThat(decided(operation + "/format/auto", "Accept: image/jxl")).isEqualTo(operation);
        assertThat(decided(operation + "/format/auto/format/auto", accept))
                .isEqualTo(operation + "/format/avif/format/avif");
    }

    @Test
    void theHeadersLookedAtAreNamed() {
        assertThat(Negotiation.headersOf(pipeline("imageView2/1/w/2/format/jpg|imageInfo")))
                .isEmpty();
        assertThat(Negotiation.headersOf(pipeline("imageInfo|watermark/2/format/auto")))
                .containsExactly("Accept");
        assertThat(Negotiation.headersOf(pipeline("imageMogr2/thumbnail/3x/dpr/auto")))
                .containsExactly("Sec-CH-DPR", "DPR");
        assertThat(
                        Negotiation.headersOf(
                                pipeline("imageView2/1/w/auto/format/auto|imageView2/0/dpr/auto")))
                .containsExactly(
                        "Accept",
                        "Sec-CH-Width",
                        "Width",
                        "Sec-CH-Viewport-Width",
                        "Viewport-Width",
                        "Sec-CH-DPR",
                        "DPR");
        assertThat(Negotiation.headersOf(pipeline("custom/w/auto"))).isEmpty();
    }

    @Test
    void somethingElseIsGivenSoonerOnlyWhereTheSlowFormatWasOurChoice() {
        var accept = "Accept: image/avif,image/webp";

        assertThat(decision("imageView2/2/w/auto/format/auto", accept, "Width: 300").sooner())
                .isEqualTo(pipeline("imageView2/2/w/320/format/webp"));
        assertThat(decision("imageView2/2/w/9/format/auto", "Accept: image/webp").sooner())
                .isNull();
        assertThat(decision("imageView2/2/w/auto/format/avif", accept).sooner()).isNull();
        for (var last : List.of("imageInfo", "roundPic/radius/9", "imageMogr2/format/avif")) {
            assertThat(decision("imageView2/2/w/9/format/auto|" + last, accept).sooner()).isNull();
        }
    }

    private String decided(String pipeline, String... headers) {
        return decision(pipeline, headers).best().canonical();
    }

    private Negotiation.Decision decision(String pipeline, String... headers) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        for (var header : headers) {
            var colon = header.indexOf(':');
            request.headers().add(header.substring(0, colon), header.substring(colon + 2));
        }
        var asked =
                new QuickExchange(
                        request,
                        null,
                        TraceContext.continued(null, new Random(1)),
                        new RequestMeter(new SimpleMeterRegistry()));
        return negotiation.decide(pipeline(pipeline), asked, "image/jpeg");
    }

    private static Pipeline pipeline(String text) {
        return switch (Pipelines.parse(text, _ -> true)) {
            case PipelineRequest.Operations(var pipeline, _) -> pipeline;
            case PipelineRequest other -> throw new AssertionError(other);
        };
    }
}
