package dev.lumiere.storage.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViaTest {
    private static final Pseudonyms OURS = pseudonyms(1);
    private static final String SITE = OURS.of("site");
    private static final String OTHER = OURS.of("other");

    private static Pseudonyms pseudonyms(int seed) {
        var key = new byte[32];
        key[0] = (byte) seed;
        return new Pseudonyms(new SecretKeySpec(key, "HmacSHA256"));
    }

    @Test
    void aMirrorKnowsItselfAmongOthersOnWhateverNode() {
        var via = Via.of(List.of("1.0 squid (a, b), HTTP/1.1 " + SITE, "1.1 " + OTHER + " (x)"));

        assertThat(via.mirrors()).containsExactly(SITE, OTHER);
        assertThat(via.isLoop(pseudonyms(1).of("site"))).isTrue();
        assertThat(via.isLoop(OURS.of("site2"))).isFalse();
        assertThat(via.isLoop(pseudonyms(2).of("site"))).isFalse();
        assertThat(Via.of(List.of(via.through(OURS.of("third")))).mirrors())
                .containsExactly(SITE, OTHER, OURS.of("third"));
    }

    @Test
    void nobodyReadsTheBucketOfIt() {
        assertThat(SITE).matches(Pseudonyms.PATTERN).doesNotContain("site");
        assertThat(pseudonyms(2).of("site")).isNotEqualTo(SITE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",,,",
                "1.1 squid, 1.1 vegur",
                "1.1 lumiere-",
                "1.1 lumiere-0123456789ABCDEF0123456789ABCDEF",
                "1.1 lumiere-0123456789abcdef0123456789abcdef0",
                "1.1 xlumiere-0123456789abcdef0123456789abcdef",
                "1.1 lumiere-0123456789abcdef0123456789abcdef.example",
            })
    void whatIsNoMirrorCountsForNothing(String header) {
        assertThat(Via.of(List.of(header))).isSameAs(Via.NONE);
    }

    @Test
    void soManyMirrorsMayBeBehindOneAnother() {
        var passed = new ArrayList<String>();
        for (var i = 1; i < Via.MAX_MIRRORS; i++) {
            passed.add("1.1 " + OURS.of("mirror" + i));
        }
        assertThat(Via.of(passed).isLoop(SITE)).isFalse();

        passed.add("1.1 " + OTHER);
        assertThat(Via.of(passed).isLoop(SITE)).isTrue();
        for (var i = 0; i < 1000; i++) {
            passed.add("1.1 " + SITE);
        }
        assertThat(Via.of(passed).mirrors()).hasSize(Via.MAX_MIRRORS + 1);
    }
}
