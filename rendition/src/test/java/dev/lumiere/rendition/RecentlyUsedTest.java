package dev.lumiere.rendition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentlyUsedTest {
    private final List<String> removed = new ArrayList<>();
    private final RecentlyUsed<Integer, String> kept =
            new RecentlyUsed<>(10, String::length, removed::add);

    @Test
    void whatIsNewIsKeptHoweverOftenTheRestWasUsed() {
        kept.put(1, "aaaaa");
        kept.put(2, "bbbbb");
        for (var i = 0; i < 100; i++) {
            assertThat(get(2)).isEqualTo("bbbbb");
            assertThat(get(1)).isEqualTo("aaaaa");
        }
        kept.put(3, "ccccc");

        assertThat(get(3)).isEqualTo("ccccc");
        assertThat(get(1)).isEqualTo("aaaaa");
        assertThat(get(2)).isNull();
        assertThat(removed).containsExactly("bbbbb");
        assertThat(kept.evicted()).isEqualTo(1);
        assertThat(kept.bytes()).isEqualTo(10);
    }

    @Test
    void oneThatIsReplacedIsRemovedAndNotCounted() {
        kept.put(1, "aaaaa");
        kept.put(1, "bb");

        assertThat(get(1)).isEqualTo("bb");
        assertThat(removed).containsExactly("aaaaa");
        assertThat(kept.bytes()).isEqualTo(2);
        assertThat(kept.evicted()).isZero();
    }

    @Test
    void oneThatIsTooLargeIsNotKept() {
        kept.put(1, "aa");
        kept.put(2, "bbbbbbbbbbb");

        assertThat(get(2)).isNull();
        assertThat(get(1)).isEqualTo("aa");
        assertThat(kept.bytes()).isEqualTo(2);
        assertThat(removed).containsExactly("bbbbbbbbbbb");
    }

    @Test
    void allAreRemovedAtTheEnd() {
        kept.put(1, "aa");
        kept.put(2, "bb");
        kept.clear();

        assertThat(removed).containsExactlyInAnyOrder("aa", "bb");
        assertThat(kept.bytes()).isZero();
        assertThat(get(1)).isNull();
    }

    private @Nullable String get(int key) {
        return kept.use(key, Function.identity());
    }
}
