package dev.lumiere.storage.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.lumiere.service.Settings;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BucketRulesTest {
    private static final Set<String> BUCKETS = Set.of("demo", "other");
    private static final Map<String, BucketRules> SAMPLE =
            Map.of("demo", BucketRules.of(Map.of("thumb", "imageView2/1/w/9"), "!"));

    @Test
    void everyBucketHasItsOwn() {
        var settings =
                settings(
                        Map.of(
                                "storage.styles",
                                "demo:thumb=imageView2/1/w/200|imageMogr2/strip; demo:pad=w/eA==\n"
                                        + "other:thumb=imageInfo;",
                                "storage.separators",
                                "demo:-!",
                                "storage.fallbacks",
                                "other:none/é.jpg",
                                "storage.protected",
                                "other"));
        var rules = BucketRules.from(settings, BUCKETS, SAMPLE);

        assertThatNoException().isThrownBy(settings::check);
        assertThat(rules)
                .containsOnly(
                        Map.entry(
                                "demo",
                                BucketRules.of(
                                        Map.of(
                                                "thumb",
                                                "imageView2/1/w/200|imageMogr2/strip",
                                                "pad",
                                                "w/eA=="),
                                        "-!")),
                        Map.entry(
                                "other",
                                new BucketRules(
                                        Map.of("thumb", "imageInfo"),
                                        "-",
                                        true,
                                        "none/é.jpg",
                                        false)));
    }

    @Test
    void withoutAnyThereAreThoseGivenInCode() {
        assertThat(BucketRules.from(settings(Map.of()), BUCKETS, SAMPLE)).isEqualTo(SAMPLE);
        assertThat(
                        BucketRules.from(
                                settings(Map.of("storage.protected", "other")), BUCKETS, SAMPLE))
                .containsOnlyKeys("other");
    }

    @Test
    void allFaultsAreReportedTogether() {
        var settings =
                settings(
                        Map.of(
                                "storage.styles",
                                "demo;demo:thumb;gone:a=b;demo:a b=c;demo:x=y;demo:x=z",
                                "storage.separators",
                                "demo:@;demo:",
                                "storage.fallbacks",
                                "demo:../x",
                                "storage.protected",
                                "demo:yes"));
        BucketRules.from(settings, BUCKETS, SAMPLE);

        assertThatIllegalArgumentException()
                .isThrownBy(settings::check)
                .withMessageContaining("storage.styles is not bucket:name=pipeline: demo\n")
                .withMessageContaining("storage.styles is not bucket:name=pipeline: demo:thumb")
                .withMessageContaining("storage.styles names no bucket: gone")
                .withMessageContaining("of bucket demo: style name is not 1 to 64")
                .withMessageContaining("of bucket demo: style named twice: x")
                .withMessageContaining("of bucket demo: separators are not some of -_!/~$ : @")
                .withMessageContaining("of bucket demo: separators are not some of -_!/~$ : \n")
                .withMessageContaining("of bucket demo: fallback can be no key: ../x")
                .withMessageContaining("storage.protected is not bucket: demo:yes");
    }

    private static Settings settings(Map<String, String> flags) {
        return new Settings(flags, Map.of(), Map.of());
    }
}
