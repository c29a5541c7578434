package dev.lumiere.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadlinesTest {
    private static final AppendOutcome IN_TIME = new AppendOutcome.Appended(List.of(), false);

    @Test
    void endsWhatDoesNotCome() throws Exception {
        try (var deadlines = new Deadlines(Duration.ofMillis(1))) {
            var atMost = Duration.ofMillis(5);
            var outcomes = IntStream.range(0, 100).mapToObj(_ -> outcome()).toList();
            outcomes.forEach(each -> deadlines.add(each, atMost));
            for (var outcome : outcomes) {
                assertThat(ended(outcome))
                        .isEqualTo(new AppendOutcome.Unknown("not known after PT0.005S"));
            }
            var another = outcome(); // when it has nothing to do any more
            deadlines.add(another, Duration.ZERO);
            assertThat(ended(another)).isInstanceOf(AppendOutcome.Unknown.class);
        }
    }

    @Test
    void leavesAloneWhatCameOrHasTime() throws Exception {
        try (var deadlines = new Deadlines(Duration.ofMillis(1))) {
            var came = outcome();
            var hasTime = outcome();
            var late = outcome();
            deadlines.add(came, Duration.ZERO);
            came.complete(IN_TIME);
            deadlines.add(hasTime, Duration.ofDays(1));
            deadlines.add(late, Duration.ZERO);
            ended(late);
            assertThat(hasTime).isNotDone();
            hasTime.complete(IN_TIME);
        }
    }

    /** Else its caller would wait for ever. */
    @Test
    void endsWhatWaitsAlsoWhenItIsClosed() throws Exception {
        var deadlines = new Deadlines(Duration.ofMillis(1));
        var outcome = outcome();
        deadlines.add(outcome, Duration.ofMillis(20));
        deadlines.close();
        assertThat(ended(outcome)).isInstanceOf(AppendOutcome.Unknown.class);
    }

    private static CompletableFuture<AppendOutcome> outcome() {
        return new CompletableFuture<>();
    }

    private static AppendOutcome ended(CompletableFuture<AppendOutcome> outcome) throws Exception {
        return outcome.get(30, TimeUnit.SECONDS);
    }
}
