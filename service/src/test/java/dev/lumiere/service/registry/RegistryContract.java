package dev.lumiere.service.registry;

import static dev.lumiere.service.registry.Instances.in;
import static dev.lumiere.service.registry.Instances.instance;
import static dev.lumiere.service.registry.Instances.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every engine of {@link Registry} does. */
public abstract class RegistryContract {
    private static final Duration TTL = Duration.ofSeconds(15);
    private static final Instance A = instance("image", "1.2.0", "a");
    private static final Instance B = instance("image", "1.3.1", "b");
    private static final Instance C = instance("math", "2.0.0", "c");

    private static final Comparator<Instance> BY_ID = Comparator.comparing(Instance::id);

    /** The registry under test, empty at first. */
    protected abstract Registry registry();

    /** Lets time pass, and ends the leases that are over. */
    protected abstract void pass(Duration duration);

    @Test
    void whatIsRegisteredIsFoundAsItWas() {
        var instance =
                new Instance(
                        new Identity(
                                "Zoë",
                                "test",
                                "图像 & ünïcode?",
                                Version.parse("1.0.0-rc.1"),
                                "eu",
                                "host-1",
                                "ид 1+2=3%&?#"),
                        "zone a",
                        List.of(
                                Address.parse("unix:/run/lumiere/w 1.sock"),
                                Address.parse("tcp://[::1]:7070")),
                        Map.of("emoji 🎞", "line\nbreak \"quoted\" \u0001", "empty", ""));

        registry().register(instance, TTL);

        assertThat(registry().find(Query.named("图像 & ünïcode?"))).containsExactly(instance);
    }

    @Test
    void aQuerySelectsByEveryPartAndAnswersInTheOrderOfIds() {
        var elsewhere = in("b", instance("image", "1.9.0", "d"));
        for (var instance : List.of(elsewhere, C, B, A)) {
            registry().register(instance, TTL);
        }

        assertThat(registry().find(Query.everything())).containsExactly(A, B, C, elsewhere);
        assertThat(registry().find(Query.named("image"))).containsExactly(A, B, elsewhere);
        assertThat(registry().find(new Query("demo", "test", "math", null, "eu", "a")))
                .containsExactly(C);
        assertThat(registry().find(new Query(null, null, null, null, null, "b")))
                .containsExactly(elsewhere);
        assertThat(registry().find(new Query("nobody", null, null, null, null, null))).isEmpty();
    }

    @Test
    void aVersionConstraintSelects() {
        for (var instance : List.of(A, B, C, instance("image", "2.0.0-rc.1", "d"))) {
            registry().register(instance, TTL);
        }
        var image = Query.named("image");

        assertThat(registry().find(image.withVersion(VersionConstraint.parse("~> 1.3"))))
                .containsExactly(B);
        assertThat(registry().find(image.withVersion(VersionConstraint.parse(">= 1.0, < 1.3"))))
                .containsExactly(A);
        assertThat(registry().find(image.withVersion(VersionConstraint.parse(">= 2")))).isEmpty();
    }

    @Test
    void anInstanceIsGoneWhenItsLeaseEnds() {
        var lease = registry().register(A, TTL);

        pass(Duration.ofSeconds(14));
        assertThat(registry().find(Query.everything())).containsExactly(A);

        pass(Duration.ofSeconds(1));
        assertThat(registry().find(Query.everything())).isEmpty();
        assertThat(lease.renew()).isFalse();
        lease.release();
    }

    @Test
    void aLeaseThatIsRenewedLastsItsTimeFromThen() {
        var lease = registry().register(A, TTL);
        var first = lease.expires();

        pass(Duration.ofSeconds(10));
        assertThat(lease.renew()).isTrue();
        assertThat(lease.expires()).isEqualTo(first.plusSeconds(10));

        pass(Duration.ofSeconds(14));
        assertThat(registry().find(Query.everything())).containsExactly(A);
        pass(Duration.ofSeconds(1));
        assertThat(registry().find(Query.everything())).isEmpty();
    }

    @Test
    void aReleasedInstanceIsGoneAtOnceAndASecondReleaseDoesNothing() {
        var lease = registry().register(A, TTL);

        lease.release();
        lease.release();

        assertThat(registry().find(Query.everything())).isEmpty();
        assertThat(lease.renew()).isFalse();
    }

    @Test
    void whoRegistersTheSameIdReplacesAndEndsTheOlderLease() {
        var moved = in("b", A);
        var older = registry().register(A, TTL);
        var newer = registry().register(moved, TTL);

        assertThat(registry().find(Query.everything())).containsExactly(moved);
        assertThat(older.renew()).isFalse();
        older.release();
        assertThat(registry().find(Query.everything())).containsExactly(moved);
        assertThat(newer.renew()).isTrue();
    }

    @Test
    void aTimeToLiveOutOfBoundsIsRefused() {
        for (var ttl : List.of(Duration.ZERO, Duration.ofMillis(999), Duration.ofMinutes(61))) {
            assertThatThrownBy(() -> registry().register(A, ttl))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(ttl.toString());
        }
    }

