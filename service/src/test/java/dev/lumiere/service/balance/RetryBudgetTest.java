package dev.lumiere.service.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private final RetryBudget budget = new RetryBudget();

    @Test
    void threeRepeatsAreAlwaysAllowed() {
        budget.callStarted();

        assertThat(granted(10)).isEqualTo(3);
    }

    @Test
    void ofManyCallsAFifthMayBeRepeats() {
        for (var i = 0; i < 100; i++) {
            budget.callStarted();
        }
        assertThat(granted(100)).isEqualTo(20);

        budget.retryEnded();
        assertThat(granted(100)).isEqualTo(1);
    }

    @Test
    void whoHasTimeWaitsForAPlace() throws Exception {
        assertThat(granted(10)).isEqualTo(3);
        assertThat(budget.awaitRetry(Duration.ZERO)).isFalse();

        var got = new CompletableFuture<Boolean>();
        var waiting =
                Thread.startVirtualThread(() -> {
                    try {
                        got.complete(budget.awaitRetry(Duration.ofMinutes(1)));
                    } catch (InterruptedException e) {
                        got.completeExceptionally(e);
                    }
                });
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        budget.retryEnded();

        assertThat(got.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private int granted(int asked) {
        var granted = 0;
        for (var i = 0; i < asked; i++) {
            granted += budget.tryRetry() ? 1 : 0;
        }
        return granted;
    }
}
