package dev.lumiere.api.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How fast a body is read, by a clock that only waiting moves. */
class PacedBodyTest {
    private static final long BITS = 819_200;
    private static final int BYTES = (int) (BITS / 8);

    private long now = -5; // such a clock may begin anywhere

    private PacedBody paced(InputStream body) {
        var paced = new PacedBody(body, () -> now, time -> now += time.toNanos());
        paced.limit(BITS);
        return paced;
    }

    private Duration since(long start) {
        return Duration.ofNanos(now - start);
    }

    @Test
    void tenTimesWhatMayComeInASecondTakesTenSeconds() throws IOException {
        var content = new byte[10 * BYTES];
        content[content.length - 1] = 7;
        var start = now;

        assertThat(paced(new ByteArrayInputStream(content)).readAllBytes()).isEqualTo(content);

        assertThat(since(start)).isBetween(Duration.ofMillis(9_800), Duration.ofMillis(10_100));
    }

    @Test
    void whoWasSlowDoesNotComeFasterAfterwards() throws IOException {
        var body = paced(new ByteArrayInputStream(new byte[2 * BYTES]));
        body.skipNBytes(BYTES);
        now += Duration.ofHours(1).toNanos();
        var start = now;

        body.skipNBytes(BYTES);

        assertThat(since(start)).isBetween(Duration.ofMillis(800), Duration.ofMillis(1_100));
    }

    @Test
    void withoutALimitNobodyWaits() throws IOException {
        var body = paced(new ByteArrayInputStream(new byte[100 * BYTES]));
        body.limit(0);
        var start = now;

        assertThat(body.readAllBytes()).hasSize(100 * BYTES);

        assertThat(since(start)).isZero();
    }

    @Test
    void aThreadThatIsInterruptedReadsNoMore() throws IOException {
        var body =
                new PacedBody(
                        new ByteArrayInputStream(new byte[BYTES]),
                        () -> now,
                        _ -> {
                            throw new InterruptedException();
                        });
        body.limit(BITS);

        assertThatThrownBy(body::readAllBytes).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
