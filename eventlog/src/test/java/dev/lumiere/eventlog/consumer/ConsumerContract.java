package dev.lumiere.eventlog.consumer;

import static dev.lumiere.eventlog.Samples.LONG;
import static dev.lumiere.eventlog.Samples.event;
import static dev.lumiere.eventlog.Samples.stream;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.Followers;
import dev.lumiere.eventlog.PositionVector;
import dev.lumiere.eventlog.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is true of consumers on any device. */
abstract class ConsumerContract {
    static final int PARTITIONS = 8;
    private static final Duration LEASE = Duration.ofSeconds(12);

    /** For members with threads of their own. */
    static final Settings QUICK =
            new Settings(
                    Duration.ofMillis(1500),
                    5,
                    Duration.ofMillis(100),
                    4,
                    Settings.Start.FIRST,
                    System::nanoTime,
                    InstantSource.system());

    EventLog log;
    private List<EventLog> nodes = List.of();
    private int joined;
    private long now;
    private int events;
    final List<Event> handled = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean canHandleSeven = true;

    /** One, or several nodes of the same. */
    abstract List<EventLog> logs() throws IOException;

    @BeforeEach
    void open() throws IOException {
        nodes = logs();
        log = nodes.getFirst();
    }

    @AfterEach
    void close() throws IOException {
        for (var node : nodes) {
            node.close();
        }
    }

    private Settings settings(Settings.Start start) {
        return new Settings(
                LEASE, 10, Duration.ofSeconds(1), 4, start, () -> now, InstantSource.system());
    }

    Consumer member(String name) {
        return member(name, nodes.get(joined++ % nodes.size()));
    }

    Consumer member(String name, EventLog seen) {
        return new Consumer(
                seen, "mailer", name, settings(Settings.Start.FIRST), event -> handle(event));
    }

    private void handle(Event event) {
        if (event.data().id().equals(new UUID(0, 7)) && !canHandleSeven) {
            throw new IllegalStateException("seven cannot be mailed");
        }
        handled.add(event);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    void append(int count) throws InterruptedException {
        for (var i = 0; i < count; i++) {
            events++;
            var append = Append.to(stream("s" + events), Expected.any(), List.of(event(events)));
            assertThat(log.append(append, LONG)).isInstanceOf(AppendOutcome.Appended.class);
        }
    }

    /** As soon as its node sees what is there. */
    private void step(Consumer member) throws IOException, InterruptedException {
        for (var node : nodes) {
            assertThat(node.catchUp(LONG)).isTrue();
        }
        member.step();
    }

    /** So that each has looked around several times. */
    void settle(Consumer... members) throws IOException, InterruptedException {
        for (var round = 0; round < 6; round++) {
            pass(LEASE.dividedBy(6));
            for (var member : members) {
                step(member);
            }
        }
    }

    /** Until nothing is left, or nothing goes on. */
    void drain(Consumer... members) throws IOException, InterruptedException {
        var before = -1;
        for (var idle = 0; idle < 3; ) {
            for (var member : members) {
                step(member);
            }
            idle = handled.size() == before ? idle + 1 : 0;
            before = handled.size();
        }
    }

    private List<ConsumerGroups.Progress> progress() throws IOException {
        return new ConsumerGroups(log).progress("mailer");
    }

    static List<Integer> shares(Consumer... members) {
        return Stream.of(members).map(member -> member.partitions().size()).sorted().toList();
    }

    void assertEachOnce() {
        assertThat(handled).doesNotHaveDuplicates().hasSize(events);
        assertInOrder();
    }

    private void assertInOrder() {
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var own = partition;
            assertThat(handled.stream().filter(e -> e.partition() == own).map(Event::position))
                    .isSorted();
        }
    }

    @Test
    void membersShareAsTheyComeAndGoAndEachEventIsHandledOnce() throws Exception {
        append(40);
        var a = member("a");
        settle(a);
        assertThat(shares(a)).containsExactly(8);

        var b = member("b");
        append(40);
        settle(a, b);
        assertThat(shares(a, b)).containsExactly(4, 4);

        var c = member("c");
        append(40);
        settle(a, b, c);
        assertThat(shares(a, b, c)).containsExactly(2, 3, 3);

        a.close();
        assertThat(a.partitions()).isEmpty();
        append(40);
        settle(b, c);
        assertThat(shares(b, c)).containsExactly(4, 4);

        b.close();
        settle(c);
        append(40);
        drain(c);
        assertThat(shares(c)).containsExactly(8);
        assertEachOnce();
    }

