package dev.lumiere.eventlog.aggregate;

import java.util.List;

/**
 * How one kind of thing changes: what a command makes of a state, and what an event makes of it.
 * Both are functions: they look at nothing else, neither clock nor chance.
 *
 * @param <C> commands
 * @param <S> states
 * @param <E> events
 * @see <a href="https://thinkbeforecoding.com/post/2021/12/17/functional-event-sourcing-decider">
 *     Chassaing, Functional Event Sourcing Decider (2021)</a>
 */
public interface Decider<C, S, E> {
    /** Before anything happened. */
    S initial();

    /**
     * What is to happen; nothing if the command changes nothing.
     *
     * @throws Rejected if the state does not allow it
     */
    List<E> decide(C command, S state) throws Rejected;

    /** After an event, whatever was decided then: this never refuses. */
    S evolve(S state, E event);

    /**
     * Whether a state is wrong without an event whose content retention has taken out of the log.
     * Of one that says no, such events are passed over; else there is no state but from a snapshot.
     */
    default boolean needsEveryEvent() {
        return true;
    }

    /** The state does not allow what was asked for. */
    final class Rejected extends Exception {
        private static final long serialVersionUID = 1;

        public Rejected(String why) {
            super(why);
        }
    }
}
