package dev.lumiere.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final Duration NEVER = Duration.ofDays(1);

    @Test
    void endsWhatDoesNotCome() throws Exception {
        try (var deadlines = new Deadlines(Duration.ofMillis(1))) {
            var outcomes =
                    IntStream.range(0, 100).mapToObj(_ -> new CompletableFuture<String>()).toList();
            outcomes.forEach(each -> deadlines.end(each, Duration.ofMillis(5), "late"));
            for (var outcome : outcomes) {
                assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo("late");
            }
            var another = new CompletableFuture<String>(); // when it has nothing to do any more
            deadlines.end(another, Duration.ZERO, "late");
            assertThat(another.get(30, TimeUnit.SECONDS)).isEqualTo("late");
        }
    }

    @Test
    void leavesAloneWhatCameOrHasTime() throws Exception {
        try (var deadlines = new Deadlines(Duration.ofMillis(1))) {
            var came = new CompletableFuture<String>();
            var hasTime = new CompletableFuture<String>();
            var late = new CompletableFuture<String>();
            deadlines.end(came, Duration.ofDays(1), "late");
            came.complete("in time");
            deadlines.end(hasTime, NEVER, "late");
            deadlines.end(late, Duration.ZERO, "late");
            late.get(30, TimeUnit.SECONDS);
            assertThat(came).isCompletedWithValue("in time");
            assertThat(hasTime).isNotDone();
            hasTime.complete("in time");
        }
    }

    /** Else its caller would wait for ever. */
    @Test
    void endsWhatWaitsAlsoWhenItIsClosed() throws Exception {
        var deadlines = new Deadlines(Duration.ofMillis(1));
        var outcome = new CompletableFuture<String>();
        deadlines.end(outcome, Duration.ofMillis(20), "late");
        deadlines.close();
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo("late");
    }
}