    @Test
    void whoIsNotSteppedLosesItsPartitionsAndIsFenced() throws Exception {
        append(30);
        var paused = member("paused");
        step(paused);
        var other = member("other");
        step(other);
        pass(LEASE.minusNanos(1));
        step(other);
        assertThat(other.partitions()).isEmpty();
        assertThat(paused.partitions()).hasSize(8);

        pass(LEASE.dividedBy(6));
        step(other);
        assertThat(other.partitions()).hasSize(8);
        drain(other);
        var byOther = handled.size();

        append(20);
        step(paused);
        assertThat(paused.partitions()).isEmpty();
        assertThat(handled).hasSize(byOther);
        assertThat(progress()).extracting(ConsumerGroups.Progress::member).containsOnly("other");
        drain(other);
        assertThat(handled.stream().distinct()).hasSize(events);
    }

    /** The fence is the log's: it holds also for a member that did not look around before. */
    @Test
    void aCheckpointAfterTheLeaseIsRefused() throws Exception {
        append(25);
        var paused = member("paused");
        step(paused);
        var before = progress();
        pass(LEASE.dividedBy(12)); // a second, so that its next step writes, and looks at nothing
        var other = member("other");
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var stream = new StreamId("checkpoint", "mailer/" + partition);
            var last = log.readStreamBackwards(stream, Long.MAX_VALUE, 1).getFirst();
            var taken =
                    Checkpoint.of(last).takenBy("other", last.version() + 1).data(Instant.EPOCH);
            assertThat(
                            log.append(
                                    Append.to(
                                            stream,
                                            Expected.version(last.version()),
                                            List.of(taken)),
                                    LONG))
                    .isInstanceOf(AppendOutcome.Appended.class);
        }
        append(20);
        var byPaused = handled.size();

