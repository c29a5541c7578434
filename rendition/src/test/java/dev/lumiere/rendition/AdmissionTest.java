package dev.lumiere.rendition;

import static dev.lumiere.rendition.Samples.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // the clock stands, so that who is not refused waits for ever
class AdmissionTest {
    private volatile Instant now = Instant.EPOCH;
    private volatile int capacity = 1;
    private final AtomicInteger looks = new AtomicInteger();
    private final Admission admission =
            new Admission(
                    "image",
                    this::looked,
                    2,
                    Duration.ofSeconds(10),
                    () -> now,
                    new SimpleMeterRegistry().timer("waits"));

    private int looked() {
        looks.incrementAndGet();
        return capacity;
    }

    @Test
    void overTheQueueIsRefusedAtOnce() throws Exception {
        var first = admission.enter(Instant.MAX);
        var second = enter();
        soon(() -> admission.queued() == 1);
        var third = enter();
        soon(() -> admission.queued() == 2);

        assertThatThrownBy(() -> admission.enter(Instant.MAX))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        refused -> {
                            assertThat(refused.problem().status()).isEqualTo(503);
                            assertThat(refused.problem().retryAfter()).isNotNull();
                        });

        first.close();
        second.get().close();
        third.get();
        assertThat(admission.running()).isEqualTo(1);
    }

    @Test
    void aWaitEnds() throws Exception {
        var _ = admission.enter(Instant.MAX);
        var second = enter();
        soon(() -> admission.queued() == 1);
        now = now.plusSeconds(10);

        assertThatThrownBy(second::get).hasMessageContaining("503 over capacity");
        assertThat(admission.queued()).isZero();
    }

    @Test
    void whoWouldWaitTooLongIsRefusedAtOnce() throws Exception {
        runTen(Duration.ofSeconds(6));
        var running = admission.enter(Instant.MAX);
        var waits = enter();
        soon(() -> admission.queued() == 1);

        assertThatThrownBy(() -> admission.enter(Instant.MAX))
                .hasMessageContaining("503 over capacity: might wait more than 10000 ms for image");
        assertThat(admission.queued()).isEqualTo(1);

        running.close();
        waits.get().close();
    }

    @Test
    void theFirstRunsAndExceptionalOnesDoNotCount() throws Exception {
        run(Duration.ofSeconds(100));
        for (var i = 0; i < 20; i++) {
            try (var turn = admission.enter(Instant.MAX)) {
                turn.exceptional();
                now = now.plusSeconds(100);
            }
        }
        var running = admission.enter(Instant.MAX);
        var first = enter();
        soon(() -> admission.queued() == 1);
        var second = enter();
        soon(() -> admission.queued() == 2);

        running.close();
        first.get().close();
        second.get().close();
    }

    @Test
    void howLongRunsTakeIsForgottenBitByBit() throws Exception {
        runTen(Duration.ofSeconds(6));
        runTen(Duration.ofSeconds(1));
        var running = admission.enter(Instant.MAX);
        var first = enter();
        soon(() -> admission.queued() == 1);
        var second = enter();
        soon(() -> admission.queued() == 2);

        running.close();
        first.get().close();
        second.get().close();
    }

    /** As those do during which a worker died. */
    @Test
    void aFewThatTakeVeryLongDoNotCountForMuch() throws Exception {
        runTen(Duration.ofSeconds(1));
        run(Duration.ofSeconds(100));
        run(Duration.ofSeconds(100));
        var running = admission.enter(Instant.MAX);
        var first = enter();
        soon(() -> admission.queued() == 1);
        var second = enter();
        soon(() -> admission.queued() == 2);

        running.close();
        first.get().close();
        second.get().close();
    }

    @Test
    void anInstanceThatHasJustBeenLostIsCountedOnForAWhile() throws Exception {
        capacity = 2;
        runTen(Duration.ofSeconds(6));
        var one = admission.enter(Instant.MAX);
        var two = admission.enter(Instant.MAX);
        capacity = 1;
        now = now.plus(Admission.REPLACED).minusMillis(1);
        var first = enter();
        soon(() -> admission.queued() == 1);
        var second = enter();
        soon(() -> admission.queued() == 2);

        one.close();
        two.close();
        first.get().close();
        second.get().close();
    }

    @Test
    void anInstanceThatHasNotComeBackIsNotCountedOn() throws Exception {
        capacity = 2;
        runTen(Duration.ofSeconds(6));
        var one = admission.enter(Instant.MAX);
        var two = admission.enter(Instant.MAX);
        capacity = 1;
        now = now.plus(Admission.REPLACED);
        var first = enter();
        soon(() -> admission.queued() == 1);

        assertThatThrownBy(() -> admission.enter(Instant.MAX))
                .hasMessageContaining("might wait more than");

        one.close();
        two.close();
        first.get().close();
    }

    private void runTen(Duration time) throws InterruptedException {
        for (var i = 0; i < 10; i++) {
            run(time);
        }
    }

    private void run(Duration time) throws InterruptedException {
        try (var _ = admission.enter(Instant.MAX)) {
            now = now.plus(time);
        }
    }

    @Test
    void whereNobodyIsAliveTheWaitIsShort() throws Exception {
        capacity = 0;
        var first = enter();
        soon(() -> admission.queued() == 1);
        now = now.plus(Admission.NOBODY_THERE);

        assertThatThrownBy(first::get).hasMessageContaining("no instance of image is alive");
    }

    @Test
    void whoHasWaitedForOthersWaitsForANewInstanceToo() throws Exception {
        var running = admission.enter(Instant.MAX);
        var second = enter();
        soon(() -> admission.queued() == 1);
        now = now.plus(Admission.NOBODY_THERE);
        capacity = 0;
        var before = looks.get();
        soon(() -> looks.get() > before + 4); // twice in each turn of its loop

        capacity = 1;
        running.close();
        second.get().close();
    }

    @Test
    void anInstanceThatComesBackIsUsed() throws Exception {
        capacity = 0;
        var first = enter();
        soon(() -> admission.queued() == 1);
        capacity = 1;

        first.get();
        assertThat(admission.running()).isEqualTo(1);
    }

    @Test
    void oneThatGoesAwayLeavesTheQueue() throws Exception {
        var _ = admission.enter(Instant.MAX);
        var gone = new CountDownLatch(1);
        var waiting =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                var _ = admission.enter(Instant.MAX);
                            } catch (InterruptedException _) {
                                gone.countDown();
                            }
                        });
        soon(() -> admission.queued() == 1);
        waiting.interrupt();

        gone.await();
        assertThat(admission.queued()).isZero();
        assertThat(admission.running()).isEqualTo(1);
    }

    private FutureTask<Admission.Turn> enter() {
        var task = new FutureTask<>(() -> admission.enter(Instant.MAX));
        Thread.ofVirtual().start(task);
        return task;
    }
}
