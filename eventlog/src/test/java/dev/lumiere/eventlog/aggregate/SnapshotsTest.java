package dev.lumiere.eventlog.aggregate;

import static dev.lumiere.eventlog.Samples.LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lumiere.eventlog.Append;
import dev.lumiere.eventlog.AppendOutcome;
import dev.lumiere.eventlog.EventData;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.SimulatedDisk;
import dev.lumiere.eventlog.SimulatedLogDevice;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.eventlog.aggregate.Aggregates.At;
import dev.lumiere.eventlog.aggregate.Aggregates.Handled;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
    private static final StreamId SNAPSHOTS = new StreamId("sum.snapshot", "s");
    private static final EventTypes<Added> TYPES =
            new EventTypes<>(EventType.of("Added", Added.class));

    private EventLog log;
    private final AtomicInteger evolved = new AtomicInteger();
    private int commands;

    record Added(long number) {}

    record Sum(long total) {}

    private record Adding(AtomicInteger evolved, boolean needsEveryEvent)
            implements Decider<Long, Sum, Added> {
        @Override
        public Sum initial() {
            return new Sum(0);
        }

        @Override
        public List<Added> decide(Long number, Sum sum) throws Rejected {
            if (sum.total + number > 1000) {
                throw new Rejected("over a thousand");
            }
            return List.of(new Added(number));
        }

        @Override
        public Sum evolve(Sum sum, Added added) {
            evolved.incrementAndGet();
            return new Sum(sum.total + added.number);
        }
    }

    @BeforeEach
    void open() throws IOException {
        log = EventLog.open(new SimulatedLogDevice(new SimulatedDisk(), 2));
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private Aggregates<Long, Sum, Added> plain(EventLog of) {
        return new Aggregates<>(of, "sum", new Adding(evolved, true), TYPES, () -> Instant.EPOCH);
    }

    private Aggregates<Long, Sum, Added> kept(int form) {
        return plain(log).withSnapshots(Sum.class, form, 10);
    }

    private Handled<Sum> add(Aggregates<Long, Sum, Added> sums, long number) throws Exception {
        var id = new UUID(9, ++commands);
        return sums.handle("s", id, number, EventData.Context.NONE, LONG);
    }

    private int evolvedFor(Aggregates<Long, Sum, Added> sums, Sum wanted) throws IOException {
        evolved.set(0);
        assertThat(sums.state("s").state()).isEqualTo(wanted);
        return evolved.get();
    }

    @Test
    void onlyWhatCameAfterASnapshotIsRead() throws Exception {
        var sums = kept(1);
        for (var i = 1; i <= 25; i++) {
            assertThat(add(sums, 1)).isEqualTo(new Handled.Done<>(new At<>(new Sum(i), i)));
        }
        assertThat(log.version(SNAPSHOTS)).isEqualTo(2);
        assertThat(evolvedFor(sums, new Sum(25))).isEqualTo(5);
        assertThat(evolvedFor(plain(log), new Sum(25))).isEqualTo(25);

        evolved.set(0);
        assertThat(sums.stateAt("s", 12)).isEqualTo(new At<>(new Sum(12), 12));
        assertThat(evolved).hasValue(2);
        assertThat(sums.stateAt("s", 9)).isEqualTo(new At<>(new Sum(9), 9));
        assertThat(sums.stateAt("s", Instant.EPOCH)).isEqualTo(new At<>(new Sum(25), 25));
    }

    /** The last is another version's, who takes turns with this one. */
    @Test
    void whatOtherCodeMadeDoesNotCount() throws Exception {
        for (var i = 1; i <= 10; i++) {
            add(kept(1), 1);
        }
        assertThat(evolvedFor(kept(2), new Sum(10))).isEqualTo(10);
        add(kept(2), 1);
        assertThat(evolvedFor(kept(2), new Sum(11))).isZero();
        assertThat(evolvedFor(kept(1), new Sum(11))).isEqualTo(1);
    }

    @Test
    void whatCannotBeReadDoesNotCount() throws Exception {
        var sums = kept(1);
        for (var i = 1; i <= 12; i++) {
            add(sums, 1);
        }
        for (var payload : List.of("", "{}", "[1]", "{\"version\":3,\"code\":7,\"state\":\"x\"}")) {
            var id = UUID.nameUUIDFromBytes(payload.getBytes(UTF_8));
            var event = EventData.of(id, "SnapshotTaken", Instant.EPOCH, payload);
            log.append(Append.to(SNAPSHOTS, Expected.any(), List.of(event)), LONG);
            assertThat(sums.state("s")).isEqualTo(new At<>(new Sum(12), 12));
        }
        assertThat(evolvedFor(sums, new Sum(12))).isEqualTo(12); // the good one is too far back
    }

    @Test
    void anEventThatWasTakenOutIsMissedUnlessASnapshotHoldsIt(@TempDir Path folder)
            throws Exception {
        log.close();
        log = EventLog.open(new RocksLogDevice(folder, 2));
        var sums = kept(1);
        for (var i = 1; i <= 12; i++) {
            add(sums, 1);
        }
        var events = log.readStream(new StreamId("sum", "s"), 1, 10);
        log.remove(events.getFirst().partition(), List.of(events.get(6).position()));

        assertThat(sums.state("s").state()).isEqualTo(new Sum(12));
        assertThat(sums.stateAt("s", 6).state()).isEqualTo(new Sum(6));
        var wanted = "version 7 of sum-s: its content was taken out of the log";
        assertThatThrownBy(() -> sums.stateAt("s", 7))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessageContaining(wanted);
        assertThatThrownBy(() -> add(plain(log), 1)).hasMessageContaining(wanted);
        assertThatThrownBy(() -> add(kept(2), 1)).hasMessageContaining(wanted);

        var goesOnWithout =
                new Aggregates<>(
                        log, "sum", new Adding(evolved, false), TYPES, () -> Instant.EPOCH);
        assertThat(goesOnWithout.state("s")).isEqualTo(new At<>(new Sum(11), 12));
    }

    @Test
    void whatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> plain(log).withSnapshots(Sum.class, 1, 0))
                .hasMessageContaining("each 0 events");
    }

    /** A node that is behind decides again when it sees who was first, not before. */
    @Test
    void aConflictIsWaitedForWhereItIsNotSeenYet() throws Exception {
        var device = new FollowingLogDevice(log);
        var following = device.open();
        var here = plain(following);
        assertThat(add(here, 600)).isEqualTo(new Handled.Done<>(new At<>(new Sum(600), 1)));

        add(plain(log), 300);
        assertThat(here.state("s")).isEqualTo(new At<>(new Sum(600), 1));
        assertThat(add(here, 200))
                .isEqualTo(new Handled.Rejected<>("over a thousand", new At<>(new Sum(900), 2)));
        assertThat(add(here, 50)).isEqualTo(new Handled.Done<>(new At<>(new Sum(950), 3)));

        add(plain(log), 20);
        device.canCatchUp(false);
        var tried =
                here.handle("s", new UUID(8, 8), 1L, EventData.Context.NONE, Duration.ofSeconds(9));
        assertThat(tried).isInstanceOf(Handled.NotNow.class);
        assertThat(((Handled.NotNow<Sum>) tried).outcome())
                .isInstanceOf(AppendOutcome.Conflict.class);
        following.close();
    }
}