        step(paused);
        assertThat(progress())
                .extracting(ConsumerGroups.Progress::position)
                .isEqualTo(before.stream().map(ConsumerGroups.Progress::position).toList());
        assertThat(progress()).extracting(ConsumerGroups.Progress::member).containsOnly("other");
        assertThat(handled.size() - byPaused).isZero();
        other.close();
    }

    @Test
    void whatWasNotWrittenIsHandledAgain() throws Exception {
        append(5);
        var dead = member("dead");
        step(dead);
        assertThat(handled).hasSize(5);
        assertThat(progress()).extracting(ConsumerGroups.Progress::position).containsOnly(0L);

        var other = member("other");
        step(other);
        pass(LEASE);
        drain(other);
        assertThat(handled).hasSize(10);
        assertThat(handled.stream().distinct()).hasSize(5);
    }

    @Test
    void whatCannotBeHandledStopsItsPartitionUntilItIsRepaired() throws Exception {
        canHandleSeven = false;
        append(60);
        var a = member("a");
        drain(a);
        var seven = requireNonNull(log.find(new UUID(0, 7)));
        var stopped = requireNonNull(a.partitions().get(seven.partition()));
        assertThat(stopped.stop()).isEqualTo(new Consumer.Stop(seven, "seven cannot be mailed"));
        assertThat(stopped.position()).isEqualTo(seven.position() - 1);
        assertThat(stopped.lag()).isPositive();
        a.partitions()
                .forEach((partition, status) -> {
                    if (partition != seven.partition()) {
                        assertThat(status.stop()).isNull();
                        assertThat(status.lag()).isZero();
                    }
                });

        a.resume(seven.partition());
        drain(a);
        assertThat(a.partitions()).containsEntry(seven.partition(), stopped);

        canHandleSeven = true;
        a.resume(seven.partition());
        drain(a);
        assertEachOnce();
    }

    @Test
    void whoHasNothingToDoWritesNothing() throws Exception {
        append(8);
        var a = member("a");
        var b = member("b");
        settle(a, b);
        settle(a, b);
        var before = log.end();
        for (var i = 0; i < 120; i++) {
            pass(LEASE.dividedBy(12));
            step(a);
            step(b);
        }
        assertThat(log.end()).isEqualTo(before);
        assertThat(shares(a, b)).containsExactly(4, 4);
        append(8);
        drain(a, b);
        assertEachOnce();
    }

    /** With nothing to do nobody misses it, until there is something. */
    @Test
    void whoDiedIdleIsMissedWhenThereIsWork() throws Exception {
        append(8);
        var dead = member("dead");
        var b = member("b");
        settle(dead, b);
        for (var i = 0; i < 5; i++) {
            settle(b);
        }
        assertThat(shares(b)).containsExactly(4);

        append(16);
        settle(b);
        settle(b);
        assertThat(shares(b)).containsExactly(8);
        assertEachOnce();
    }

    /** As after a restart: all that there are have died with nothing to do, and one stopped. */
    @Test
    void whoBeginsFindsOutWhoIsDead() throws Exception {
        canHandleSeven = false;
        append(20);
        var dead = member("dead");
        settle(dead);
        canHandleSeven = true;
        var anew = member("dead");
        settle(anew);
        settle(anew);
        assertThat(shares(anew)).containsExactly(8);
        drain(anew);
        assertEachOnce();
    }

    /** Nobody begins, and nothing comes that would tell. */
    @Test
    void whoDiedStoppedIsMissed() throws Exception {
        canHandleSeven = false;
        append(20);
        var a = member("a");
        var b = member("b");
        settle(a, b);
        settle(a, b);
        assertThat(shares(a, b)).containsExactly(4, 4);
        canHandleSeven = true;
        var isStoppedA = a.partitions().values().stream().anyMatch(each -> each.stop() != null);
        var left = isStoppedA ? b : a;
        for (var i = 0; i < 13; i++) {
            settle(left);
        }
        assertThat(shares(left)).containsExactly(8);
        drain(left);
        assertEachOnce();
    }

    @Test
    void whatIsStoppedIsToldAndKept() throws Exception {
        canHandleSeven = false;
        append(60);
        var a = member("a");
        settle(a);
        var before = log.end();
        var other = member("other");
        for (var i = 0; i < 5; i++) {
            settle(a, other);
        }
        assertThat(shares(a, other)).containsExactly(4, 4);
        assertThat(log.end().since(before)).isLessThan(30);
        var kept = log.end();
        for (var i = 0; i < 20; i++) {
            settle(a, other);
        }
        assertThat(log.end().since(kept)).isLessThanOrEqualTo(4); // two questions, two answers
        assertThat(shares(a, other)).containsExactly(4, 4);
        assertThat(progress())
                .filteredOn(each -> each.stopped() != null)
                .hasSize(1)
                .allMatch(each -> "seven cannot be mailed".equals(each.stopped()))
                .allMatch(each -> each.lag() > 0);
    }

    /** What is written by others at the beginning of a life is little, too. */
    @Test
    void manyCheckpointsMakeFew() throws Exception {
        var a = member("a");
        settle(a);
        for (var i = 0; i < 100; i++) {
            append(1);
            pass(LEASE.dividedBy(6));
            step(a);
        }
        settle(a);
        assertThat(log.end().since(PositionVector.start(PARTITIONS))).isLessThan(3 * 100 + 50);
        assertThat(progress()).allMatch(each -> each.lag() == 0);
        assertEachOnce();
    }

    @Test
    void aNewNameMayBeginWithWhatComes() throws Exception {
        append(20);
        var a =
                new Consumer(
                        log, "news", "a", settings(Settings.Start.NEXT), event -> handle(event));
        drain(a);
        assertThat(handled).isEmpty();
        append(5);
        drain(a);
        assertThat(handled).hasSize(5);
        a.close();
        var again = member("b");
        drain(again);
        assertThat(handled).hasSize(30);
    }

    @Test
    void whoAskedAndDiedHoldsNobodyUp() throws Exception {
        var a = member("a");
        step(a);
        var dying = member("dying");
        step(dying);
        pass(LEASE.dividedBy(6));
        step(a);
        assertThat(shares(a, dying)).containsExactly(0, 4);

        append(40);
        settle(a);
        settle(a);
        assertThat(shares(a)).containsExactly(8);
        drain(a);
        assertEachOnce();
    }

    @Test
    void namesAreChecked() {
        for (var name : List.of("", "a/b", "-a", "a b", "a".repeat(65))) {
            assertThatThrownBy(() -> member(name)).hasMessageContaining(name);
        }
    }

    @Test
    void threadsHandOverAtOnce() throws Exception {
        append(50);
        try (var b = Consumer.join(log, "mailer", "b", QUICK, this::handle)) {
            try (var a = Consumer.join(log, "mailer", "a", QUICK, this::handle)) {
                await().until(() -> distinct() == 50);
                await().until(() -> shares(a, b).equals(List.of(4, 4)));
                append(50);
                await().until(() -> distinct() == 100);
                assertThat(following()).allMatch(each -> each.partitions().size() == 4);
                assertThat(following())
                        .extracting(Followers.Following::member)
                        .containsExactlyInAnyOrder("a", "b");
            }
            assertThat(following()).extracting(Followers.Following::member).containsExactly("b");
            append(50);
            await().until(() -> distinct() == 150);
            assertThat(b.trouble()).isNull();
        }
        assertThat(progress()).extracting(ConsumerGroups.Progress::member).containsOnlyNulls();
    }

    private List<Followers.Following> following() {
        return nodes.stream().flatMap(node -> node.followers().now().stream()).toList();
    }

    long distinct() {
        return List.copyOf(handled).stream().distinct().count();
    }
}
