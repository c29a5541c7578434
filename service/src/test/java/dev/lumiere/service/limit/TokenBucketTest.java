package dev.lumiere.service.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000;
    private static final Rate RATE = new Rate(4, 10);

    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - SECOND, Long.MIN_VALUE})
    void aBurstAndThenNoMoreThanTheRate(long start) {
        var bucket = new TokenBucket(RATE, start);
        for (var i = 0; i < 10; i++) {
            assertThat(bucket.take(start)).isZero();
        }

        assertThat(bucket.take(start)).isEqualTo(SECOND / 4);
        assertThat(bucket.take(start + SECOND / 4 - 1)).isEqualTo(1);
        assertThat(bucket.take(start + SECOND / 4)).isZero();
        assertThat(bucket.take(start + SECOND / 4)).isEqualTo(SECOND / 4);
    }

    @Test
    void whoPausesForLongSavesUpOneBurst() {
        var bucket = new TokenBucket(RATE, 0);
        var later = 1_000_000 * SECOND;
        for (var i = 0; i < 10; i++) {
            assertThat(bucket.take(later)).isZero();
        }

        assertThat(bucket.take(later)).isPositive();
    }

    @Test
    void whoIsRefusedLosesNothing() {
        var bucket = new TokenBucket(new Rate(1, 1), 0);
        assertThat(bucket.take(0)).isZero();
        for (var i = 0; i < 100; i++) {
            assertThat(bucket.take(SECOND / 2)).isEqualTo(SECOND / 2);
        }

        assertThat(bucket.take(SECOND)).isZero();
    }

    @Test
    void manyThreadsTakeNoMoreThanThereIs() {
        var bucket = new TokenBucket(new Rate(1000, 20_000), 0);
        var taken = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var t = 0; t < 4; t++) {
                threads.execute(() -> {
                    for (var i = 0; i < 10_000; i++) {
                        if (bucket.take(0) == 0) {
                            taken.incrementAndGet();
                        }
                    }
                });
            }
        }

        assertThat(taken).hasValue(20_000);
    }

    @Test
    void ratesAreBounded() {
        assertThat(Rate.of(Rate.MAX_PER_SECOND).burst()).isEqualTo(10 * Rate.MAX_PER_SECOND);
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.of(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.of(Rate.MAX_PER_SECOND + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rate(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rate(1, 120));
    }
}
