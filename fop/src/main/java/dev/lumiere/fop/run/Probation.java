package dev.lumiere.fop.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells the request that killed a worker from its neighbours.
 *
 * <p>All that were in flight on a worker that died are suspects: each has one strike. A suspect is
 * retried on trial: no other suspect is on that instance meanwhile, nor has it just died with one,
 * so if it dies too the suspect is guilty and its neighbours are not. A suspect that survives its
 * trial is cleared.
 *
 * <p>Workers also die of other causes, so a trial that ends in a death is trusted only if nothing
 * else was in flight to the service during it; in company it is a second strike and there is one
 * more trial, the last. A killer therefore costs two workers on a quiet service and never more than
 * three, while an innocent is found guilty only if an outside cause hits it three times in a row.
 */
final class Probation {
    private static final int LAST_STRIKE = 3;
    private static final int MAX_SUSPECTS = 4096;

    /** So long an instance may still be known, or even be connected to, after it has died. */
    private static final Duration DYING = Duration.ofSeconds(2);

    private static final Duration RECHECK = Duration.ofMillis(50);

    private final Duration memory;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Suspect, Case> cases = new LinkedHashMap<>();
    private final Set<String> trialInstances = new HashSet<>();

    private final Map<String, Instant> diedAt = new HashMap<>();

    /** A source and what was done to it, arguments included. */
    record Suspect(String sourceVersion, String command) {}

    /** How a request may go. */
    sealed interface Pass {
        /** Anywhere. */
        record Free() implements Pass {}

        /** To this instance alone; {@link #leave} afterwards. */
        record Trial(Suspect suspect, String instance) implements Pass {}

        /** Nowhere now: no instance is known that it has not been to. */
        record Nowhere() implements Pass {}
    }

    /** Instances that come into question, asked again while waiting. */
    @FunctionalInterface
    interface Candidates {
        List<String> now();
    }

    private static final class Case {
        private final Instant since;
        private int strikes = 1;
        private boolean onTrial;

        private Case(Instant since) {
            this.since = since;
        }
    }

    /**
     * Strikes are forgotten after a time.
     *
     * @param memory how long
     */
    Probation(Duration memory, InstantSource clock) {
        this.memory = memory;
        this.clock = clock;
    }

    /**
     * Waits until the request may go.
     *
     * @return null if {@code until} came first
     */
    @Nullable Pass enter(Suspect suspect, Candidates candidates, Instant until)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                var open = cases.get(suspect);
                if (open != null
                        && !open.onTrial
                        && !clock.instant().isBefore(open.since.plus(memory))) {
                    cases.remove(suspect);
                    open = null;
                }
                if (open == null) {
                    return new Pass.Free();
                }
                if (!open.onTrial) {
                    var alive = candidates.now().stream().filter(this::isAlive).toList();
                    if (alive.isEmpty()) {
                        return new Pass.Nowhere();
                    }
                    for (var instance : alive) {
                        if (trialInstances.add(instance)) {
                            open.onTrial = true;
                            return new Pass.Trial(suspect, instance);
                        }
                    }
                }
                var left = Duration.between(clock.instant(), until);
                if (!left.isPositive()) {
                    return null;
                }
                var wait = left.compareTo(RECHECK) < 0 ? left : RECHECK;
                var _ = changed.await(wait.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isAlive(String instance) {
        var at = diedAt.get(instance);
        return at == null || !clock.instant().isBefore(at.plus(DYING));
    }

    private void hasDied(String instance) {
        var now = clock.instant();
        diedAt.values().removeIf(at -> !now.isBefore(at.plus(DYING)));
        diedAt.put(instance, now);
    }

    /** The trial is over, however it ended. */
    void leave(Pass pass) {
        if (!(pass instanceof Pass.Trial(var suspect, var instance))) {
            return;
        }
        lock.lock();
        try {
            trialInstances.remove(instance);
            var open = cases.get(suspect);
            if (open != null) {
                open.onTrial = false;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The worker lived: nothing is held against the suspect any more. */
    void clear(Suspect suspect) {
        lock.lock();
        try {
            if (cases.remove(suspect) != null) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The worker died. To be told before {@link #leave}.
     *
     * @param instance which it was
     * @param alone whether nothing else was in flight to the service meanwhile
     * @return whether the suspect is guilty
     */
    boolean died(Suspect suspect, String instance, Pass pass, boolean alone) {
        lock.lock();
        try {
            hasDied(instance);
            var open = cases.get(suspect);
            if (open == null) {
                cases.put(suspect, new Case(clock.instant()));
                if (cases.size() > MAX_SUSPECTS) {
                    cases.remove(cases.keySet().iterator().next());
                }
                return false;
            }
            if (!(pass instanceof Pass.Trial)) {
                return false;
            }
            open.strikes++;
            if (!alone && open.strikes < LAST_STRIKE) {
                return false;
            }
            cases.remove(suspect);
            return true;
        } finally {
            lock.unlock();
        }
    }
}
