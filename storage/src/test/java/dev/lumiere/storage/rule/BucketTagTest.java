package dev.lumiere.storage.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketTagTest {
    private static BucketSettings tagged(List<BucketTag> tags) {
        return BucketSettings.NONE.withTags(tags);
    }

    @Test
    void tagsAreOfPlainCharacters() {
        var tag = new BucketTag("Az09 +-=._:/@".repeat(4), "Az09 +-=._:/@".repeat(9));

        assertThat(tagged(List.of(tag)).tags()).containsExactly(tag);
        assertThat(tagged(List.of(tag)).with(Quota.NONE).tags()).containsExactly(tag);
        assertThat(tagged(List.of(tag)).withTags(List.of())).isEqualTo(BucketSettings.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "标签", "a,b", "a\n", "é", "\"", "a;b"})
    void whatIsNoneIsNamed(String text) {
        assertThatThrownBy(() -> new BucketTag(text, "v"))
                .hasMessageContaining("tag key is not 1 to 64");
        assertThatThrownBy(() -> new BucketTag("k", text))
                .hasMessageContaining("tag value is not 1 to 128");
    }

    @Test
    void thereAreFewAndShortOnesOfDifferentKeys() {
        assertThatThrownBy(() -> new BucketTag("k".repeat(65), "v")).hasMessageContaining("64");
        assertThatThrownBy(() -> new BucketTag("k", "v".repeat(129))).hasMessageContaining("128");
        assertThatThrownBy(() -> new BucketTag("kodo-own", "v")).hasMessageContaining("kodo-own");
        var twice = List.of(new BucketTag("k", "v"), new BucketTag("k", "w"));
        assertThatThrownBy(() -> tagged(twice)).hasMessage("tag contain duplicate key: k");
        var many = IntStream.range(0, 11).mapToObj(i -> new BucketTag("k" + i, "v")).toList();
        assertThat(tagged(many.subList(0, 10)).tags()).hasSize(10);
        assertThatThrownBy(() -> tagged(many)).hasMessage("tag num exceed limit: over 10");
    }
}
