package dev.lumiere.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SpansTest {
    private Instant now = Instant.EPOCH;
    private final Spans spans = new Spans(() -> now);

    @Test
    void tellsHowLongEachStepTook() {
        try (var _ = spans.start("decode")) {
            now = now.plusNanos(31_200_000);
        }
        try (var _ = spans.start("encode")) {
            now = now.plusMillis(2);
        }

        assertThat(spans.serverTiming()).isEqualTo("decode;dur=31.200, encode;dur=2.000");
    }

    @Test
    void whatAnotherToldIsLaidEndToEnd() {
        var end = Instant.EPOCH.plusSeconds(1);

        assertThat(Spans.parse("decode;dur=31.2, encode;desc=\"x\";dur=2", end))
                .containsExactly(
                        new Span(
                                "decode", end.minusNanos(33_200_000), Duration.ofNanos(31_200_000)),
                        new Span("encode", end.minusMillis(2), Duration.ofMillis(2)));
    }

    @Test
    void whatIsMalformedIsLeftOut() {
        assertThat(Spans.parse(null, now)).isEmpty();
        assertThat(Spans.parse("", now)).isEmpty();
        assertThat(Spans.parse("a;dur=x, ;dur=1, b, c;dur=-1, ,,d;dur=1e9999", now))
                .extracting(Span::name)
                .containsOnly("d");
    }

    @Test
    void keepsNoMoreThanItsBound() {
        for (var i = 0; i < 1000; i++) {
            spans.add(new Span("s" + i, now, Duration.ZERO));
        }

        assertThat(spans.list()).hasSize(64);
        assertThat(Spans.parse("a;dur=1,".repeat(1000), now)).hasSize(64);
    }
}
