package dev.lumiere.rendition;

import static dev.lumiere.rendition.Samples.MAKER;
import static dev.lumiere.rendition.Samples.object;
import static dev.lumiere.rendition.Samples.rendition;
import static dev.lumiere.rendition.Samples.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.fop.Pipeline;
import dev.lumiere.fop.Stage;
import dev.lumiere.service.Problem;
import dev.lumiere.service.TraceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);
    private static final int MAX_QUEUED = 3;

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();

    /** One permit lets one run end. */
    private final Semaphore ends = new Semaphore(0);

    private volatile Instant now = Instant.EPOCH;
    private volatile int capacity = 4;
    private volatile boolean fails;
    private volatile Problem refusal = Problem.badRequest("broken");
    private volatile Duration takes = Duration.ZERO;
    private final Admission admission =
            new Admission(
                    "image",
                    () -> capacity,
                    10,
                    Duration.ofSeconds(10),
                    () -> now,
                    new SimpleMeterRegistry().timer("waits"));
    private final Backlog backlog = new Backlog(MAX_QUEUED, this::make, _ -> admission, () -> now);

    @AfterEach
    void stop() {
        backlog.close();
    }

    private Rendition make(Plan plan, Waiting waiting) throws InterruptedException {
        begun.incrementAndGet();
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            ends.acquire();
            now = now.plus(takes);
            if (fails) {
                throw refusal.refused();
            }
            return rendition(9);
        } finally {
            atOnce.decrementAndGet();
        }
    }

    @Test
    void whatIsReadyInTimeIsGiven() throws Exception {
        ends.release();

        assertThat(backlog.get(plan(1), waiting(), LONG)).isNotNull();
        assertThat(backlog.isLate(plan(1))).isFalse();
        assertThat(backlog.inTime()).isEqualTo(1);
        soon(() -> backlog.length() == 0);
    }

    @Test
    void whatIsNotReadyIsFinishedAllTheSame() throws Exception {
        assertThat(backlog.get(plan(1), waiting(), SHORT)).isNull();
        assertThat(backlog.isLate(plan(1))).isTrue();
        assertThat(backlog.get(plan(1), waiting(), LONG)).isNull();
        backlog.add(plan(1), waiting());
        soon(() -> begun.get() == 1);

        ends.release();
        soon(() -> backlog.made() == 1);
        soon(() -> !backlog.isLate(plan(1)));
        assertThat(begun).hasValue(1);
    }

    @Test
    void theLikeOfWhatTookTooLongIsNotEvenBegun() throws Exception {
        takes = Duration.ofSeconds(10);
        assertThat(backlog.get(plan(1), waiting(), SHORT)).isNull();
        soon(() -> begun.get() == 1);
        ends.release();
        soon(() -> backlog.length() == 0);

        assertThat(backlog.get(plan(2), waiting(), SHORT)).isNull();
        assertThat(backlog.length()).isZero();
        assertThat(backlog.isLate(plan(2))).isFalse();
    }

    @Test
    void whatIsQuickAgainIsBegunAgain() throws Exception {
        takes = Duration.ofSeconds(10);
        ends.release(100);
        assertThat(backlog.get(plan(1), waiting(), LONG)).isNotNull();
        soon(() -> backlog.length() == 0);
        assertThat(backlog.get(plan(2), waiting(), FIVE_SECONDS)).isNull();
        assertThat(begun).hasValue(1);

        takes = Duration.ZERO;
        for (var i = 3; i <= 10; i++) {
            backlog.add(plan(i), waiting());
            soon(() -> backlog.length() == 0);
        }
        assertThat(backlog.get(plan(11), waiting(), FIVE_SECONDS)).isNotNull();
    }

    @Test
    void whatIsNotKnownIsTriedOutOneAtATime() throws Exception {
        assertThat(backlog.get(plan(1, "1"), waiting(), SHORT)).isNull();
        assertThat(backlog.get(plan(2, "2"), waiting(), LONG)).isNull();
        assertThat(backlog.length()).isEqualTo(1);

        ends.release(2);
        soon(() -> backlog.length() == 0);
        soon(() -> isTried(plan(3, "3")));
    }

    private boolean isTried(Plan plan) throws InterruptedException {
        ends.release();
        return backlog.get(plan, waiting(), LONG) != null;
    }

    @Test
    void whereOthersWaitNothingIsBegun() throws Exception {
        capacity = 1;
        var turn = admission.enter(Instant.MAX);

        assertThat(backlog.get(plan(1), waiting(), LONG)).isNull();
        backlog.add(plan(1), waiting());
        assertThat(backlog.isLate(plan(1))).isTrue();
        assertThat(begun).hasValue(0);

        turn.close();
        soon(() -> begun.get() == 1);
    }

    @Test
    void aQuarterOfTheServiceIsUsedAtMost() {
        capacity = 8;
        for (var i = 1; i <= 5; i++) {
            backlog.add(plan(i), waiting());
            var most = Math.min(i, 2);
            soon(() -> begun.get() == most);
        }
        ends.release(5);

        soon(() -> backlog.made() == 5);
        assertThat(mostAtOnce).hasValue(2);
    }

    @Test
    void overTheBoundTheOldestAreForgotten() {
        backlog.add(plan(0), waiting());
        soon(() -> begun.get() == 1);
        for (var i = 1; i <= MAX_QUEUED + 2; i++) {
            backlog.add(plan(i), waiting());
        }

        assertThat(backlog.dropped()).isEqualTo(2);
        assertThat(backlog.length()).isEqualTo(MAX_QUEUED + 1);
        assertThat(backlog.isLate(plan(1))).isFalse();
        assertThat(backlog.isLate(plan(MAX_QUEUED + 2))).isTrue();
    }

    @Test
    void whatFailedIsNotTriedAgainForAWhile() throws Exception {
        fails = true;
        ends.release(2);
        assertThat(backlog.get(plan(1), waiting(), LONG)).isNull();
        assertThat(backlog.isLate(plan(1))).isTrue();
        assertThat(backlog.isRefused(plan(1))).isTrue();
        backlog.add(plan(1), waiting());
        assertThat(backlog.get(plan(1), waiting(), LONG)).isNull();
        assertThat(begun).hasValue(1);

        now = now.plusSeconds(61);
        fails = false;
        assertThat(backlog.get(plan(1), waiting(), LONG)).isNotNull();
    }

    @Test
    void whatThereWasNoRoomForIsTriedAgainAtOnce() throws Exception {
        fails = true;
        refusal = Problem.unavailable("over capacity", Duration.ofSeconds(1));
        ends.release(2);
        assertThat(backlog.get(plan(1), waiting(), LONG)).isNull();
        soon(() -> backlog.length() == 0);
        fails = false;

        soon(() -> backlog.get(plan(1), waiting(), LONG) != null);
    }

    private static Plan plan(int number) {
        return plan(number, "0");
    }

    private static Plan plan(int number, String mode) {
        var pipeline = Pipeline.of(new Stage("imageView2", List.of(mode, "format", "avif")));
        return Plan.of(object("v" + number), "image/jpeg", pipeline, List.of(MAKER), false);
    }

    private static Waiting waiting() {
        var trace = TraceContext.continued(null, new Random(1));
        return new Waiting(Instant.MAX, trace, trace.traceId());
    }
}
