package dev.lumiere.rendition;

import static dev.lumiere.rendition.Samples.soon;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoalescingTest {
    private static final Instant LATE = Instant.EPOCH.plusSeconds(60);

    private final Coalescing<String, String> coalescing =
            new Coalescing<>(
                    outcome -> !outcome.equals("failed"), InstantSource.fixed(Instant.EPOCH));
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);

    @Test
    void aHundredEqualRequestsAreOneRun() throws Exception {
        var all = start(100, "made");
        go.countDown();

        for (var one : all) {
            assertThat(one.get()).isEqualTo("made");
        }
        assertThat(runs).hasValue(1);
        assertThat(coalescing.joined()).isEqualTo(99);
        assertThat(coalescing.size()).isZero();
    }

    @Test
    void theFirstMayGoAwayWithoutStoppingTheOthers() throws Exception {
        var all = start(3, "made");
        all.getFirst().thread().interrupt();
        soon(() -> coalescing.waiting("k") == 2);
        go.countDown();

        assertThat(all.get(1).get()).isEqualTo("made");
        assertThat(all.get(2).get()).isEqualTo("made");
        assertThat(runs).hasValue(1);
    }

    @Test
    void aRunThatNobodyWaitsForIsInterrupted() throws Exception {
        var interrupted = new CountDownLatch(1);
        var only =
                request(() ->
                        coalescing.get(
                                "k",
                                LATE,
                                _ -> {
                                    try {
                                        new CountDownLatch(1).await();
                                    } finally {
                                        interrupted.countDown();
                                    }
                                    return "never";
                                }));
        soon(() -> coalescing.waiting("k") == 1);
        only.thread().interrupt();

        interrupted.await();
        soon(() -> coalescing.size() == 0);
    }

    @Test
    void aDeadlineEndsTheWait() throws Exception {
        assertThat(
                        coalescing.get(
                                "k",
                                Instant.EPOCH.minusSeconds(9),
                                _ -> {
                                    go.await();
                                    return "late";
                                }))
                .isNull();
        assertThat(coalescing.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 100})
    void afterAFailureTheOthersShareOneMoreRun(int count) throws Exception {
        var all = start(count, "failed");
        go.countDown();

        for (var one : all) {
            assertThat(one.get()).isEqualTo("failed");
        }
        assertThat(runs).hasValue(2);
        assertThat(coalescing.size()).isZero();
    }

    @Test
    void theTaskOfAFollowerIsTheSecondRun() throws Exception {
        var all = start(2, "failed");
        all.add(
                request(() ->
                        coalescing.get(
                                "k",
                                LATE,
                                _ -> {
                                    runs.incrementAndGet();
                                    return "made";
                                })));
        soon(() -> coalescing.waiting("k") == 3);
        go.countDown();

        assertThat(all.get(0).get()).isEqualTo("failed");
        assertThat(all.get(2).get()).isEqualTo("made");
        assertThat(runs).hasValue(2);
    }

    @Test
    void whoComesDuringTheSecondRunHasOneMoreToCome() throws Exception {
        var second = new CountDownLatch(1);
        var opener = start(1, "failed").getFirst();
        var follower = request(() -> coalescing.get("k", LATE, _ -> failed(second)));
        soon(() -> coalescing.waiting("k") == 2);
        go.countDown();
        assertThat(opener.get()).isEqualTo("failed");
        var late = request(() -> coalescing.get("k", LATE, _ -> failed(go)));
        soon(() -> coalescing.waiting("k") == 2);
        second.countDown();

        assertThat(follower.get()).isEqualTo("failed");
        assertThat(late.get()).isEqualTo("failed");
        assertThat(runs).hasValue(3);
        assertThat(coalescing.size()).isZero();
    }

    @Test
    void aSecondRunThatNobodyWaitsForIsInterrupted() throws Exception {
        var second = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var opener = start(1, "failed").getFirst();
        var follower =
                request(() ->
                        coalescing.get(
                                "k",
                                LATE,
                                _ -> {
                                    second.countDown();
                                    try {
                                        new CountDownLatch(1).await();
                                    } finally {
                                        interrupted.countDown();
                                    }
                                    return "never";
                                }));
        soon(() -> coalescing.waiting("k") == 2);
        go.countDown();
        assertThat(opener.get()).isEqualTo("failed");
        second.await();
        follower.thread().interrupt();

        interrupted.await();
        soon(() -> coalescing.size() == 0);
    }

    private List<Request> start(int count, String outcome) {
        var all = new ArrayList<Request>();
        for (var i = 1; i <= count; i++) {
            var expected = i;
            all.add(
                    request(() ->
                            coalescing.get(
                                    "k",
                                    LATE,
                                    _ -> {
                                        runs.incrementAndGet();
                                        go.await();
                                        return outcome;
                                    })));
            soon(() -> coalescing.waiting("k") == expected);
        }
        return all;
    }

    private String failed(CountDownLatch when) throws InterruptedException {
        runs.incrementAndGet();
        when.await();
        return "failed";
    }

    private record Request(Thread thread, FutureTask<@Nullable String> task) {
        @Nullable String get() throws InterruptedException, ExecutionException {
            return task.get();
        }
    }

    private static Request request(Callable<@Nullable String> call) {
        var task = new FutureTask<>(call);
        return new Request(Thread.ofVirtual().start(task), task);
    }
}
