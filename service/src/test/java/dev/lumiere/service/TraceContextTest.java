package dev.lumiere.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String SENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private final RandomGenerator random = new Random(1);

    @Test
    void continuesATraceInASpanOfItsOwn() {
        var trace = TraceContext.continued(SENT, random);

        assertThat(trace.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(trace.sampled()).isTrue();
        assertThat(trace.traceparent())
                .startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
                .endsWith("-01")
                .doesNotContain("00f067aa0ba902b7")
                .hasSize(55);
        assertThat(TraceContext.continued(SENT.replace("-01", "-00"), random).sampled()).isFalse();
    }

    @Test
    void takesWhatALaterVersionAdds() {
        var later = "cc" + SENT.substring(2) + "-more";

        assertThat(TraceContext.continued(later, random).traceId())
                .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
            })
    void beginsANewTraceWhereTheHeaderIsMalformed(String header) {
        var trace = TraceContext.continued(header, random);

        assertThat(trace.traceId()).hasSize(32).doesNotStartWith("4bf92f35");
        assertThat(trace.sampled()).isTrue();
    }

    @Test
    void aChildIsInTheSameTrace() {
        var trace = TraceContext.root(random);
        var child = trace.child(random);

        assertThat(child.traceId()).isEqualTo(trace.traceId());
        assertThat(child.spanId()).isNotEqualTo(trace.spanId());
    }
}
