package dev.lumiere.eventlog;

import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IntakeTest {
    private final Intake intake = new Intake();

    private static Wish wish(long bytes) {
        var append = Append.to(stream("a"), Expected.any(), List.of(event(1)));
        return new Wish(0, append, bytes, Wish.NOT_LOOKED, new CompletableFuture<>());
    }

    @Test
    void whatWaitsIsHadAfterItIsClosedAndNothingElse() throws Exception {
        var before = wish(1);
        intake.add(before);
        intake.close("gone");
        intake.close("again");
        var after = wish(1);
        intake.add(after);
        assertThat(intake.take()).isSameAs(before);
        assertThat(intake.take()).isNull();
        assertThat(intake.poll()).isNull();
        assertThat(after.outcome()).isCompletedWithValue(new AppendOutcome.Refused("gone"));
        assertThat(before.outcome()).isNotDone();
    }

    /** The end is for each of them. */
    @Test
    void allWhoWaitComeToTheEnd() throws Exception {
        var had = new ConcurrentLinkedQueue<Wish>();
        var one = Thread.ofPlatform().start(() -> takeAll(intake, had));
        var other = Thread.ofPlatform().start(() -> takeAll(intake, had));
        await().until(() -> isWaiting(one) && isWaiting(other));
        intake.close("gone");
        assertThat(one.join(Duration.ofSeconds(30))).isTrue();
        assertThat(other.join(Duration.ofSeconds(30))).isTrue();
        assertThat(had).isEmpty();
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING;
    }

    @Test
    void isBoundedInBytesAndInNumber() throws Exception {
        var large = wish(60 << 20);
        var tooMuch = wish(5 << 20);
        intake.add(large);
        intake.add(tooMuch);
        assertThat(tooMuch.outcome().join()).isInstanceOf(AppendOutcome.Refused.class);
        assertThat(intake.take()).isSameAs(large);
        intake.add(wish(60 << 20));
        assertThat(intake.take()).isNotNull();

        var last = wish(1);
        while (!last.outcome().isDone()) {
            last = wish(1);
            intake.add(last);
        }
        assertThat(intake.size()).isEqualTo(16_384);
        intake.close("gone"); // where there is no room for the end
        while (intake.take() != null) {
            assertThat(intake.size()).isLessThan(16_384);
        }
        assertThat(intake.size()).isZero();
    }

    private static void takeAll(Intake from, Queue<Wish> taken) {
        try {
            for (var wish = from.take(); wish != null; wish = from.take()) {
                taken.add(wish);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each is either had by somebody or refused, however they meet. */
    @Test
    void nothingIsLostBetweenAddingAndClosing() throws Exception {
        for (var round = 0; round < 300; round++) {
            var each = new Intake();
            var added = new ConcurrentLinkedQueue<Wish>();
            var taken = new ConcurrentLinkedQueue<Wish>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var taker = 0; taker < 2; taker++) {
                    threads.execute(() -> {
                        takeAll(each, taken);
                    });
                }
                for (var adder = 0; adder < 3; adder++) {
                    threads.execute(() -> {
                        for (var i = 0; i < 20; i++) {
                            var wish = wish(i);
                            each.add(wish);
                            added.add(wish);
                        }
                    });
                }
                threads.execute(() -> each.close("gone"));
            }
            each.refuseAll();
            var left = new ArrayList<>(added);
            left.removeIf(wish -> wish.outcome().isDone());
            assertThat(taken).containsExactlyInAnyOrderElementsOf(left);
        }
    }
}
