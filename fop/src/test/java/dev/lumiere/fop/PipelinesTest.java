package dev.lumiere.fop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.service.Problem;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class PipelinesTest {
    private static final Predicate<String> KNOWN =
            Set.of("imageView", "imageView2", "imageMogr2", "imageInfo", "vframe", "水印")::contains;

    @Test
    void noQueryIsTheOriginal() {
        for (var query : new String[] {null, "", "&", "&&"}) {
            assertThat(Pipelines.parse(query, KNOWN)).isEqualTo(new PipelineRequest.Original(null));
        }
    }

    @Test
    void aStageIsAnOperationAndItsArguments() {
        assertThat(stages("imageView/1/w/200/h/200"))
                .containsExactly(stage("imageView", "1", "w", "200", "h", "200"));
        assertThat(stages("imageInfo")).containsExactly(stage("imageInfo"));
    }

    @Test
    void stagesEndAtABarHoweverItIsWritten() {
        var wanted =
                List.of(
                        stage("imageView2", "1", "w", "2"),
                        stage("imageMogr2"),
                        stage("imageInfo"));
        assertThat(stages("imageView2/1/w/2|imageMogr2|imageInfo")).isEqualTo(wanted);
        assertThat(stages("imageView2/1/w/2%7CimageMogr2%7cimageInfo")).isEqualTo(wanted);
    }

    @Test
    void repeatedAndTrailingSlashesAreTolerated() {
        assertThat(stages("vframe/jpg/offset/2/"))
                .containsExactly(stage("vframe", "jpg", "offset", "2"));
        assertThat(stages("/vframe//jpg///offset/2//|/imageInfo/"))
                .containsExactly(stage("vframe", "jpg", "offset", "2"), stage("imageInfo"));
    }

    @Test
    void segmentsAreDecodedAfterTheSplit() {
        assertThat(stages("imageMogr2/thumbnail/%2150x50%3E/x/a%2Fb/y/1+1/z/%40%5E%24%28%257C"))
                .containsExactly(
                        stage(
                                "imageMogr2",
                                "thumbnail",
                                "!50x50>",
                                "x",
                                "a/b",
                                "y",
                                "1+1",
                                "z",
                                "@^$(%7C"));
        assertThat(stages("%E6%B0%B4%E5%8D%B0/text/%F0%9F%98%80"))
                .containsExactly(stage("水印", "text", "😀"));
    }

    @Test
    void aBase64ValueMayBePadded() {
        assertThat(stages("imageMogr2/fill/d2hpdGU=/x/YQ==&e=1"))
                .containsExactly(stage("imageMogr2", "fill", "d2hpdGU=", "x", "YQ=="));
    }

    @Test
    void itemsOfOthersAreDropped() {
        var wanted = List.of(stage("imageInfo"));
        assertThat(stages("imageInfo&e=1451491200&token=ak:x=/y=")).isEqualTo(wanted);
        assertThat(
                        stages(
                                "v=3&_=99&t=5f&sign=abc&response-content-type=a/b&x-qn-meta=1/2"
                                        + "&imageInfo&imageView/9"))
                .isEqualTo(wanted);
        assertThat(Pipelines.parse("e=1&token=a/b/c", KNOWN))
                .isEqualTo(new PipelineRequest.Original(null));
    }

    @Test
    void anItemIsFoundByItsName() {
        assertThat(stages("fallback=a/b.jpg&imageInfo")).containsExactly(stage("imageInfo"));
        assertThat(Pipelines.item("imageInfo&fallback=a%2Fb+c.jpg&fallback=x", "fallback"))
                .isEqualTo("a/b+c.jpg");
        assertThat(Pipelines.item("imageInfo&fallback=", "fallback")).isEmpty();
        for (var query :
                List.of("", "&", "fallback", "nofallback=a", "fallbacks=a", "x&fallback")) {
            assertThat(Pipelines.item(query, "fallback")).isNull();
        }
    }

    @Test
    void attnameMayStandBeforeOrAfter() {
        assertThat(Pipelines.parse("attname=caf%C3%A9+1.jpg", KNOWN))
                .isEqualTo(new PipelineRequest.Original("café+1.jpg"));
        assertThat(Pipelines.parse("imageInfo&attname=", KNOWN))
                .isEqualTo(new PipelineRequest.Operations(Pipeline.of(stage("imageInfo")), ""));
        assertThat(Pipelines.parse("attname=a.jpg&imageInfo", KNOWN))
                .isEqualTo(
                        new PipelineRequest.Operations(Pipeline.of(stage("imageInfo")), "a.jpg"));
    }

    @Test
    void anUnknownWordIsTheOriginalUnlessItHasASlash() {
        for (var query : List.of("nosuch", "utm=1", "100%", "a|b")) {
            assertThat(Pipelines.parse(query, KNOWN)).isEqualTo(new PipelineRequest.Original(null));
        }
        assertThat(problem("nosuch/1/w/200")).isEqualTo("unknown operation: nosuch");
        assertThat(problem("ImageInfo/")).isEqualTo("unknown operation: ImageInfo");
        assertThat(problem("utm=1&nosuch/1")).isEqualTo("unknown operation: nosuch");
        assertThat(problem("imageInfo|nosuch")).isEqualTo("unknown operation: nosuch");
    }

    @Test
    void whatIsMalformedIsSaid() {
        assertThat(problem("imageView/%zz")).isEqualTo("bad percent-encoding: %zz");
        assertThat(problem("imageView/%E6%B0")).isEqualTo("not UTF-8: %E6%B0");
        assertThat(problem("imageView/%")).isEqualTo("bad percent-encoding: %");
        assertThat(problem("imageView/\ud800")).isEqualTo("half a surrogate pair in a segment");
        assertThat(problem("imageInfo||imageInfo")).isEqualTo("a stage is empty");
        assertThat(problem("imageInfo|")).isEqualTo("a stage is empty");
    }

    @Test
    void boundsHold() {
        assertThat(stages("imageInfo" + "|imageInfo".repeat(9))).hasSize(10);
        assertThat(problem("imageInfo" + "|imageInfo".repeat(10))).isEqualTo("over 10 stages");
        assertThat(stages("imageView" + "/1".repeat(255))).hasSize(1);
        assertThat(problem("imageView" + "/1".repeat(256))).isEqualTo("over 256 segments");
        assertThat(
                        Pipelines.parse("imageView/" + "1".repeat(8183), KNOWN)
                                        instanceof
                                        PipelineRequest.Malformed(Problem(var status, _, _))
                                && status == 414)
                .isTrue();
    }

    @Test
    void theDecodedFormIsWhatCustomServicesRead() {
        assertThat(stages("imageMogr2/x/a%2Fb").getFirst().decoded()).isEqualTo("imageMogr2/x/a/b");
    }

    private static Stage stage(String operation, String... arguments) {
        return new Stage(operation, List.of(arguments));
    }

    private static List<Stage> stages(String query) {
        return switch (Pipelines.parse(query, KNOWN)) {
            case PipelineRequest.Operations(var pipeline, _) -> pipeline.stages();
            case PipelineRequest other -> throw new AssertionError(other);
        };
    }

    private static String problem(String query) {
        return switch (Pipelines.parse(query, KNOWN)) {
            case PipelineRequest.Malformed(Problem(var status, var error, _)) when status == 400 ->
                    error;
            case PipelineRequest other -> throw new AssertionError(other);
        };
    }
}
