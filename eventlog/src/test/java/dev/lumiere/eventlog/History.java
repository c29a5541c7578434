package dev.lumiere.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What many threads did with one stream at once, each with the time from call to answer, and
 * whether there is an order of single steps, each within its time, in which all answers are right:
 * linearizability. A stream only grows and every event knows its version, so that each answer tells
 * the version it saw or made, and the order is that of versions. It is one if no call that began
 * after another had ended saw or made less.
 *
 * @see <a href="https://doi.org/10.1145/78969.78972">Herlihy, Wing: Linearizability (1990)</a>
 */
final class History {
    private final List<Call> calls = new ArrayList<>();

    /**
     * One call.
     *
     * @param began and ended by one monotonic clock
     * @param version that was made or seen
     * @param made the event, if one was appended
     */
    private record Call(long began, long ended, long version, @Nullable UUID made) {}

    /** An event was appended and has that version. */
    synchronized void appended(long began, long ended, long version, UUID id) {
        calls.add(new Call(began, ended, version, id));
    }

    /** The stream was said to be at that version, by a read or by a conflict. */
    synchronized void seen(long began, long ended, long version) {
        calls.add(new Call(began, ended, version, null));
    }

    /**
     * Holds all calls against each other and against what the stream is in the end.
     *
     * @param ids of the events in their order
     */
    synchronized void check(List<UUID> ids) {
        Map<Long, UUID> made = new HashMap<>();
        for (var call : calls) {
            assertThat(call.version).isBetween(0L, (long) ids.size());
            if (call.made != null) {
                assertThat(made.put(call.version, call.made)).as("two of one version").isNull();
                assertThat(ids.get((int) call.version - 1)).isEqualTo(call.made);
            }
        }
        // in the order of their beginnings, against the most that any call had reached that ended
        // before
        var beginning = calls.stream().sorted(Comparator.comparingLong(Call::began)).toList();
        var ending = calls.stream().sorted(Comparator.comparingLong(Call::ended)).toList();
        var ended = 0;
        var reached = 0L;
        for (var call : beginning) {
            for (; ended < ending.size() && ending.get(ended).ended < call.began; ended++) {
                reached = Math.max(reached, ending.get(ended).version);
            }
            var least = call.made == null ? reached : reached + 1;
            assertThat(call.version)
                    .as("seen or made after %d was", reached)
                    .isGreaterThanOrEqualTo(least);
        }
    }

    int size() {
        return calls.size();
    }
}