    @Test
    void aWatchTellsTheMembersAndThenEveryChangeInOrder() throws InterruptedException {
        registry().register(C, TTL);
        var leaseOfA = registry().register(A, TTL);
        var told = new Told();

        try (var _ = registry().watch(Query.named("image"), told)) {
            told.thenMembers(A);

            registry().register(B, TTL);
            told.thenUp(B);

            registry().register(instance("math", "1.0.0", "other"), TTL);
            leaseOfA.release();
            told.thenDown(A, Change.Cause.RELEASED);

            var better = with(Map.of("ops", "imageView2,imageInfo"), B);
            registry().register(better, TTL);
            told.thenUp(better);

            pass(TTL);
            told.thenDown(better, Change.Cause.ENDED);
        }
    }

    @Test
    void aWatchOfWhatIsNotThereYetStartsWithNobody() throws InterruptedException {
        var told = new Told();
        try (var _ = registry().watch(Query.named("image"), told)) {
            told.thenMembers();
            registry().register(A, TTL);
            told.thenUp(A);
        }
    }

    @Test
    void newFactsThatNoLongerMatchEndTheMembership() throws InterruptedException {
        registry().register(A, TTL);
        var told = new Told();
        var inZoneA = new Query(null, null, null, null, null, "a");
        try (var _ = registry().watch(inZoneA, told)) {
            told.thenMembers(A);
            registry().register(in("b", A), TTL);
            told.thenDown(A, Change.Cause.RELEASED);
        }
    }

    @Test
    void theSameFactsRegisteredAgainAreNoChange() throws InterruptedException {
        registry().register(A, TTL);
        var told = new Told();
        try (var _ = registry().watch(Query.everything(), told)) {
            told.thenMembers(A);
            registry().register(A, TTL);
            registry().register(B, TTL);
            told.thenUp(B);
        }
    }

    @Test
    void aListenerThatBlocksHoldsUpNoOther() throws InterruptedException {
        var blocked = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var told = new Told();
        try (var _ = registry().watch(Query.everything(), told);
                var _ =
                        registry()
                                .watch(
                                        Query.everything(),
                                        _ -> {
                                            blocked.countDown();
                                            awaitUninterruptibly(goOn);
                                        })) {
            assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
            told.thenMembers();

            registry().register(A, TTL);
            told.thenUp(A);
            goOn.countDown();
        }
    }

    @Test
    void aListenerThatFailsIsToldWhatFollows() throws InterruptedException {
        var told = new Told();
        try (var _ =
                registry()
                        .watch(
                                Query.everything(),
                                change -> {
                                    told.accept(change);
                                    throw new IllegalStateException("a listener that fails");
                                })) {
            told.thenMembers();
            registry().register(A, TTL);
            told.thenUp(A);
        }
    }

    @Test
    void aWatchMayCloseItselfAndIsThenToldNothing() throws InterruptedException {
        var told = new Told();
        var watch = new Registry.Watch[1];
        var opened = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        watch[0] =
                registry()
                        .watch(
                                Query.everything(),
                                change -> {
                                    awaitUninterruptibly(opened);
                                    told.accept(change);
                                    watch[0].close();
                                    closed.countDown();
                                });
        opened.countDown();
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        var other = new Told();
        try (var _ = registry().watch(Query.everything(), other)) {
            other.thenMembers();
            registry().register(A, TTL);
            other.thenUp(A);
        }
        told.thenMembers();
        assertThat(told.isQuiet()).isTrue();
    }

    @Test
    void thousandsRegisterAndReleaseAtOnce() throws InterruptedException {
        var told = new Told();
        try (var _ = registry().watch(Query.everything(), told)) {
            try (var threads = Executors.newFixedThreadPool(64, Thread.ofVirtual().factory())) {
                IntStream.range(0, 2_000)
                        .forEach(i ->
                                threads.execute(() -> {
                                    var lease = registry().register(numbered(i), TTL);
                                    if (i % 2 == 1) {
                                        lease.release();
                                    }
                                }));
            }

            var expected =
                    IntStream.range(0, 1_000).mapToObj(i -> numbered(2 * i)).sorted(BY_ID).toList();
            assertThat(registry().find(Query.everything())).isEqualTo(expected);

            registry().register(A, TTL);
            var members = new TreeMap<String, Instance>();
            while (!members.containsKey("a")) {
                switch (told.next()) {
                    case Change.Members(var instances) -> {
                        members.clear();
                        instances.forEach(instance -> members.put(instance.id(), instance));
                    }
                    case Change.Up(var instance) -> members.put(instance.id(), instance);
                    case Change.Down(var instance, _) ->
                            assertThat(members.remove(instance.id())).isEqualTo(instance);
                }
            }
            members.remove("a");
            assertThat(members.values()).containsExactlyElementsOf(expected);
        }
    }

    private static Instance numbered(int i) {
        return instance("image", "1.0." + i, "n" + i);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
