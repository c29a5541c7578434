package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorsTest {
    private final Validators validators =
            new Validators("\"Fabc\"", Instant.parse("2026-01-02T03:04:05.678Z"));

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"Fabc\"; true",
                "W/\"Fabc\"; true",
                "\"x\", \"Fabc\"; true",
                "\"x\",\"Fabc\",\"y\"; true",
                "*; true",
                "\"Fab\"; false",
                "\"xFabc\"; false",
                "Fabc; false"
            })
    void ifNoneMatchComparesWeakly(String header, boolean notModified) {
        assertThat(validators.notModified(headers("If-None-Match", header))).isEqualTo(notModified);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Fri, 02 Jan 2026 03:04:05 GMT; true",
                "Fri, 02 Jan 2026 03:04:04 GMT; false",
                "Sat, 03 Jan 2026 03:04:05 GMT; true",
                "yesterday; false"
            })
    void ifModifiedSinceComparesWholeSeconds(String header, boolean notModified) {
        assertThat(validators.notModified(headers("If-Modified-Since", header)))
                .isEqualTo(notModified);
    }

    @Test
    void ifNoneMatchGoesBeforeIfModifiedSince() {
        var headers =
                headers("If-None-Match", "\"other\"")
                        .add("If-Modified-Since", "Sat, 03 Jan 2026 03:04:05 GMT");

        assertThat(validators.notModified(headers)).isFalse();
    }

    @Test
    void aRangeHoldsOnlyForTheSameBytes() {
        assertThat(validators.rangeHolds(MultiMap.caseInsensitiveMultiMap())).isTrue();
        assertThat(validators.rangeHolds(headers("If-Range", "\"Fabc\""))).isTrue();
        assertThat(validators.rangeHolds(headers("If-Range", "\"old\""))).isFalse();
        assertThat(validators.rangeHolds(headers("If-Range", "Fri, 02 Jan 2026 03:04:05 GMT")))
                .isTrue();
        assertThat(validators.rangeHolds(headers("If-Range", "Fri, 02 Jan 2026 03:04:06 GMT")))
                .isFalse();
    }

    @Test
    void datesAreWrittenAsHttpWantsThem() {
        assertThat(Validators.httpDate(Instant.parse("2026-01-02T03:04:05Z")))
                .isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
    }

    private static MultiMap headers(String name, String value) {
        return MultiMap.caseInsensitiveMultiMap().add(name, value);
    }
}
