package dev.lumiere.storage.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefererRuleTest {
    @ParameterizedTest
    @CsvSource({
        "http://example.com/a, true",
        "https://EXAMPLE.com:8443/a|b, true",
        "example.com, true",
        "http://example.com, true",
        "http://www.example.com/, false",
        "http://img.example.org/, true",
        "http://a.b.example.org?x, true",
        "http://example.org/, false",
        "http://badexample.org/, false",
        "http://example.com.evil.net/, false",
        "http://evil.net/example.com, false",
        "http://example.com@evil.net/, false",
        "http://evil.net\\example.com, false",
        "http://, false",
        "about:blank, false",
        "http://exa\u0000mple.com/, false",
    })
    void whoMatchesIsLetInOrKeptOut(String referer, boolean matches) {
        var patterns = List.of("example.com", "*.Example.org");

        var allow = new RefererRule(RefererRule.Mode.ALLOW, patterns, false);
        var deny = new RefererRule(RefererRule.Mode.DENY, patterns, false);

        assertThat(allow.allows(referer)).isEqualTo(matches);
        assertThat(deny.allows(referer)).isEqualTo(!matches);
    }

    @ParameterizedTest
    @CsvSource({",", "''", "' '"})
    void whoDoesNotSayIsAQuestionOfItsOwn(@Nullable String referer) {
        for (var allows : List.of(true, false)) {
            var rule = new RefererRule(RefererRule.Mode.ALLOW, List.of("*"), allows);
            assertThat(rule.allows(referer)).isEqualTo(allows);
        }
    }

    @Test
    void offLetsEverybodyIn() {
        assertThat(RefererRule.OFF.allows(null)).isTrue();
        assertThat(RefererRule.OFF.allows("http://evil.net")).isTrue();
    }
}
