package dev.lumiere.service.registry;

import static dev.lumiere.service.registry.Instances.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.service.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryRegistryTest extends RegistryContract {
    private static final Duration TTL = Duration.ofSeconds(15);

    private Instant now = Instant.EPOCH;
    private final MemoryRegistry registry = new MemoryRegistry(() -> now, Limits.DEFAULT);

    @Override
    protected Registry registry() {
        return registry;
    }

    @Override
    protected void pass(Duration duration) {
        now = now.plus(duration);
        registry.expire();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void oneMoreThanTheMostIsRefusedUntilOneLeaves() {
        var small = new MemoryRegistry(() -> now, new Limits(2, 1, 10));
        var lease = small.register(instance("image", "1", "a"), TTL);
        small.register(instance("image", "1", "b"), TTL);

        assertThatThrownBy(() -> small.register(instance("image", "1", "c"), TTL))
                .isInstanceOfSatisfying(
                        Problem.Refused.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(503));
        small.register(instance("image", "2", "b"), TTL);

        lease.release();
        small.register(instance("image", "1", "c"), TTL);
        assertThat(small.find(Query.everything())).hasSize(2);
    }

    @Test
    void oneMoreWatchThanTheMostIsRefusedUntilOneCloses() {
        var small = new MemoryRegistry(() -> now, new Limits(2, 1, 10));
        var watch = small.watch(Query.everything(), new Told());

        assertThatThrownBy(() -> small.watch(Query.everything(), new Told()))
                .isInstanceOf(Problem.Refused.class);

        watch.close();
        small.watch(Query.everything(), new Told()).close();
    }

    @Test
    void aListenerThatFallsBehindIsToldAllMembersInsteadOfTheLostChanges()
            throws InterruptedException {
        var small = new MemoryRegistry(() -> now, new Limits(100, 1, 10));
        var told = new Told();
        var goOn = new CountDownLatch(1);
        var busy = new CountDownLatch(1);
        try (var _ =
                small.watch(
                        Query.everything(),
                        change -> {
                            told.accept(change);
                            busy.countDown();
                            try {
                                goOn.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        })) {
            assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();
            for (var i = 0; i < 11; i++) {
                small.register(instance("image", "1", "n"), TTL).release();
            }
            small.register(instance("image", "1", "last"), TTL);
            goOn.countDown();

            told.thenMembers();
            told.thenMembers(instance("image", "1", "last"));
            small.register(instance("image", "1", "next"), TTL);
            told.thenUp(instance("image", "1", "next"));
        }
    }

    @Test
    void oneThatIsStartedEndsLeasesByItself() throws InterruptedException {
        try (var started = MemoryRegistry.start(InstantSource.system())) {
            var told = new Told();
            var instance = instance("image", "1", "a");
            try (var _ = started.watch(Query.everything(), told)) {
                told.thenMembers();
                started.register(instance, Registry.MIN_TTL);
                told.thenUp(instance);
                told.thenDown(instance, Change.Cause.ENDED);
            }
        }
    }

    @Test
    void aClosedRegistryTakesNothingAndItsLeasesAreOver() {
        var lease = registry.register(instance("image", "1", "a"), TTL);
        registry.close();

        assertThat(lease.renew()).isFalse();
        assertThatThrownBy(() -> registry.find(Query.everything()))
                .isInstanceOf(IllegalStateException.class);
    }
}
