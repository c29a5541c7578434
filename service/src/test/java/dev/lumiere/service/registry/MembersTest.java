package dev.lumiere.service.registry;

import static dev.lumiere.service.registry.Instances.instance;
import static dev.lumiere.service.registry.Instances.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final Duration TTL = Duration.ofSeconds(15);
    private static final Duration LONG = Duration.ofMinutes(30);

    private volatile Instant now = Instant.EPOCH;
    private final MemoryRegistry registry = new MemoryRegistry(() -> now, Limits.DEFAULT);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private Members members;

    @BeforeEach
    void follow() throws InterruptedException {
        var listener =
                new Members.Listener() {
                    @Override
                    public void joined(Instance instance) {
                        told.add("+" + instance.id());
                    }

                    @Override
                    public void left(Instance instance) {
                        told.add("-" + instance.id());
                    }
                };
        members = new Members(registry, Query.named("image"), () -> now, listener);
        assertThat(members.awaitKnown(Duration.ofSeconds(20))).isTrue();
    }

    @AfterEach
    void close() {
        members.close();
        registry.close();
    }

    @Test
    void membersComeAndGoAsTheRegistrySays() {
        registry.register(image("b"), TTL);
        var lease = registry.register(image("a"), TTL);
        registry.register(instance("math", "1", "c"), TTL);
        expectIds("a", "b");

        lease.release();
        expectIds("b");
        expectTold("+b", "+a", "-a");
    }

    @Test
    void membersAreKnownOnceTheListenerHasHeardOfThem() throws InterruptedException {
        registry.register(image("a"), LONG);
        var hears = new CountDownLatch(1);
        var mayGoOn = new CountDownLatch(1);
        var slow =
                new Members.Listener() {
                    @Override
                    public void joined(Instance instance) {
                        hears.countDown();
                        try {
                            mayGoOn.await();
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                    }

                    @Override
                    public void left(Instance instance) {}
                };
        try (var followed = new Members(registry, Query.named("image"), () -> now, slow)) {
            hears.await();
            assertThat(followed.awaitKnown(Duration.ZERO)).isFalse();

            mayGoOn.countDown();
            assertThat(followed.awaitKnown(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void newFactsAreToldAsAJoinedMember() {
        registry.register(image("a"), TTL);
        var better = with(Map.of("ops", "imageInfo"), image("a"));
        registry.register(better, TTL);

        await().until(() -> members.current().equals(List.of(better)));
        expectTold("+a", "+a");
    }

    @Test
    void halfMayVanishAtOnce() {
        register(TTL, "a", "b");
        register(LONG, "c", "d");
        expectIds("a", "b", "c", "d");

        pass(TTL);
        expectIds("c", "d");
    }

    @Test
    void whenMoreThanHalfVanishAtOnceAllStayUntilFailedCallsConfirmIt() {
        register(TTL, "a", "b", "c");
        register(LONG, "d");
        expectIds("a", "b", "c", "d");

        pass(TTL);
        settle();
        expectIds("a", "b", "c", "d", "settled");

        members.confirmDown("b");
        expectIds("a", "c", "d", "settled");
        members.confirmDown("a");
        members.confirmDown("c");
        expectIds("d", "settled");
        assertThat(told).endsWith("-b", "-a", "-c");
    }

    @Test
    void aWaveIsSeenThoughItsMembersVanishOneByOne() {
        register(Duration.ofSeconds(10), "a");
        register(Duration.ofSeconds(15), "b");
        register(Duration.ofSeconds(20), "c");
        register(LONG, "d");
        expectIds("a", "b", "c", "d");

        pass(Duration.ofSeconds(10));
        expectIds("b", "c", "d");
        pass(Duration.ofSeconds(5));
        expectIds("c", "d");
        pass(Duration.ofSeconds(5));
        expectIds("a", "b", "c", "d");
    }

    @Test
    void thoseThatVanishFarApartAreNoWave() {
        register(Duration.ofSeconds(10), "a");
        register(Duration.ofSeconds(60), "b");
        register(LONG, "c", "d");
        expectIds("a", "b", "c", "d");

        pass(Duration.ofSeconds(10));
        expectIds("b", "c", "d");
        pass(Duration.ofSeconds(50));
        expectIds("c", "d");
    }

    @Test
    void aSingleMemberStaysTooUntilACallToItFails() {
        register(TTL, "a");
        expectIds("a");

        pass(TTL);
        settle();
        expectIds("a", "settled");
        members.confirmDown("a");
        expectIds("settled");
    }

    @Test
    void oneThatWasConfirmedDownBeforeItsLeaseEndedLeavesThen() {
        register(TTL, "a", "b");
        expectIds("a", "b");

        members.confirmDown("a");
        members.confirmDown("b");
        expectIds("a", "b");

        pass(TTL);
        expectIds();
    }

    @Test
    void anOldFailedCallProvesNothing() {
        register(Duration.ofMinutes(5), "a", "b");
        expectIds("a", "b");
        members.confirmDown("a");
        members.confirmDown("b");

        pass(Duration.ofMinutes(5));
        settle();
        expectIds("a", "b", "settled");
    }

    @Test
    void thoseThatSayGoodbyeLeaveHoweverManyTheyAre() {
        var leases = register(TTL, "a", "b", "c");
        expectIds("a", "b", "c");
        leases.forEach(Lease::release);
        expectIds();
    }

    @Test
    void aKeptMemberThatRegistersAgainIsAMemberLikeOthers() {
        register(TTL, "a", "b");
        expectIds("a", "b");
        pass(TTL); // a may go, being half; with b it is a wave, and comes back

        register(LONG, "a", "b");
        registry.register(image("settled"), LONG);
        expectIds("a", "b", "settled");
        members.confirmDown("a");
        assertThat(members.current()).contains(image("a"));
        expectTold("+a", "+b", "-a", "+a", "+settled");
    }

    @Test
    void aRegistryThatForgotEverybodyIsNotBelieved() throws InterruptedException {
        var forgetful = new ScriptedRegistry();
        try (var view =
                new Members(forgetful, Query.everything(), () -> now, Members.Listener.NONE)) {
            var ten = IntStream.range(0, 10).mapToObj(i -> image("n" + i)).toList();
            assertThat(view.current()).isEmpty();
            assertThat(view.awaitKnown(Duration.ZERO)).isFalse();

            forgetful.tell(new Change.Members(ten));
            forgetful.tell(new Change.Members(List.of()));
            assertThat(view.current()).isEqualTo(ten);

            forgetful.tell(new Change.Members(ten.subList(0, 5)));
            assertThat(view.current()).isEqualTo(ten);
            view.confirmDown("n0");
            view.confirmDown("n9");
            assertThat(view.current()).isEqualTo(ten.subList(0, 9));
        }
    }

    private static Instance image(String id) {
        return instance("image", "1.0.0", id);
    }

    private List<Lease> register(Duration ttl, String... ids) {
        return List.of(ids).stream().map(id -> registry.register(image(id), ttl)).toList();
    }

    private void pass(Duration duration) {
        now = now.plus(duration);
        registry.expire();
    }

    /** Changes come in order: once this one is seen, all before it were. */
    private void settle() {
        registry.register(image("settled"), LONG);
        await().until(() -> told.contains("+settled"));
    }

    private void expectIds(String... ids) {
        await().untilAsserted(() ->
                assertThat(members.current()).extracting(Instance::id).containsExactly(ids));
    }

    private void expectTold(String... news) {
        await().untilAsserted(() -> assertThat(told).containsExactly(news));
    }
}
