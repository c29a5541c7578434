package dev.lumiere.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.gateway.ByteRange.Part;
import dev.lumiere.gateway.ByteRange.Unsatisfiable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-, 0, 99",
        "bytes=10-19, 10, 19",
        "bytes=90-1000, 90, 99",
        "bytes=-10, 90, 99",
        "bytes=-1000, 0, 99",
        "bytes=99-99999999999999999999999, 99, 99"
    })
    void aRangeInsideTheBodyIsThatPart(String header, long first, long last) {
        assertThat(ByteRange.of(header, 100)).isEqualTo(new Part(first, last));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
    void aRangeBehindTheBodyIsUnsatisfiable(String header) {
        assertThat(ByteRange.of(header, 100)).isEqualTo(new Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes=5-2",
                "bytes=0-1,5-6",
                "x=0-1",
                "bytes=1",
                "bytes=--1"
            })
    void whatIsNoSingleRangeMeansTheWholeBody(String header) {
        assertThat(ByteRange.of(header, 100)).isEqualTo(ByteRange.WHOLE);
    }

    @Test
    void noHeaderMeansTheWholeBody() {
        assertThat(ByteRange.of(null, 100)).isEqualTo(ByteRange.WHOLE);
    }
}
