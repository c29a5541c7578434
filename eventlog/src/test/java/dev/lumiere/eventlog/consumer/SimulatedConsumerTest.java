package dev.lumiere.eventlog.consumer;

import static dev.lumiere.eventlog.Samples.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.SimulatedDisk;
import dev.lumiere.eventlog.SimulatedLogDevice;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedConsumerTest extends ConsumerContract {
    private static final int SEEDS = 20;

    @Override
    List<EventLog> logs() throws IOException {
        return List.of(simulated());
    }

    private static EventLog simulated() throws IOException {
        return EventLog.open(new SimulatedLogDevice(new SimulatedDisk(), PARTITIONS));
    }

    @Test
    void eachEventIsHandledOnceAsLongAsNothingFails() throws Exception {
        for (var seed = 0; seed < SEEDS; seed++) {
            assertThat(repeated(seed, false)).as("seed %d", seed).isZero();
        }
    }

    @Test
    void eachEventIsHandledInOrderByWhoHasItHoweverMembersFail() throws Exception {
        var repeated = 0;
        for (var seed = 0; seed < SEEDS; seed++) {
            repeated += repeated(seed, true);
        }
        assertThat(repeated).isPositive();
    }

    /** What a node has not seen yet it takes for silence, until the log says no. */
    @Test
    void aNodeThatIsBehindTakesNothingFromTheLiving() throws Exception {
        append(40);
        var a = member("a");
        settle(a);
        var device = new FollowingLogDevice(log);
        try (var behind = device.open()) {
            var b = member("b", behind);
            b.step();
            assertThat(b.partitions()).isEmpty();
            assertThat(a.partitions()).hasSize(PARTITIONS);

            settle(a, b);
            device.catchUp(LONG);
            settle(a, b);
            assertThat(shares(a, b)).containsExactly(4, 4);
            append(40);
            settle(a, b);
            device.catchUp(LONG);
            drain(a, b);
            assertThat(b.trouble()).isNull();
            b.close();
        }
        settle(a);
        drain(a);
        assertThat(a.partitions()).hasSize(PARTITIONS);
        assertEachOnce();
    }

    @Test
    void whatCannotBeReadNowIsReadLater() throws Exception {
        append(40);
        var device = new FollowingLogDevice(log);
        try (var away = device.open()) {
            device.catchUp(LONG);
            var a = member("a", away);
            a.step();
            assertThat(a.partitions()).hasSize(PARTITIONS);
            assertThat(handled).isNotEmpty();

            device.canRead(false);
            drain(a);
            assertThat(a.partitions().values())
                    .filteredOn(status -> "away".equals(status.waitsFor()))
                    .isNotEmpty()
                    .allMatch(status -> status.stop() == null);

            device.canRead(true);
            settle(a);
            drain(a);
            assertThat(a.partitions().values()).allMatch(status -> status.waitsFor() == null);
            assertEachOnce();
        }
    }

    /** For the only partition of another nobody asks, and nothing is to be done. */
    @Test
    void whoBeginsAsksWhetherTheOthersAreThere() throws Exception {
        try (var one = EventLog.open(new SimulatedLogDevice(new SimulatedDisk(), 1))) {
            settle(member("dead", one));
            var b = member("b", one);
            settle(b);
            settle(b);
            assertThat(shares(b)).containsExactly(1);

            var end = one.end(0);
            var c = member("c", one);
            settle(b, c);
            settle(b, c);
            assertThat(shares(b, c)).containsExactly(0, 1);
            assertThat(one.end(0)).isEqualTo(end + 2); // a question and its answer
        }
    }

    private int repeated(int seed, boolean fails) throws Exception {
        try (var simulated = simulated()) {
            var simulation = new ConsumerSimulation(simulated, seed, fails);
            try {
                simulation.run();
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            return simulation.repeated();
        }
    }
}
