package dev.lumiere.rendition;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Equal requests at the same time share one run.
 *
 * <p>The run has a thread of its own, so it does not end with the one who asked first. When nobody
 * waits for it any more it is interrupted. An outcome that is not for all goes to the first alone;
 * of the others those still waiting share one more run, whose outcome is final for them.
 */
final class Coalescing<K, V> {
    /** How many runs one request waits for at most. */
    private static final int MAX_RUNS = 2;

    /** A run that ends at its deadline says so itself; its waiters stay long enough to hear it. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final ConcurrentHashMap<K, Flight> flights = new ConcurrentHashMap<>();
    private final LongAdder joined = new LongAdder();
    private final Predicate<V> isForAll;
    private final InstantSource clock;

    /** What is run once for all. */
    @FunctionalInterface
    interface Task<V> {
        /**
         * Runs.
         *
         * @param deadline the latest of those who wait now
         */
        V run(Supplier<Instant> deadline) throws Exception;
    }

    Coalescing(Predicate<V> isForAll, InstantSource clock) {
        this.isForAll = isForAll;
        this.clock = clock;
    }

    /**
     * Waits for the run that is under way, or starts {@code task}.
     *
     * @return null if {@code deadline} came first
     * @throws InterruptedException if the caller went away
     */
    @Nullable V get(K key, Instant deadline, Task<V> task) throws InterruptedException {
        for (var runs = 1; ; runs++) {
            var seat = board(key, deadline, task);
            var outcome = await(seat.flight, deadline);
            if (outcome == null || seat.first || runs == MAX_RUNS || isForAll.test(outcome)) {
                return outcome;
            }
        }
    }

    /** How many requests joined a run that was under way. */
    long joined() {
        return joined.sum();
    }

    /** How many runs are under way. */
    int size() {
        return flights.size();
    }

    /** How many wait for this. */
    int waiting(K key) {
        var flight = flights.get(key);
        return flight == null ? 0 : flight.waiters;
    }

    private record Seat<F>(F flight, boolean first) {}

    private Seat<Flight> board(K key, Instant deadline, Task<V> task) {
        var mine = new Flight(key);
        var flight =
                flights.compute(
                        key, (_, current) -> (current == null ? mine : current).joined(deadline));
        var first = flight == mine;
        if (first) {
            mine.start(task);
        } else {
            joined.increment();
        }
        return new Seat<>(flight, first);
    }

    private @Nullable V await(Flight flight, Instant deadline) throws InterruptedException {
        var patience = Duration.between(clock.instant(), deadline).plus(GRACE);
        try {
            return flight.outcome.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run failed", e.getCause());
        } finally {
            leave(flight);
        }
    }

    /** The last one to leave calls the run off, and nobody can join it any more. */
    private void leave(Flight flight) {
        flights.computeIfPresent(
                flight.key, (_, current) -> current == flight && flight.left() ? null : current);
    }

    /** One run and those who wait for it; changed by one thread at a time, inside of the map. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // the map lets in one at a time
    private final class Flight {
        private final K key;
        private final CompletableFuture<V> outcome = new CompletableFuture<>();
        private volatile Instant deadline = Instant.MIN;
        private volatile int waiters;
        private volatile @Nullable Thread thread;

        private Flight(K key) {
            this.key = key;
        }

        private Flight joined(Instant until) {
            waiters++;
            if (deadline.isBefore(until)) {
                deadline = until;
            }
            return this;
        }

        private void start(Task<V> task) {
            thread = Thread.ofVirtual().name("rendition").start(() -> fly(task));
        }

        private void fly(Task<V> task) {
            try {
                var made = task.run(() -> deadline);
                flights.remove(key, this);
                outcome.complete(made);
            } catch (Throwable e) {
                flights.remove(key, this);
                outcome.completeExceptionally(e);
            }
        }

        /** Whether that was the last. */
        private boolean left() {
            waiters--;
            var running = thread;
            if (waiters == 0 && running != null) {
                running.interrupt();
            }
            return waiters == 0;
        }
    }
}
