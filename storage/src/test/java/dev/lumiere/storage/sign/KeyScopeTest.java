package dev.lumiere.storage.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyScopeTest {
    private static KeyScope scope(String acts, String... places) {
        return KeyScope.parse(List.of(acts.split(",")), List.of(places));
    }

    @Test
    void withoutAWordEverythingIsAllowed() {
        var scope = KeyScope.parse(List.of(), List.of());

        assertThat(scope.allowsAll()).isTrue();
        for (var act : Act.values()) {
            assertThat(scope.allows(act, "photos", "")).isTrue();
        }
    }

    @Test
    void onlyWhatIsNamedIsAllowed() {
        var scope = scope("read,write", "photos", "albums:2026/");

        assertThat(scope.allowsAll()).isFalse();
        assertThat(scope.allows(Act.READ, "photos", "")).isTrue();
        assertThat(scope.allows(Act.WRITE, "photos", "any/key")).isTrue();
        assertThat(scope.allows(Act.DELETE, "photos", "any/key")).isFalse();
        assertThat(scope.allows(Act.MANAGE, "photos", "")).isFalse();
        assertThat(scope.allows(Act.READ, "photos2", "")).isFalse();
        assertThat(scope.allows(Act.READ, "albums", "2026/a")).isTrue();
        assertThat(scope.allows(Act.READ, "albums", "2026/")).isTrue();
        assertThat(scope.allows(Act.READ, "albums", "2026")).isFalse();
        assertThat(scope.allows(Act.READ, "albums", "2025/a")).isFalse();
        assertThat(scope.allows(Act.READ, "albums", "")).isFalse();
        assertThat(scope.concerns("albums")).isTrue();
        assertThat(scope.concerns("others")).isFalse();
    }

    @Test
    void aPrefixMayHaveColonsAndAnyLetters() {
        var scope = scope("read", "albums:旅:行");

        assertThat(scope.allows(Act.READ, "albums", "旅:行/a.jpg")).isTrue();
        assertThat(scope.allows(Act.READ, "albums", "旅/a.jpg")).isFalse();
    }

    @Test
    void twoScopesNeverHaveOneText() {
        assertThat(scope("read", "aaa:x\n3:bbb").text())
                .isNotEqualTo(scope("read", "aaa:x", "bbb").text());
        assertThat(scope("read", "bbb", "aaa", "aaa")).isEqualTo(scope("read", "aaa", "bbb"));
    }

    @Test
    void anActOfALaterReleaseAllowsNothingHere() {
        var scope = KeyScope.ofEvent(List.of("teleport", "read"), null);

        for (var act : Act.values()) {
            assertThat(scope.allows(act, "aaa", "k")).isEqualTo(act == Act.READ);
        }
        assertThat(scope.words()).as("kept").containsExactly("teleport", "read");
        assertThat(scope.text()).isNotEqualTo(scope("read").text());
        assertThat(scope.allowsAll()).isFalse();
        assertThat(KeyScope.ofEvent(List.of("READ", " read"), null).allows(Act.READ)).isFalse();
        assertThat(KeyScope.ofEvent(List.of("teleport"), null).allows(Act.READ, "aaa", ""))
                .isFalse();
        assertThat(KeyScope.ofEvent(null, null)).isEqualTo(KeyScope.ALL);
    }

    /** Else a secret that is sealed for one would open for the other. */
    @Test
    void noScopeHasTheTextOfAnother() {
        var sealedFor = KeyScope.parse(List.of("read", "write"), List.of("photos"));

        for (var words :
                List.of(
                        List.of("read", "write\n6:photos"),
                        List.of("read,write\n6:photos"),
                        List.of("read", "write", "\n6:photos"))) {
            assertThat(KeyScope.ofEvent(words, null).text()).isNotEqualTo(sealedFor.text());
        }
        assertThat(KeyScope.ofEvent(List.of("read,write"), List.of("photos")).text())
                .isNotEqualTo(sealedFor.text());
        var withNothing = KeyScope.ofEvent(Arrays.asList("read", null, "", "r".repeat(33)), null);
        assertThat(withNothing.words()).containsExactly("read");
    }

    @Test
    void whereAnEventNamesBucketsAndNoActsItIsOfThoseThereWereThen() {
        assertThat(KeyScope.ofEvent(null, List.of("photos")).words())
                .containsExactly("read", "write", "delete", "manage");
        assertThat(KeyScope.ofEvent(null, null)).isEqualTo(KeyScope.ALL);
    }

    @Test
    void itsTextIsAsSecretsAreSealedFor() {
        assertThat(KeyScope.parse(List.of(), List.of("photos", "albums:a")).text())
                .isEqualTo("read,write,delete,manage\n8:albums:a\n6:photos");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Photos", "a", ":prefix", "photos/2026", "../x", "\u0000\u0000"})
    void whatIsNoBucketIsNamed(String place) {
        assertThatThrownBy(() -> scope("read", place))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bucket name is not 3 to 63 of a-z, 0-9 and inner hyphens");
    }

    @Test
    void whatCannotBeIsNamed() {
        assertThatThrownBy(() -> scope("read,fly"))
                .hasMessage("no kind of act: fly (there are [read, write, delete, manage])");
        assertThatThrownBy(() -> scope("READ")).hasMessageStartingWith("no kind of act: READ");
        assertThatThrownBy(() -> scope("read", "albums:" + "x".repeat(751)))
                .hasMessage("a prefix is over 750 bytes: in albums");
        assertThatThrownBy(() -> KeyScope.parse(List.of(), Collections.nCopies(101, "photos")))
                .hasMessage("over 100 buckets");
    }
}
