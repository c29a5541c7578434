package dev.lumiere.storage.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorsRuleTest {
    private static CorsRule of(String origin, String method, String... headers) {
        return new CorsRule(List.of(origin), List.of(method), List.of(headers), List.of(), 0);
    }

    @ParameterizedTest
    @CsvSource({
        "*, http://a.com, true",
        "http://a.com, http://a.com, true",
        "http://a.com, https://a.com, false",
        "http://a.com, http://a.com:8080, false",
        "a.com, http://a.com, false",
        "http://A.com, http://a.com, false",
        "http://*.a.com, http://b.a.com, true",
        "http://*.a.com, http://.a.com, true",
        "http://*.a.com, http://a.com, false",
        "http://*.a.com, http://evil.com/.a.com, true",
        "http://*.a.*.com, http://b.a.c.com, false",
        "http://*.a.*.com, http://b.a.*.com, true",
        "http://a*a, http://a, false",
        "*, null, true",
    })
    void anOriginIsThatOrWhatFitsTheFirstStar(String pattern, String origin, boolean fits) {
        assertThat(CorsRule.of(origin, "GET", null, List.of(of(pattern, "GET"))) != null)
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, , true",
        "get, '', true",
        "PUT, , false",
        "GET, 'X-One', true",
        "GET, 'x-one,X-TWO ,', true",
        "GET, 'x-one, x-three', false",
        "GET, '*', false",
    })
    void aPreflightNamesMethodAndHeaders(String method, @Nullable String headers, boolean fits) {
        var rules = List.of(of("*", "get", "x-One", "X-two"));

        assertThat(CorsRule.of("http://a.com", method, headers, rules) != null).isEqualTo(fits);
    }

    @Test
    void theFirstThatFitsCounts() {
        var rules = List.of(of("http://b.com", "GET"), of("*", "PUT", "*"), of("*", "GET"));

        assertThat(CorsRule.of("http://a.com", "GET", null, rules)).isSameAs(rules.get(2));
        assertThat(CorsRule.of("http://a.com", "PUT", "any", rules)).isSameAs(rules.get(1));
    }

    @Test
    void hasAnOriginAndAMethod() {
        var none = List.<String>of();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CorsRule(none, List.of("GET"), none, none, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CorsRule(List.of("*"), none, none, none, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> of("*", "*"));
        assertThatIllegalArgumentException().isThrownBy(() -> of("http://ä.com", "GET"));
        assertThatIllegalArgumentException().isThrownBy(() -> of("*", "GET", "a".repeat(257)));
    }
}
