package dev.lumiere.service.balance;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** A world of discrete events: its time jumps from one to the next, its chance is seeded. */
final class Simulation {
    final SplittableRandom random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private long now;
    private long scheduled;

    private record Event(long at, long order, Runnable happens) {}

    Simulation(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    Instant instant() {
        return Instant.EPOCH.plusNanos(now);
    }

    void at(Duration time, Runnable happens) {
        events.add(new Event(time.toNanos(), scheduled++, happens));
    }

    void after(long nanos, Runnable happens) {
        events.add(new Event(now + nanos, scheduled++, happens));
    }

    /** Runs until nothing happens any more. */
    void run() {
        for (var next = events.poll(); next != null; next = events.poll()) {
            now = next.at();
            next.happens().run();
        }
    }

    /** Drawn from an exponential distribution. */
    long exponential(double meanNanos) {
        return (long) (-meanNanos * StrictMath.log(1 - random.nextDouble()));
    }
}
