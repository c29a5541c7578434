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
 * the others all share one more run, whose outcome is final for them. Who comes during that one
 * joins it, and has one more run to come.
 */
final class Coalescing<K, V> {
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
        var seat = board(key, deadline, task);
        var outcome = await(seat, deadline);
        var next = successor(seat);
        return outcome == null || next == null ? outcome : await(new Seat<>(next, true), deadline);
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
        return flight == null ? 0 : flight.last + flight.followers;
    }

    /**
     * A place in a run.
     *
     * @param isLast whether this run's outcome is final for who sits here
     */
    private record Seat<F>(F flight, boolean isLast) {}

    private Seat<Flight> board(K key, Instant deadline, Task<V> task) {
        var mine = new Flight(key, task, deadline, 1);
        var flight =
                flights.compute(
                        key,
                        (_, current) -> current == null ? mine : current.joined(task, deadline));
        if (flight == mine) {
            mine.start();
            return new Seat<>(mine, true);
        }
        joined.increment();
        return new Seat<>(flight, false);
    }

    private @Nullable Flight successor(Seat<Flight> seat) {
        return seat.isLast ? null : seat.flight.successor;
    }

    private @Nullable V await(Seat<Flight> seat, Instant deadline) throws InterruptedException {
        var patience = Duration.between(clock.instant(), deadline).plus(GRACE);
        try {
            return seat.flight.outcome.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            leave(seat);
            return null;
        } catch (InterruptedException e) {
            leave(seat);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run failed", e.getCause());
        }
    }

    /** The last one to leave calls the run off, and nobody can join it any more. */
    private void leave(Seat<Flight> seat) {
        flights.computeIfPresent(
                seat.flight.key,
                (_, current) -> {
                    var successor = successor(seat);
                    var left = successor == null ? seat.flight : successor;
                    var isLast = seat.isLast || successor != null;
                    return current == left && left.left(isLast) ? null : current;
                });
    }

    /** One run and those who wait for it; changed by one thread at a time, inside of the map. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // the map lets in one at a time
    private final class Flight {
        private final K key;
        private final CompletableFuture<V> outcome = new CompletableFuture<>();
        private final Thread thread = Thread.ofVirtual().name("rendition").unstarted(this::fly);
        private final Task<V> task;
        private volatile Task<V> nextTask;
        private volatile Instant deadline;
        private volatile int last;
        private volatile int followers;
        private volatile @Nullable Flight successor;

        private Flight(K key, Task<V> task, Instant deadline, int last) {
            this.key = key;
            this.task = task;
            this.nextTask = task;
            this.deadline = deadline;
            this.last = last;
        }

        private Flight joined(Task<V> follower, Instant until) {
            followers++;
            nextTask = follower;
            if (deadline.isBefore(until)) {
                deadline = until;
            }
            return this;
        }

        private void start() {
            thread.start();
        }

        private void fly() {
            try {
                var made = task.run(() -> deadline);
                land(!isForAll.test(made));
                outcome.complete(made);
            } catch (Throwable e) {
                land(false);
                outcome.completeExceptionally(e);
            }
        }

        /** Makes room for a new run; those who are to share one more are in it already. */
        private void land(boolean another) {
            flights.computeIfPresent(
                    key,
                    (_, current) -> {
                        if (current != this) {
                            return current;
                        }
                        successor =
                                another && followers > 0
                                        ? new Flight(key, nextTask, deadline, followers)
                                        : null;
                        return successor;
                    });
            var next = successor;
            if (next != null) {
                next.start();
            }
        }

        /** Whether that was the last. */
        private boolean left(boolean isLast) {
            if (isLast) {
                last--;
            } else {
                followers--;
            }
            if (last + followers > 0) {
                return false;
            }
            thread.interrupt();
            return true;
        }
    }
}
